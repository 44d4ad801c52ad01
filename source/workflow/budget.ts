import {formatDuration, formatInteger, formatNanoUsd} from '../domain/figures.ts';
import type {RunId} from '../domain/ids.ts';
import {type Allowance, type Budget, type FrozenPlan, hasLimit, type PlanStep} from '../domain/plan.ts';
import type {UsageTotals} from '../domain/records.ts';
import {totalTokens} from '../domain/tokens.ts';
import type {Store} from '../monitoring/store-port.ts';
import type {AttemptPorts} from './attempt-ports.ts';
import type {RunState} from './run-state.ts';
import type {Ceiling} from './scope.ts';

/** A limit that was reached; `text` says which, and how much was spent: `its budget is spent: $0.31 of $0.30`. */
export type SpentBudget = {
	readonly scope: 'run' | 'block' | 'step';
	/** Of a block: its name in the run. */
	readonly block?: string;
	readonly text: string;
	/** True where nobody can be asked for more. */
	readonly isFinal: boolean;
};

/** How often a person has allowed as much again. */
export type Raises = {readonly run: number; readonly step: number; readonly ceilings: RunState['ceilings']};

/** A step, and what the blocks around it let it spend. */
export type Spender = {readonly step: PlanStep; readonly ceilings: readonly Ceiling[]};

/** Looks what a run has spent. */
export type Meter = {
	/** The limit that is reached, of the run before that of the step; null while there is none. */
	readonly look: (spender: Spender, raises: Raises) => Promise<SpentBudget | null>;
	/** The same without the limits of the run. */
	readonly lookAtStep: (spender: Spender, raises: Raises) => Promise<SpentBudget | null>;
	/** Waits for something; the time does not count. */
	readonly leaveOut: <Result>(wait: () => Promise<Result>) => Promise<Result>;
	/** Makes it an event that the run's budget is spent, so that nothing is started any more. */
	readonly commit: (spent: SpentBudget, raises: Raises) => Promise<void>;
};

/** The same for one step, as it is allowed to spend now. */
export type BoundMeter = {readonly look: () => Promise<SpentBudget | null>; readonly commit: (spent: SpentBudget) => Promise<void>};

export type MeteredRun = {readonly runId: RunId; readonly frozen: FrozenPlan; readonly onNotice: (text: string) => void};

type Sums = {readonly version: number; readonly run: UsageTotals; readonly blocks: readonly UsageTotals[]; readonly step: UsageTotals};

const DOUBT =
	'some costs are not known, or only when their agent ends: until then they do not count against the budget; limit tokens or turns as well';

const NO_LIMITS: Budget = {costNanoUsd: null, tokens: null, turns: null, wallMs: null, onExceeded: 'stop'};

/** While no rad drove the run, only the time of its agents counts. */
export const createMeter = async ({store, clock}: Pick<AttemptPorts, 'store' | 'clock'>, {runId, frozen, onNotice}: MeteredRun): Promise<Meter> => {
	const before = await sumTimes(store, runId, clock.now());
	let startOfRun = clock.elapsed();
	const startsOfSteps = new Map<string, number>();
	const known = new Map<string, Sums>();
	let isDoubtTold = false;
	const sum = async ({step: {id}, ceilings}: Spender): Promise<Sums> => {
		const version = store.version();
		const last = known.get(id);
		if (last?.version === version) return last;
		const blocks = await Promise.all(ceilings.map(({block}) => store.sumUsage({runId, stepPrefix: `${block}.`})));
		const sums = {version, run: await store.sumUsage({runId}), blocks, step: await store.sumUsage({runId, stepId: id})};
		known.set(id, sums);
		return sums;
	};
	const tellDoubt = (budget: Budget, {unpriced}: UsageTotals): void => {
		if (isDoubtTold || budget.costNanoUsd === null || unpriced === 0) return;
		isDoubtTold = true;
		onNotice(DOUBT);
	};
	/** How long the steps were at work whose names begin so, and that have been looked at: before, and since the first of them was. */
	const timeOf = (prefix: string): number => {
		const isOf = ([id]: readonly [string, number]): boolean => id.startsWith(prefix);
		const earlier = [...before.steps].filter(isOf).reduce((sum, [, time]) => sum + time, 0);
		const starts = [...startsOfSteps].filter(isOf).map(([, start]) => start);
		return earlier + (starts.length === 0 ? 0 : clock.elapsed() - Math.min(...starts));
	};
	const look = async (spender: Spender, ofRun: readonly Budget[], raises: Raises): Promise<SpentBudget | null> => {
		const {step, ceilings} = spender;
		const startOfStep = startsOfSteps.get(step.id) ?? clock.elapsed();
		startsOfSteps.set(step.id, startOfStep);
		const ofStep = raise(step.budget, raises.step);
		if (![...ofRun, ofStep].some(hasLimit) && ceilings.length === 0) return null;
		const totals = await sum(spender);
		for (const budget of ofRun) tellDoubt(budget, totals.run);
		tellDoubt(ofStep, totals.step);
		for (const budget of ofRun) {
			const run = findReached(budget, totals.run, before.run + clock.elapsed() - startOfRun);
			if (run !== null) return {scope: 'run', text: `the run's budget is spent: ${run}`, isFinal: budget.onExceeded === 'stop'};
		}
		for (const [index, {block, whose, budget}] of ceilings.entries()) {
			const {raises: times = 0, isSpentForGood = false} = raises.ceilings[block] ?? {};
			const found = findReached(raise(budget, times), totals.blocks[index] ?? totals.run, timeOf(`${block}.`));
			const isFinal = budget.onExceeded === 'stop' || isSpentForGood;
			if (found !== null) return {scope: 'block', block, text: `the budget of ${whose} is spent: ${found}`, isFinal};
		}
		const own = findReached(ofStep, totals.step, (before.steps.get(step.id) ?? 0) + clock.elapsed() - startOfStep);
		return own === null ? null : {scope: 'step', text: `its budget is spent: ${own}`, isFinal: step.budget.onExceeded === 'stop'};
	};
	return {
		// What whoever started it allows is looked at first: asking would be in vain.
		look: (spender, raises) => look(spender, [{...NO_LIMITS, costNanoUsd: frozen.maxCostNanoUsd}, raise(frozen.plan.budget, raises.run)], raises),
		lookAtStep: (spender, raises) => look(spender, [], raises),
		leaveOut: async wait => {
			const begin = clock.elapsed();
			try {
				return await wait();
			} finally {
				const time = clock.elapsed() - begin;
				startOfRun += time;
				for (const [id, start] of startsOfSteps) startsOfSteps.set(id, start + time);
			}
		},
		commit: async ({scope, text, isFinal}, raises) => {
			if (scope === 'run') await store.spendBudget(runId, {reason: text, isFinal, raises: raises.run}, clock.now());
		},
	};
};

/** How long the agents of a run were at work so far. Of one that was lost nobody knows. */
const sumTimes = async (store: Pick<Store, 'listAttempts' | 'listAgents'>, runId: RunId, now: number) => {
	const lost = new Set((await store.listAgents({runId, status: 'lost'})).map(({id}) => id));
	const steps = new Map<string, number>();
	for (const {stepId, agentId, startedAt, endedAt} of await store.listAttempts(runId))
		if (!lost.has(agentId)) steps.set(stepId, (steps.get(stepId) ?? 0) + Math.max(0, (endedAt ?? now) - startedAt));
	return {steps, run: [...steps.values()].reduce((sum, time) => sum + time, 0)};
};

/** The budget after a person has allowed as much again, that often. */
const raise = (budget: Budget, raises: number): Budget => {
	const times = (limit: number | null): number | null => (limit === null ? null : limit * (1 + raises));
	return {...budget, costNanoUsd: times(budget.costNanoUsd), tokens: times(budget.tokens), turns: times(budget.turns), wallMs: times(budget.wallMs)};
};

/** What a run may spend when a person has allowed as much again that often. What whoever started it allows is never raised. */
export const toAllowance = ({plan, maxCostNanoUsd}: FrozenPlan, raises: number): Allowance => {
	const {costNanoUsd, tokens, turns} = raise(plan.budget, raises);
	const costs = [costNanoUsd, maxCostNanoUsd].filter(cost => cost !== null);
	return {costNanoUsd: costs.length === 0 ? null : Math.min(...costs), tokens, turns};
};

/** The first limit that is reached, as `$0.31 of $0.30`: whole numbers are compared, so 3 × 0.1 reaches 0.3. */
export const findReached = (budget: Budget, totals: Pick<UsageTotals, 'costNanoUsd' | 'tokens' | 'responses'>, wallMs: number): string | null => {
	const {costNanoUsd, tokens, turns} = budget;
	const spentTokens = totalTokens(totals.tokens);
	if (costNanoUsd !== null && totals.costNanoUsd >= BigInt(costNanoUsd))
		return `${formatNanoUsd(totals.costNanoUsd)} of ${formatNanoUsd(costNanoUsd)}`;
	if (tokens !== null && spentTokens >= tokens) return `${formatInteger(spentTokens)} of ${formatInteger(tokens)} tokens`;
	if (turns !== null && totals.responses >= turns) return `${formatInteger(totals.responses)} of ${formatInteger(turns)} turns`;
	if (budget.wallMs !== null && wallMs >= budget.wallMs) return `${formatDuration(wallMs)} of ${formatDuration(budget.wallMs)}`;
	return null;
};
