import {formatDuration} from '../domain/figures.ts';
import type {RunId} from '../domain/ids.ts';
import type {Run} from '../domain/records.ts';
import {totalTokens} from '../domain/tokens.ts';
import {formatKnownCost} from '../views/cost-words.ts';
import {formatCount} from '../views/format.ts';
import {labelRun} from '../views/status-label.ts';
import type {Figures, SubtreeFigures} from './subtree-figures.ts';

/** A command as the user has to type it. */
export type ToCommand = (words: string) => string;

/** `, 12.3k tokens, cost $0.12 (reported)`; empty where no model has answered. No sign stands for a word, since signs are not read out. */
export const nameFigures = (figures: Figures | undefined): string => {
	if (figures === undefined || figures.totals.responses === 0) return '';
	return `, ${formatCount(totalTokens(figures.totals.tokens))} tokens, cost ${formatKnownCost(figures.totals, figures.recorded)}`;
};

/** A sentence, with its reason where there is one. */
export const joinWhy = (what: string, why: string | null): string => (why === null ? `${what}.` : `${what}: ${endSentence(why)}`);

const endSentence = (text: string): string => (/[.!?…]$/.test(text) ? text : `${text}.`);

/** How a run ended, what it took, and where to read more where it did not go well. */
export const describeEndOfRun = (run: Run, {ofRun}: SubtreeFigures, toCommand: ToCommand): string => {
	const took = formatDuration((run.endedAt ?? run.startedAt) - run.startedAt);
	const verb = run.status === 'cancelled' ? 'was cancelled' : labelRun(run).word;
	const end = joinWhy(`The run of ${run.workflow} ${verb} after ${took}${nameFigures(ofRun)}`, run.error);
	return run.status === 'completed' ? end : `${end} To read more: ${toCommand(`show ${run.id}`)}`;
};

/** What a step waits for, and the commands that answer it. */
export const nameQuestion = (
	{runId, stepId, message}: {readonly runId: RunId; readonly stepId: string; readonly message: string},
	toCommand: ToCommand,
): string => {
	const [yes, no] = ['approve', 'reject'].map(verb => toCommand(`${verb} ${runId} ${stepId}`));
	return `The step ${stepId} asks: ${endSentence(message)} For yes: ${yes} and for no: ${no}`;
};
