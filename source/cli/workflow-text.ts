import {formatDuration, formatInteger, formatNanoUsd} from '../domain/figures.ts';
import {type Budget, type PlanStep, RETRY_CAUSES, type RetryRule} from '../domain/plan.ts';
import {formatPlural} from '../views/format.ts';
import type {Field} from './output.ts';

/** For a pipe: what the step comes after, its engine, model, permissions, time limit in ms, retries and condition. */
export const toStepFields = (step: PlanStep): readonly Field[] => [
	...['step', step.id, step.needs.join(','), step.engine, step.model],
	step.kind === 'prompt' ? step.permissions : null,
	step.timeoutMs,
	step.retry.max,
	step.when,
];

export const STEP_COLUMNS = [
	{title: 'Step'},
	{title: 'After', isFlexible: true},
	{title: 'Engine'},
	{title: 'May'},
	{title: 'Limit', align: 'right'},
] as const;

export const toStepCells = (step: PlanStep): readonly string[] => [
	step.id,
	step.needs.length === 0 ? '—' : step.needs.join(', '),
	[step.engine, ...(step.model === null ? [] : [step.model])].join(' '),
	step.kind === 'prompt' && step.engine !== 'recorded' ? step.permissions : '—',
	formatDuration(step.timeoutMs),
];

/** What only some steps have. */
export const listRest = (step: PlanStep): readonly string[] => [
	...(step.when === null ? [] : [`only when ${step.when}`]),
	...(step.continuesOnError ? ['may fail'] : []),
	...(step.retry.max === 0 ? [] : [describeRetry(step.retry)]),
	...(step.idleTimeoutMs === null ? [] : [`stopped when silent for ${formatDuration(step.idleTimeoutMs)}`]),
	...(describeBudget(step.budget) === '' ? [] : [`budget ${describeBudget(step.budget)}`]),
	...(step.session === null ? [] : [`goes on with the conversation of ${step.session}`]),
	...(step.takesCheckpoints ? [] : ['cannot be undone']),
	...(step.restorePolicy === 'own-step' ? ['may restore its own checkpoints'] : []),
];

const describeRetry = ({max, on, backoffMs}: RetryRule): string =>
	[
		`tried again up to ${formatPlural(max, 'time')}`,
		...(on.length === RETRY_CAUSES.length ? [] : [`on ${on.join(', ')}`]),
		...(backoffMs === 0 ? [] : [`after up to ${formatDuration(backoffMs)} at first`]),
	].join(' ');

/** Empty where there is no limit. */
export const describeBudget = ({costNanoUsd, tokens, turns, wallMs}: Budget): string =>
	[
		...(costNanoUsd === null ? [] : [formatNanoUsd(costNanoUsd)]),
		...(tokens === null ? [] : [`${formatInteger(tokens)} tokens`]),
		...(turns === null ? [] : [formatPlural(turns, 'turn')]),
		...(wallMs === null ? [] : [formatDuration(wallMs)]),
	].join(', ');
