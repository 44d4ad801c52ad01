import type {AgentRequest, RequestSubject} from '../../domain/records.ts';
import {formatAgo, formatPlural} from '../../views/format.ts';
import {innerSize} from '../layout.ts';
import {clean, EMPTY_LINE, type Line, line, type Span, span} from '../line.ts';
import {snapshotOf} from '../selectors.ts';
import type {Dialog, State} from '../state.ts';
import {drawAnswers} from './answers.ts';
import {drawPlan, summarisePlan} from './changes.ts';
import {type DialogView, dialogArea} from './dialog-view.ts';

type RequestDialog = Extract<Dialog, {kind: 'request'}>;

/** Arguments can be a whole file; what is asked for is seen in the first rows of them. */
const ARGUMENT_ROWS = 100;

/** The wish of an agent: to restore a checkpoint, or to make a tool call again after a restore. */
export const viewRequest = (state: State, dialog: RequestDialog): DialogView => {
	const {subject} = dialog.request;
	return subject.kind === 'restore' ? viewRestoreRequest(state, dialog, subject) : viewReplayRequest(state, dialog, subject);
};

const askerOf = (state: State, {agentId, stepId}: AgentRequest): string =>
	clean(
		snapshotOf(state)?.runAgents.find(({id}) => id === agentId)?.name ??
			snapshotOf(state)?.activeAgents.find(({id}) => id === agentId)?.name ??
			stepId,
	);

const viewRestoreRequest = (
	state: State,
	{request, plan, top}: RequestDialog,
	{checkpointId}: Extract<RequestSubject, {kind: 'restore'}>,
): DialogView => {
	const checkpoint = snapshotOf(state)?.checkpoints.find(({id}) => id === checkpointId);
	const age = checkpoint === undefined ? '' : `, taken ${formatAgo(checkpoint.createdAt, state.now)}`;
	return {
		title: [span(`${askerOf(state, request)} asks to restore a checkpoint`, 'strong')],
		status: formatAgo(request.createdAt, state.now),
		tone: 'attention',
		head: [
			line(span(checkpointId, 'accent'), `  ${clean(checkpoint?.label ?? '')}`, span(age, 'dim')),
			...(plan.face === 'ready' ? [summarisePlan(plan.value)] : []),
			EMPTY_LINE,
		],
		body: drawPlan(plan, innerSize(dialogArea(state.size)).columns),
		tail: [
			EMPTY_LINE,
			plan.face === 'ready'
				? drawAnswers(state, ['question', 'confirm', 'grant'], ['question', 'decline', 'deny (default)'])
				: drawAnswers(state, ['question', 'decline', 'deny']),
		],
		top,
	};
};

const viewReplayRequest = (state: State, {request, edited, top}: RequestDialog, subject: Extract<RequestSubject, {kind: 'replay'}>): DialogView => {
	const waiting = (snapshotOf(state)?.requests ?? []).filter(each => each.subject.kind === 'replay' && each.runId === request.runId).length;
	return {
		title: [span(`Do this again for ${askerOf(state, request)}?`, 'strong')],
		status: waiting > 1 ? `${formatPlural(waiting - 1, 'more call')} after this` : '',
		tone: 'attention',
		head: [
			line('It was undone by the restore. Nothing is written before you say so.', span(edited === null ? '' : '  edited', 'attention')),
			EMPTY_LINE,
			line(span('tool   ', 'dim'), span(clean(subject.tool), 'strong')),
			line(span('files  ', 'dim'), subject.writes.length === 0 ? span('unknown', 'dim') : subject.writes.map(clean).join(', ')),
		],
		body: drawArguments(edited ?? subject.argumentsJson),
		tail: [
			EMPTY_LINE,
			drawAnswers(
				state,
				['question', 'confirm', edited === null ? 'do it again' : 'do it as edited'],
				['question', 'decline', 'skip it (default)'],
				['question', 'edit-call', 'edit'],
			),
		],
		top,
	};
};

/** Each argument in rows of its own; what is no JSON object is shown as it is. */
const drawArguments = (json: string): readonly Line[] => {
	const entries = parseObject(json);
	return entries === undefined ? drawText(json, []) : entries.flatMap(([name, value]) => drawText(toText(value), [span(`${clean(name)}: `, 'dim')]));
};

const INDENT = span('       ');

/** The first rows of a text, the first one behind its name. */
const drawText = (text: string, name: readonly Span[]): readonly Line[] => {
	const rows = text.trimEnd().split(/\r?\n/, ARGUMENT_ROWS + 1);
	const shown = rows.slice(0, ARGUMENT_ROWS).map((row, index) => line(INDENT, ...(index === 0 ? name : []), clean(row)));
	return rows.length > ARGUMENT_ROWS ? [...shown, line(INDENT, span('… and more', 'dim'))] : shown;
};

const parseObject = (json: string): ReadonlyArray<readonly [string, unknown]> | undefined => {
	try {
		const value: unknown = JSON.parse(json);
		return typeof value === 'object' && value !== null ? Object.entries(value) : undefined;
	} catch {
		// A shortened document is no JSON any more; it is shown as text.
		return undefined;
	}
};

const toText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
