import {formatDuration, formatInteger, formatNanoUsd} from '../domain/figures.ts';
import {
	type Budget,
	type Concurrency,
	MAX_PARALLEL,
	type OutputSchemas,
	type Plan,
	type PlanBlock,
	type PlanChild,
	type PlanGate,
	type PlanNode,
	type PlanPlace,
	type PlanStep,
	type PlanWorktree,
	RETRY_CAUSES,
	type Repeat,
	type RetryRule,
	toBlock,
} from '../domain/plan.ts';
import {formatPlural} from '../views/format.ts';
import type {Field} from './output.ts';

/** The step that a node is, or is again and again; undefined of a block and of a question. */
export const toWork = (node: PlanNode): PlanStep | undefined => {
	const step = node.kind === 'steps' && node.isSingle ? node.steps[0] : node;
	return step?.kind === 'prompt' || step?.kind === 'run' ? step : undefined;
};

const toTimeout = (node: PlanNode): number | null => (node.kind === 'approve' ? node.timeoutMs : (toWork(node)?.timeoutMs ?? null));

/** For a pipe: what the step comes after, its engine or what else it is, model, permissions, time limit in ms, retries and condition. */
export const toStepFields = ({node, name}: PlanPlace): readonly Field[] => {
	const work = toWork(node);
	return [
		...['step', name, node.needs.join(','), work?.engine ?? node.kind, work?.model ?? null],
		work?.kind === 'prompt' ? work.permissions : null,
		toTimeout(node),
		work?.retry.max ?? null,
		node.when,
		work?.outputs == null ? null : Object.keys(work.outputs).join(','),
	];
};

export const STEP_COLUMNS = [
	{title: 'Step'},
	{title: 'After', isFlexible: true},
	{title: 'Engine'},
	{title: 'May'},
	{title: 'Limit', align: 'right'},
] as const;

export const toStepCells = ({node, name, depth}: PlanPlace): readonly string[] => {
	const work = toWork(node);
	const timeout = toTimeout(node);
	return [
		`${'  '.repeat(depth)}${depth === 0 ? name : node.id}`,
		node.needs.length === 0 ? '—' : node.needs.join(', '),
		work === undefined ? (node.kind === 'approve' ? 'a person' : '—') : [work.engine, ...(work.model === null ? [] : [work.model])].join(' '),
		work?.kind === 'prompt' && work.engine !== 'recorded' ? work.permissions : '—',
		timeout === null ? '—' : formatDuration(timeout),
	];
};

/** What only some steps have. */
export const listRest = (node: PlanNode): readonly string[] => {
	const work = toWork(node);
	return [
		...(node.when === null ? [] : [`only when ${node.when}`]),
		...(node.kind === 'steps' ? describeRepeat(node.repeat) : []),
		...describeBlock(toBlock(node)),
		...(node.kind === 'approve' ? describeGate(node) : []),
		...(node.continuesOnError ? ['may fail'] : []),
		...(node.rollsBack ? ['is undone when it fails'] : []),
		...(work === undefined ? [] : listRestOfWork(work)),
	];
};

const describeBlock = (block: PlanBlock | undefined): readonly string[] => {
	if (block === undefined) return [];
	const budget = describeBudget(block.budget);
	return [...(block.child === null ? [] : [describeChild(block.child)]), ...(budget === '' ? [] : [`budget ${budget}`])];
};

const describeChild = ({workflow, values, templates}: PlanChild): string => {
	const given = Object.entries({...values, ...templates}).map(([name, value]) => `${name}=${value}`);
	return `runs the workflow ${workflow}${given.length === 0 ? '' : ` with ${given.join(', ')}`}`;
};

const describeRepeat = (repeat: Repeat): readonly string[] => {
	switch (repeat.kind) {
		case 'once':
			return [];
		case 'loop':
			return [`up to ${formatPlural(repeat.max, 'round')} until ${repeat.until}${repeat.onExhausted === 'continue' ? ', or goes on without' : ''}`];
		case 'each': {
			const what = typeof repeat.items === 'string' ? `each ${repeat.as} of ${repeat.items}` : `each of ${formatPlural(repeat.items.length, 'item')}`;
			return [
				`once for ${what}${repeat.failsFast ? '' : ', also after one has failed'}${repeat.maxParallel === 1 ? '' : describeParallel(repeat.maxParallel)}`,
			];
		}
	}
};

const describeParallel = (most: number): string => (most >= MAX_PARALLEL ? ', side by side' : `, up to ${most} at once`);

const describeGate = ({message, show, onTimeout, timeoutMs, onReject}: PlanGate): readonly string[] => [
	`asks ${message}`,
	...(show.length === 0 ? [] : [`shows ${show.join(', ')}`]),
	...(timeoutMs === null ? [] : [`no answer in time is a ${onTimeout === 'approve' ? 'Yes' : 'No'}`]),
	...(onReject === 'continue' ? ['goes on after a No'] : []),
];

const LIMITED = {continue: 'waits until a usage limit is lifted', fail: 'fails at a usage limit'} as const;

const listRestOfWork = (step: PlanStep): readonly string[] => [
	...(step.agent === null ? [] : [`done by the agent ${step.agent.name} of ${step.agent.file}`]),
	...(step.promptFile === null ? [] : [`its prompt stands in ${step.promptFile}`]),
	...(step.retry.max === 0 ? [] : [describeRetry(step.retry)]),
	...(step.fallback.length === 0
		? []
		: [`else with ${step.fallback.map(({engine, model}) => [engine, ...(model === null ? [] : [model])].join(' ')).join(', then ')}`]),
	...(step.idleTimeoutMs === null ? [] : [`stopped when silent for ${formatDuration(step.idleTimeoutMs)}`]),
	...(describeBudget(step.budget) === '' ? [] : [`budget ${describeBudget(step.budget)}`]),
	...(step.onUsageLimit === 'ask' ? [] : [LIMITED[step.onUsageLimit]]),
	...(step.outputs === null ? [] : [`hands on ${describeOutputs(step.outputs)}`]),
	...(step.secrets.length === 0 ? [] : [`gets the secrets ${step.secrets.join(', ')}`]),
	...(step.artifacts.length === 0 ? [] : [`keeps ${step.artifacts.join(', ')}`]),
	...(step.session === null ? [] : [`goes on with the conversation of ${step.session}`]),
	...(step.workspace === 'readonly' ? ['only reads'] : []),
	...(step.worktree === null ? [] : [describeWorktree(step.worktree)]),
	...(step.takesCheckpoints || step.workspace !== 'shared' ? [] : ['cannot be undone']),
	...(step.takesCheckpoints && step.takesCheckpointAfter ? ['a checkpoint is taken after it, too'] : []),
	...(step.restorePolicy === 'own-step' ? ['may restore its own checkpoints'] : []),
];

const MERGES: Record<PlanWorktree['merge'], string> = {
	squash: 'merged as one commit',
	merge: 'merged with its commits',
	rebase: 'repeated on top of the branch',
	none: 'not merged',
};

const describeWorktree = ({base, merge, onConflict}: PlanWorktree): string =>
	`works in a work tree of its own${base === null ? '' : ` from the end of ${base}`}, and is ${MERGES[merge]}${onConflict === 'ask' && merge !== 'none' ? ', or asks' : ''}`;

const describeOutputs = (outputs: OutputSchemas): string =>
	Object.entries(outputs)
		.map(([name, {type, enum: values}]) => `${name} (${values === undefined ? type : values.join(' or ')})`)
		.join(', ');

const describeRetry = ({max, on, backoffMs}: RetryRule): string =>
	[
		`tried again up to ${formatPlural(max, 'time')}`,
		...(on.length === RETRY_CAUSES.length ? [] : [`on ${on.join(', ')}`]),
		...(backoffMs === 0 ? [] : [`after up to ${formatDuration(backoffMs)} at first`]),
	].join(' ');

/** What a run does about others; null where it is refused. */
export const describeConcurrency = ({concurrency}: Pick<Plan, 'concurrency'>): string | null =>
	concurrency === undefined ? null : `${concurrency.group}: ${CONFLICT_WORDS[concurrency.onConflict]}`;

const CONFLICT_WORDS: Record<Concurrency['onConflict'], string> = {
	queue: 'waits for a run that is at work',
	cancel: 'cancels a run of the group that is at work',
	skip: 'is skipped while a run of the group is at work',
};

/** Empty where there is no limit. */
export const describeBudget = ({costNanoUsd, tokens, turns, wallMs, onExceeded}: Budget): string =>
	[
		...(costNanoUsd === null ? [] : [formatNanoUsd(costNanoUsd)]),
		...(tokens === null ? [] : [`${formatInteger(tokens)} tokens`]),
		...(turns === null ? [] : [formatPlural(turns, 'turn')]),
		...(wallMs === null ? [] : [formatDuration(wallMs)]),
		...(onExceeded === 'ask' ? ['then it asks'] : []),
	].join(', ');
