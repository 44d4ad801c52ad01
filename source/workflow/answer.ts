import type {JsonSchema} from '../agents/engine.ts';
import type {Findings} from '../agents/fact-recorder.ts';
import {type Foreign, isForeign} from '../agents/foreign.ts';
import type {OutputSchema, OutputSchemas} from '../domain/plan.ts';

/** The JSON Schema of an answer that holds these outputs, and nothing else. */
export const toAnswerSchema = (outputs: OutputSchemas): JsonSchema => toClosed({type: 'object', properties: outputs, required: Object.keys(outputs)});

const toClosed = ({items, properties, ...schema}: OutputSchema): JsonSchema => ({
	...schema,
	...(items === undefined ? {} : {items: toClosed(items)}),
	...(properties === undefined
		? {}
		: {
				properties: Object.fromEntries(Object.entries(properties).map(([name, property]) => [name, toClosed(property)])),
				additionalProperties: false,
			}),
});

export type Demand = {
	readonly outputs: OutputSchemas;
	/** True where the engine has its model answer by the schema, so that the prompt need not tell it. */
	readonly isToldOtherwise: boolean;
	/** What was wrong with an answer before; null where nothing was. */
	readonly complaint: string | null;
	/** True where the conversation of that answer is gone on with. */
	readonly isKnown: boolean;
};

/** What an agent is told that has to hand on outputs. */
export const formatDemand = (task: string, {outputs, isToldOtherwise, complaint, isKnown}: Demand): string => {
	const form = isToldOtherwise ? [] : [formatSchema(outputs)];
	if (complaint === null) return [task, ...form].join('\n\n');
	if (isKnown)
		return [
			`Your last answer cannot be used: ${complaint}.`,
			'Answer again. What you have done is still in place: change nothing more unless the answer needs it.',
			...form,
		].join('\n\n');
	return [
		task,
		...form,
		`This was worked on before, and what was done then is still in place. Only the answer could not be used: ${complaint}. Look at what is there, do what is missing, and answer.`,
	].join('\n\n');
};

const formatSchema = (outputs: OutputSchemas): string =>
	[
		'End with your answer as one JSON object in a block that begins with a line ```json and ends with a line ```. It has to fit this JSON Schema:',
		JSON.stringify(toAnswerSchema(outputs), null, 2),
	].join('\n\n');

/** What an agent answered, or why that cannot be told. */
export type Answer = {readonly value: Foreign; readonly problem?: never} | {readonly problem: string; readonly value?: never};

// Expressions and the run's events carry them along; what is longer belongs in a file.
const MAX_CHARACTERS = 64 * 1024;
export const MAX_DEPTH = 32;

/** Finds the answer in foreign text: what the engine took for it, else the last block of JSON in the final message, or all of it. */
export const findAnswer = ({answer, finalMessage = ''}: Pick<Findings, 'answer' | 'finalMessage'>): Answer => {
	const value = answer ?? parse(findLastBlock(finalMessage) ?? finalMessage);
	if (!isForeign(value)) return {problem: 'it holds no JSON object'};
	if (isDeeper(value, MAX_DEPTH)) return {problem: `it is nested more than ${MAX_DEPTH} levels deep`};
	return JSON.stringify(value).length > MAX_CHARACTERS ? {problem: `it is larger than ${MAX_CHARACTERS / 1024} KiB`} : {value};
};

const BLOCK_START = /^[ \t]*```json[ \t]*\r?\n/gim;
const BLOCK_END = /^[ \t]*```/m;

const findLastBlock = (text: string): string | undefined => {
	const start = [...text.matchAll(BLOCK_START)].at(-1);
	if (start === undefined) return undefined;
	const rest = text.slice(start.index + start[0].length);
	return rest.slice(0, BLOCK_END.exec(rest)?.index);
};

const parse = (text: string): unknown => {
	try {
		return JSON.parse(text);
	} catch (error) {
		if (error instanceof SyntaxError || error instanceof RangeError) return undefined;
		throw error;
	}
};

/** Looks no deeper than the limit: what is nested a million times must not cost the stack. */
export const isDeeper = (value: unknown, levels: number): boolean =>
	typeof value === 'object' && value !== null && (levels === 0 || Object.values(value).some(item => isDeeper(item, levels - 1)));
