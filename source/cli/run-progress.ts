import type {RadEvent, StoredEvent} from '../domain/events.ts';
import type {AgentId, RunId} from '../domain/ids.ts';
import {describeDecision} from '../domain/question.ts';
import type {Rad} from '../domain/rad.ts';
import type {Agent, AgentRequest, UsageTotals} from '../domain/records.ts';
import {isAgentOver} from '../domain/status.ts';
import {totalTokens} from '../domain/tokens.ts';
import {formatAgentDuration, formatEngine, formatOutcome} from '../views/agent-text.ts';
import {formatCost, formatCount, formatTime} from '../views/format.ts';
import type {Line} from '../views/line.ts';
import {describeSubject} from '../views/request-text.ts';
import {labelAgent, labelStep, type StatusLabel} from '../views/status-label.ts';
import {sumSubtrees} from '../views/usage.ts';

/** Turns the events of one run into lines for a person. It remembers agents, so events must come in their order. */
export type RunProgress = {
	/** What to say of an event; many events need nothing. */
	readonly describe: (event: StoredEvent) => Promise<ProgressLine | undefined>;
	/** What is told besides the events, in the same form. */
	readonly note: (at: number, text: string) => Line;
};

/** `isUrgent` tells that a person must know it also with `--quiet`: a question, or what is not as it was wished. */
export type ProgressLine = {readonly line: Line; readonly isUrgent: boolean};

/** What stands before the text: a symbol for a terminal, nothing in a log file. */
type Mark = Pick<StatusLabel, 'symbol' | 'tone'>;
type Said = {readonly mark: Mark; readonly depth?: number; readonly line: Line};

const NOTE: Mark = {symbol: '·', tone: 'quiet'};
const CHECKPOINT: Mark = {symbol: '◆', tone: 'quiet'};
const QUESTION: Mark = {symbol: '‖', tone: 'attention'};
const SKIPPED: Mark = {symbol: '○', tone: 'quiet'};
const FAILED: Mark = {symbol: '✖', tone: 'bad'};
const GRANTED: Mark = {symbol: '✔', tone: 'good'};
const DENIED: Mark = {symbol: '■', tone: 'attention'};

type ProgressLook = {readonly hasSymbols: boolean /** A command as the user has to type it. */; readonly toCommand: (words: string) => string};

export const createRunProgress = (rad: Rad, {hasSymbols, toCommand}: ProgressLook): RunProgress => {
	const agents = new Map<AgentId, Agent>();
	const find = async (id: AgentId): Promise<Agent> => {
		const agent = await rad.monitor.find(id);
		agents.set(id, agent);
		return agent;
	};
	const toDepth = (agent: Agent): number => {
		const parent = agent.parentId === null ? undefined : agents.get(agent.parentId);
		return parent === undefined ? 0 : toDepth(parent) + 1;
	};
	const say = async (event: RadEvent): Promise<Said | undefined> => {
		switch (event.type) {
			case 'run.started':
				return {mark: NOTE, line: [{text: event.runId, tone: 'quiet'}]};
			case 'run.status-changed':
				return undefined;
			case 'run.budget-spent':
				return {mark: FAILED, line: [event.reason]};
			case 'agent.registered': {
				const agent = await find(event.agentId);
				return {mark: labelAgent({status: 'running', isUnattended: false}), depth: toDepth(agent), line: describeStart(agent)};
			}
			case 'agent.status-changed': {
				if (!isAgentOver(event.status)) return undefined;
				const agent = await find(event.agentId);
				return {mark: labelAgent(agent), depth: toDepth(agent), line: await describeEnd(rad, agent, [...agents.values()])};
			}
			case 'step.ended':
				return describeStep(
					event,
					[...agents.values()].findLast(({stepId, parentId}) => stepId === event.stepId && parentId === null),
				);
			case 'checkpoint.created': {
				const {id, label, kind} = await rad.checkpoints.find(event.checkpointId);
				// An agent writes many files; rad checkpoint list has all of them.
				if (kind === 'write') return undefined;
				return {mark: CHECKPOINT, line: ['checkpoint ', {text: id, tone: 'quiet'}, ` ${label}`]};
			}
			case 'checkpoint.restored':
				return {mark: CHECKPOINT, line: [`restored ${event.checkpointId}; to undo: rad checkpoint restore ${event.safetyId}`]};
			case 'request.opened':
			case 'request.decided': {
				const request = (await rad.requests.list({runId: event.runId})).find(({id}) => id === event.requestId);
				if (request === undefined) return undefined;
				const who = agents.get(request.agentId)?.name ?? request.agentId;
				return event.type === 'request.opened' ? describeWish(who, request) : describeAnswer(who, request, event.isGranted);
			}
			case 'step.opened':
				return describeRound(event);
			case 'step.rolled-back':
				return event.reason === null
					? undefined
					: {mark: FAILED, line: [{text: event.stepId, tone: 'strong'}, ` could not be rolled back: ${event.reason}`]};
			case 'step.merged':
				return describeMerge(event);
			case 'step.asked': {
				const answer = toCommand(`approve ${event.runId} ${event.stepId}`);
				return {
					mark: QUESTION,
					line: [{text: event.stepId, tone: 'strong'}, ` asks: ${event.question.message}`, {text: `  ${answer}`, tone: 'quiet'}],
				};
			}
			case 'step.decided':
				return {
					mark: event.decision.isApproved ? GRANTED : DENIED,
					line: [{text: event.stepId, tone: 'strong'}, ` ${describeDecision(event.decision)}`],
				};
			case 'step.started':
			case 'step.attempt-ended':
				return undefined;
		}
	};
	const describe: RunProgress['describe'] = async ({at, event}) => {
		const said = await say(event);
		return said === undefined ? undefined : {line: toLine(at, said, hasSymbols), isUrgent: isUrgent(said.mark)};
	};
	return {describe, note: (at, text) => toLine(at, {mark: NOTE, line: [text]}, hasSymbols)};
};

const isUrgent = ({tone}: Mark): boolean => tone === 'bad' || tone === 'attention';

const toLine = (at: number, {mark, depth = 0, line}: Said, hasSymbols: boolean): Line => [
	{text: `${formatTime(at)} `, tone: 'quiet'},
	'  '.repeat(depth),
	...(hasSymbols ? [{text: mark.symbol, tone: mark.tone}, ' '] : []),
	...line,
];

const describeStart = (agent: Agent): Line => {
	const parts = [formatEngine(agent), ...(agent.model === null ? [] : [agent.model]), ...(agent.attempt > 1 ? [`attempt ${agent.attempt}`] : [])];
	return [{text: agent.name, tone: 'strong'}, ' started', {text: ` · ${parts.join(' · ')}`, tone: 'quiet'}];
};

const describeEnd = async (rad: Rad, agent: Agent, agents: readonly Agent[]): Promise<Line> => {
	const own = new Map((await rad.telemetry.byAgent({runId: agent.planId})).map(each => [each.agentId, each]));
	const totals = sumSubtrees(agents, own).get(agent.id);
	return [
		{text: agent.name, tone: 'strong'},
		` ${agent.error === null ? formatOutcome(agent) : labelAgent(agent).word} in ${formatAgentDuration(agent, agent.endedAt ?? agent.startedAt)}`,
		{text: totals === undefined ? '' : formatFigures(totals, own.get(agent.id), agent), tone: 'quiet'},
		...(agent.error === null ? [] : [`: ${agent.error}`]),
	];
};

/** ` · 37.6k tokens, with sub-agents · $0.1251 (recorded)`. */
const formatFigures = (totals: UsageTotals, own: UsageTotals | undefined, {isRecording}: Agent): string => {
	const scope = totals.responses === own?.responses ? '' : ', with sub-agents';
	return ` · ${formatCount(totalTokens(totals.tokens))} tokens${scope} · ${formatCost(totals)}${isRecording ? ' (recorded)' : ''}`;
};

/** A conflict is told by what becomes of it. */
const describeMerge = ({stepId, head, commit, isChanged}: RadEvent & {type: 'step.merged'}): Said | undefined =>
	head === null || !isChanged
		? undefined
		: {mark: NOTE, line: [{text: stepId, tone: 'strong'}, ' merged as ', {text: commit.slice(0, SHORT_COMMIT), tone: 'quiet'}]};

const SHORT_COMMIT = 10;

/** The rounds of a block are told where there are, or can be, several. */
const describeRound = ({stepId, round, items}: RadEvent & {type: 'step.opened'}): Said | undefined => {
	const what = items === null ? `round ${round}` : `item ${round} of ${items.length}`;
	return items === null && round === 1 ? undefined : {mark: NOTE, line: [{text: stepId, tone: 'strong'}, ` ${what}`]};
};

/** A step that had an agent was told of by its agent, unless it failed for another reason. */
const describeStep = (event: RadEvent & {type: 'step.ended'}, agent: Agent | undefined): Said | undefined => {
	if (event.takenFrom !== undefined) return describeTakeover(event, event.takenFrom);
	const isTold = agent !== undefined && (event.status !== 'failed' || event.reason === agent.error);
	if (isTold || event.status === 'completed' || event.reason === null) return undefined;
	const mark = event.status === 'failed' ? FAILED : SKIPPED;
	return {mark, line: [{text: event.stepId, tone: 'strong'}, ` ${event.status}: ${event.reason}`]};
};

const describeTakeover = ({stepId, status}: RadEvent & {type: 'step.ended'}, runId: RunId): Said => ({
	mark: labelStep({status}),
	line: [{text: stepId, tone: 'strong'}, ` taken over from ${runId}: ${labelStep({status}).word}`],
});

const describeWish = (who: string, {subject}: AgentRequest): Said => ({
	mark: QUESTION,
	line: [{text: who, tone: 'strong'}, ` asks ${describeSubject(subject)}`],
});

const describeAnswer = (who: string, {subject, decidedBy}: AgentRequest, isGranted: boolean): Said => {
	const what = subject.kind === 'restore' ? 'the restore' : 'the call';
	if (isGranted) return {mark: GRANTED, line: [{text: who, tone: 'strong'}, ` may: ${what} was granted`]};
	const reason = DENIALS[decidedBy ?? ''];
	const hint = subject.kind === 'restore' && isUnanswered(decidedBy) ? '; grant it in rad top, or set restore: own-step in the workflow' : '';
	return {mark: DENIED, line: [{text: who, tone: 'strong'}, ` may not: ${what} was denied${reason === undefined ? '' : `, ${reason}`}${hint}`]};
};

/** By who or what decided, as the request tells it. */
const DENIALS: Readonly<Record<string, string>> = {
	'no terminal': 'nobody is at a dashboard',
	timeout: 'nobody answered',
	limit: 'enough was restored in this run',
	policy: 'only a checkpoint of its own attempt is allowed',
	cancelled: 'it is being stopped',
};

const isUnanswered = (decidedBy: string | null): boolean => decidedBy === 'no terminal' || decidedBy === 'timeout';
