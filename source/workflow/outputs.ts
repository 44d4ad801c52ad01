import {attemptFiles} from '../agents/attempt-files.ts';
import type {Findings} from '../agents/fact-recorder.ts';
import {readStart} from '../agents/foreign-files.ts';
import type {AttemptOutcome} from '../domain/events.ts';
import type {OutputSchemas, PlanStep} from '../domain/plan.ts';
import type {Attempt, Store} from '../monitoring/store-port.ts';
import {findAnswer, isDeeper, MAX_DEPTH} from './answer.ts';
import type {Judgement} from './judge-attempt.ts';

/** What an attempt hands on, and what is wrong with it; `problems` is empty where it is all that was promised. */
export type Outputs = {readonly values: Readonly<Record<string, unknown>>; readonly problems: readonly string[]};

const MAX_BYTES = 64 * 1024;
const MAX_TOLD = 5;
const NANO = 1e9;

/**
 * Takes what an attempt left for later steps: of a step that promises nothing, the `key=value` lines that it wrote to its file; else what was
 * promised, from there or, of an agent, from its answer. What does not fit is left out.
 */
export const takeOutputs = async (
	{kind, outputs}: Pick<PlanStep, 'kind' | 'outputs'>,
	findings: Pick<Findings, 'answer' | 'finalMessage'>,
	directory: string,
): Promise<Outputs> => {
	if (outputs === null) return {values: Object.fromEntries([...readLines(directory)].map(([key, text]) => [key, toValue(text)])), problems: []};
	const answer = kind === 'run' ? {value: toPromised(readLines(directory), outputs)} : findAnswer(findings);
	return answer.value === undefined ? {values: {}, problems: [answer.problem]} : await fitOutputs(outputs, answer.value);
};

const fitOutputs = async (outputs: OutputSchemas, found: Readonly<Record<string, unknown>>): Promise<Outputs> => {
	// Loaded only here: most commands take in no outputs, and the schema library is the largest part of the program.
	const {fitOutput} = await import('./format/zod-fit.ts');
	const fits = Object.entries(outputs).map(([name, schema]) => ({
		name,
		...fitOutput(name, schema, Object.hasOwn(found, name) ? found[name] : undefined),
	}));
	return {
		values: Object.fromEntries(fits.flatMap(({name, problems, value}) => (problems.length === 0 ? [[name, value]] : []))),
		problems: fits.flatMap(({problems}) => problems),
	};
};

/** The file is the agent's to spoil: at most 64 KiB of it are read, and what is no plain file hands on nothing. */
const readLines = (directory: string): ReadonlyMap<string, string> => {
	const text = readStart(attemptFiles(directory).output, MAX_BYTES)?.toString('utf8') ?? '';
	const pairs = text.split('\n').flatMap(line => {
		const [, key, value] = /^([A-Za-z_][A-Za-z0-9_]*)=(.*)$/.exec(line) ?? [];
		return key === undefined || value === undefined ? [] : [[key, value] as const];
	});
	return new Map(pairs);
};

/** Of what is promised as a text, `1.0` is one, and no number. */
const toPromised = (lines: ReadonlyMap<string, string>, outputs: OutputSchemas): Readonly<Record<string, unknown>> =>
	Object.fromEntries(
		[...lines].map(([key, text]) => {
			const value = toValue(text);
			const isText = Object.hasOwn(outputs, key) && outputs[key]?.type === 'string';
			return [key, isText && typeof value !== 'string' ? text : value];
		}),
	);

/** A value that is JSON is taken as JSON; what is nested too deep to be handed on stays the text that it is. */
const toValue = (text: string): unknown => {
	try {
		const value = JSON.parse(text) as unknown;
		return isDeeper(value, MAX_DEPTH) ? text : value;
	} catch {
		return text;
	}
};

/** Dollars that a step has cost so far, with all of its attempts: as far as costs are known, null where none is. */
export const sumCost = async (store: Pick<Store, 'sumUsage'>, {runId, stepId}: Pick<Attempt, 'runId' | 'stepId'>): Promise<number | null> => {
	const {costNanoUsd, responses, unpriced} = await store.sumUsage({runId, stepId});
	return responses > 0 && unpriced === responses ? null : Number(costNanoUsd) / NANO;
};

/** An attempt that would be done fails without what its step promises; an agent gets to hear what was wrong. */
export const demandOutputs = (outcome: AttemptOutcome, {kind}: Pick<PlanStep, 'kind'>, {problems}: Outputs): AttemptOutcome => {
	if (outcome.status !== 'completed' || problems.length === 0) return outcome;
	const rest = problems.length > MAX_TOLD ? `; and ${problems.length - MAX_TOLD} more` : '';
	const complaint = `${problems.slice(0, MAX_TOLD).join('; ')}${rest}`;
	const what = kind === 'prompt' ? 'its answer' : 'what it wrote to $RAD_OUTPUT';
	const reason = `${what} does not fit outputs: ${complaint}`;
	return {...outcome, status: 'failed', reason, cause: 'invalid_output', ...(kind === 'prompt' ? {complaint} : {})};
};

/** The end of the agent whose attempt ended so: one whose outputs do not fit has failed, whatever it says itself. */
export const toAgentEnding = (judgement: Judgement, outcome: AttemptOutcome): Judgement =>
	outcome.cause === 'invalid_output' && judgement.status === 'completed' ? {...judgement, status: 'failed', error: outcome.reason} : judgement;
