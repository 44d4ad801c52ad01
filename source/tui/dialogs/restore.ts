import type {RestorePlan} from '../../domain/records.ts';
import {formatAgo, formatPlural} from '../../views/format.ts';
import {keyOf} from '../key-lookup.ts';
import {innerSize} from '../layout.ts';
import {clean, EMPTY_LINE, type Line, line, type Span, span} from '../line.ts';
import {snapshotOf} from '../selectors.ts';
import type {RestoreDialog, State} from '../state.ts';
import {type Answer, drawAnswers} from './answers.ts';
import {drawPlan, summarisePlan} from './changes.ts';
import {type DialogView, dialogArea, topFor} from './dialog-view.ts';

/** What restoring a checkpoint would change and, once asked, the question with what would be stopped and lost. */
export const viewRestore = (state: State, dialog: RestoreDialog): DialogView => {
	const checkpoint = snapshotOf(state)?.checkpoints.find(({id}) => id === dialog.checkpointId);
	const label = clean(checkpoint?.label ?? '');
	return {
		title: toTitle(dialog, label),
		status: checkpoint === undefined ? '' : formatAgo(checkpoint.createdAt, state.now),
		tone: dialog.isAsking ? 'attention' : 'accent',
		head: dialog.plan.face === 'ready' ? [summarisePlan(dialog.plan.value, dialog.leftOut), EMPTY_LINE] : [],
		body: drawPlan(dialog.plan, innerSize(dialogArea(state.size)).columns, dialog),
		tail: [...drawWarnings(state, dialog), EMPTY_LINE, dialog.isAsking ? drawQuestion(state, dialog) : drawOffer(state, dialog)],
		top: topFor(dialog.cursor),
	};
};

const toTitle = ({isAsking, isUndo, checkpointId}: RestoreDialog, label: string): readonly Span[] => {
	if (!isAsking) return [span('Preview ', 'strong'), span(checkpointId, 'accent'), span(` "${label}"`)];
	if (isUndo) return [span('Undo the last restore? ', 'strong'), span(checkpointId, 'accent')];
	return [span('Restore ', 'strong'), span(checkpointId, 'accent'), span(` "${label}"?`, 'strong')];
};

const warning = (text: string): Line => line(span('! ', 'attention'), text);

const drawWarnings = (state: State, {plan, isAsking}: RestoreDialog): readonly Line[] => {
	if (plan.face !== 'ready') return [];
	const {hasHeadMoved, stagedSet} = plan.value;
	const lines = [
		...(hasHeadMoved ? [warning('Commits made since then stay, and so does the branch: only files change.')] : []),
		...(stagedSet === 'left' && !hasHeadMoved ? [warning('What is staged stays as it is.')] : []),
		...(stagedSet === 'restored' ? [line(span('  What is staged becomes what was staged then.', 'dim'))] : []),
		...(isAsking ? drawStopped(state) : []),
		...(isAsking ? [line(span(`A safety checkpoint of the present state is taken first${describeUndo(state)}.`, 'dim'))] : []),
	];
	return lines.length === 0 ? [] : [EMPTY_LINE, ...lines];
};

const describeUndo = (state: State): string => {
	const key = keyOf(state, 'panes', 'undo');
	return key === null ? '' : `: ${key} undoes this`;
};

/** Names the agents that the restore would stop. */
const drawStopped = (state: State): readonly Line[] => {
	const active = snapshotOf(state)?.activeAgents ?? [];
	if (active.length === 0) return [];
	const names = active.map(agent => clean(agent.name)).join(', ');
	return [
		line(
			span('! ', 'attention'),
			span(`${formatPlural(active.length, 'agent')} at work ${active.length === 1 ? 'is' : 'are'} stopped first: `, 'attention'),
			names,
		),
	];
};

const drawQuestion = (state: State, {plan, isUndo}: RestoreDialog): Line =>
	plan.face === 'ready'
		? drawAnswers(state, ['question', 'confirm', isUndo ? 'undo' : 'restore'], ...offerFiles(plan.value), ['question', 'decline', 'no (default)'])
		: drawAnswers(state, ['question', 'decline', 'leave everything as it is']);

const drawOffer = (state: State, {plan}: RestoreDialog): Line =>
	plan.face === 'ready'
		? drawAnswers(state, ['changes', 'restore', 'restore'], ...offerFiles(plan.value), ['changes', 'close', 'close'])
		: drawAnswers(state, ['changes', 'close', 'close']);

const offerFiles = ({changes}: RestorePlan): readonly Answer[] =>
	changes.length === 0
		? []
		: [
				['files', 'toggle-file', 'choose'],
				['files', 'show-diff', 'diff'],
			];
