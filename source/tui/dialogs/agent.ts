import type {Agent, ToolCall} from '../../domain/records.ts';
import {totalTokens} from '../../domain/tokens.ts';
import {formatAgentDuration, formatEngine, formatOutcome} from '../../views/agent-text.ts';
import {toCallSubject} from '../../views/call-text.ts';
import {formatCost, formatCount, formatPlural, formatTime} from '../../views/format.ts';
import {toAmounts} from '../../views/pace.ts';
import {formatResumeCommand} from '../../views/resume-command.ts';
import {drawSparkline} from '../../views/sparkline.ts';
import {labelAgent} from '../../views/status-label.ts';
import {fit as fitText} from '../../views/width.ts';
import {wrap} from '../../views/wrap.ts';
import {innerSize} from '../layout.ts';
import {clean, EMPTY_LINE, type Line, line, type Span, span} from '../line.ts';
import {snapshotOf} from '../selectors.ts';
import type {AgentDetail, Dialog, Loadable, State} from '../state.ts';
import {type DialogView, dialogArea} from './dialog-view.ts';

type AgentDialog = Extract<Dialog, {kind: 'agent'}>;

const LABEL_WIDTH = 13;
const TOOL_WIDTH = 12;
const SPARKLINE_WIDTH = 40;
const ID_WIDTH = 13;
/** Calls that are shown; an agent of hours makes thousands, and the newest are what one looks for. */
const CALLS_MAX = 500;

/** Everything that is known of one agent. */
export const viewAgent = (state: State, {agentId, detail, top}: AgentDialog): DialogView => {
	const agent = snapshotOf(state)?.runAgents.find(({id}) => id === agentId);
	const {columns} = innerSize(dialogArea(state.size));
	return {
		title: [span(clean(agent?.name ?? 'Agent'), 'strong'), span(`  ${agentId}`, 'dim')],
		status: '',
		tone: 'accent',
		head: [],
		body:
			agent === undefined
				? [line('It is not in the run that is shown any more.')]
				: [...drawFacts(state, agent, columns), ...drawDetail(detail, agent, {columns, now: state.now})],
		tail: [],
		top,
	};
};

const fact = (label: string, ...value: ReadonlyArray<Span | string>): Line => line(span(label.padEnd(LABEL_WIDTH), 'dim'), ...value);

const drawFacts = (state: State, agent: Agent, columns: number): readonly Line[] => {
	const {symbol, tone} = labelAgent(agent);
	const parent = snapshotOf(state)?.runAgents.find(({id}) => id === agent.parentId);
	const resume = formatResumeCommand(agent);
	const version = agent.engineVersion === null ? '' : ` ${clean(agent.engineVersion)}`;
	return [
		fact('status', span(`${symbol} ${formatOutcome(agent)}`, tone), span(`   ${formatAgentDuration(agent, state.now)}`)),
		...drawCause(agent, columns),
		fact('step', clean(agent.stepId), span(agent.attempt > 1 ? `, attempt ${agent.attempt}` : '', 'dim')),
		...(parent === undefined ? [] : [fact('below', clean(parent.name))]),
		fact('engine', `${clean(formatEngine(agent))}${version}`, span(agent.model === null ? '' : `   ${clean(agent.model)}`, 'dim')),
		...(agent.permissions === null ? [] : [fact('may', agent.permissions)]),
		fact('started', formatTime(agent.startedAt), span(agent.endedAt === null ? '' : `   ended ${formatTime(agent.endedAt)}`, 'dim')),
		...(agent.processId === null ? [] : [fact('process', String(agent.processId))]),
		...(agent.checkpointId === null ? [] : [fact('checkpoint', span(agent.checkpointId, 'accent'), span('   before its step', 'dim'))]),
		...(agent.logFile === null ? [] : [fact('log', clean(agent.logFile))]),
		...(resume === undefined ? [] : [fact('go on', span(resume, 'accent'))]),
	];
};

/** Why it failed: the kind of cause, and the words that its engine said last. */
const drawCause = ({error, failureCause}: Agent, columns: number): readonly Line[] => {
	const words = [failureCause === null ? '' : failureCause.replaceAll('_', ' ').replaceAll('-', ' '), error ?? '']
		.filter(text => text !== '')
		.join(': ');
	if (words === '') return [];
	return wrap(clean(words), Math.max(1, columns - LABEL_WIDTH)).map((row, index) => fact(index === 0 ? 'because' : '', span(row, 'bad')));
};

const drawDetail = (
	detail: Loadable<AgentDetail>,
	agent: Agent,
	{columns, now}: {readonly columns: number; readonly now: number},
): readonly Line[] => {
	switch (detail.face) {
		case 'loading':
			return [EMPTY_LINE, line(span('Reading its usage and tool calls …', 'dim'))];
		case 'failed':
			return [EMPTY_LINE, line(span('✖ ', 'bad'), clean(detail.problem.message))];
		case 'ready':
			return [...drawUsage(detail.value, agent, now), ...drawCalls(detail.value.toolCalls, columns)];
	}
};

const drawUsage = ({usage, models, course}: AgentDetail, agent: Agent, now: number): readonly Line[] => {
	if (usage.responses === 0) return [EMPTY_LINE, line(span('No model has answered it yet.', 'dim'))];
	const {input, cacheRead, cacheWrite, output, reasoning} = usage.tokens;
	const amounts = toAmounts(agent, course, now);
	const thought = reasoning > 0 ? ` (${formatCount(reasoning)} thought)` : '';
	return [
		EMPTY_LINE,
		line(span('Usage', 'heading'), span('  its own, without sub-agents', 'dim')),
		fact('cost', span(formatCost(usage), 'strong'), span(`   ${formatPlural(usage.responses, 'response')}`, 'dim')),
		...(amounts.length === 0 ? [] : [fact('over time', drawSparkline(amounts, SPARKLINE_WIDTH))]),
		fact('tokens', formatCount(totalTokens(usage.tokens))),
		fact(
			'',
			span(
				`input ${formatCount(input)}  cache read ${formatCount(cacheRead)}  write ${formatCount(cacheWrite)}  output ${formatCount(output)}${thought}`,
				'dim',
			),
		),
		...(models.length > 1
			? models.map(model => fact('', `${clean(model.model)}  `, span(`${formatCount(totalTokens(model.tokens))}  ${formatCost(model)}`, 'dim')))
			: []),
	];
};

const drawCalls = (calls: readonly ToolCall[], columns: number): readonly Line[] => {
	if (calls.length === 0) return [];
	const shown = calls.slice(-CALLS_MAX).toReversed();
	const hidden = calls.length - shown.length;
	return [
		EMPTY_LINE,
		line(span(`Tool calls ${calls.length}`, 'heading'), span('  newest first', 'dim')),
		...shown.map(call => drawCall(call, columns)),
		...(hidden > 0 ? [line(span(`… and ${formatPlural(hidden, 'older one')}`, 'dim'))] : []),
	];
};

/** The checkpoint holds what the call was about to overwrite. */
const drawCall = ({at, tool, writes, argumentsJson, checkpointId, isError}: ToolCall, columns: number): Line => {
	const [symbol, style] = isError === null ? (['●', 'active'] as const) : isError ? (['✖', 'bad'] as const) : (['✔', 'good'] as const);
	const room = Math.max(0, columns - TOOL_WIDTH - ID_WIDTH - 16);
	const about = writes.length > 0 ? writes.map(clean).join(', ') : clean(toCallSubject(argumentsJson));
	return line(
		span(`${formatTime(at)} `, 'dim'),
		span(`${symbol} `, style),
		span(`${fitText(clean(tool), TOOL_WIDTH)} `, 'plain'),
		span(fitText(about, room), writes.length > 0 ? 'plain' : 'dim'),
		span(checkpointId === null ? '' : ` ${checkpointId}`, 'accent'),
	);
};
