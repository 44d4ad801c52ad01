import {formatDuration} from '../domain/figures.ts';
import type {CheckpointId} from '../domain/ids.ts';
import type {Question} from '../domain/question.ts';
import {isUndecided} from '../domain/question.ts';
import type {Rad} from '../domain/rad.ts';
import type {Checkpoint, FileChange, Step, UsageTotals} from '../domain/records.ts';
import {totalTokens} from '../domain/tokens.ts';
import {formatCost, formatCount} from './format.ts';

/** What a person has to decide, with what the workflow wants to be shown for it. */
export type OpenQuestion = {
	readonly step: Step;
	readonly question: Question;
	/** What changed since before the run; null where that is not to be shown, or nothing tells. */
	readonly changes: {readonly since: CheckpointId; readonly files: readonly FileChange[]} | null;
};

/** Those of a run; `checkpoints` are its own, newest first. */
export const loadQuestions = async (
	rad: Pick<Rad, 'checkpoints'>,
	steps: readonly Step[],
	checkpoints: readonly Checkpoint[],
): Promise<readonly OpenQuestion[]> => {
	const open = steps.flatMap(step => (step.question !== null && isUndecided(step) ? [{step, question: step.question}] : []));
	const since = checkpoints.at(-1)?.id;
	const isShown = since !== undefined && open.some(({question}) => question.show.includes('diff'));
	const changes = isShown ? {since, files: await rad.checkpoints.diff(since)} : null;
	return open.map(each => ({...each, changes: each.question.show.includes('diff') ? changes : null}));
};

/** `No answer until 14:05 is a No`; null where it waits for ever. */
export const describeLimit = ({about, until, onTimeout}: Question, now: number): string | null => {
	if (until === null) return null;
	if (about === 'usage-limit') return `it goes on by itself ${until <= now ? 'now' : `in ${formatDuration(until - now)}`}`;
	const what = onTimeout === 'approve' ? 'Yes' : 'No';
	return until <= now ? `the time for an answer is over; that is a ${what}` : `no answer within ${formatDuration(until - now)} is a ${what}`;
};

/** What the run has cost so far; null where that is not to be shown. */
export const describeCost = ({show}: Question, totals: UsageTotals): string | null =>
	show.includes('cost')
		? totals.responses === 0
			? 'nothing was spent so far'
			: `${formatCost(totals)} so far, ${formatCount(totalTokens(totals.tokens))} tokens`
		: null;

/** A line for each value that the steps before it have handed on: `review.verdict: "approve"`. */
export const listOutputs = ({outputs}: Question): readonly string[] =>
	Object.entries(outputs).flatMap(([step, values]) => Object.entries(values).map(([name, value]) => `${step}.${name}: ${JSON.stringify(value)}`));
