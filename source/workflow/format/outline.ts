import {type Foreign, isForeign, toForeign, toList} from '../../agents/foreign.ts';
import {findKey} from '../../domain/misspelt-names.ts';
import {OUTPUTS_OF_CHANGES, OUTPUTS_OF_EVERY_STEP} from '../../domain/plan.ts';
import {SAFE_NAME} from '../../domain/safe-name.ts';
import type {Path} from '../../workspace/yaml-document.ts';
import {type ChildReading, isPlainPath, type TextReading, type WorkspaceFiles} from './workspace-files.ts';
import {CONCURRENCY_KEYS} from './zod-concurrency.ts';
import {STEP_KEYS, WORKFLOW_KEYS} from './zod-schema.ts';

/**
 * What the parts of a workflow file say of each other, read as far as that goes: a mistake in one line must not hide those in others, nor
 * make some up. What stands under a misspelt key is read as what was meant.
 */
export type Outline = {
	/** Names of the inputs; null when they cannot be read. */
	readonly inputs: readonly string[] | null;
	/** What a workflow that runs this one may read. */
	readonly outputs: readonly StepText[];
	/** Filled in before the run begins. */
	readonly group: readonly StepText[];
	/** Of all steps: the variables of the workflow. */
	readonly texts: readonly StepText[];
	readonly steps: readonly StepOutline[];
	/** Lists of steps that are run after those. */
	readonly closing: ReadonlyArray<readonly StepOutline[]>;
};

export type StepOutline = {
	readonly path: Path;
	readonly value: unknown;
	/** Null when it cannot be read. */
	readonly id: string | null;
	/** The steps that it names; null: it names none, so it comes after the step above. */
	readonly needs: ReadonlyArray<Place & {readonly id: string}> | null;
	/** False when part of what it needs cannot be read. */
	readonly hasAllNeeds: boolean;
	/** Where its prompt stands in a file of its own; `reading` is null where there is no such file. */
	readonly promptFile: PromptFile | null;
	/** The workflow that it runs. */
	readonly child: ChildOutline | null;
	/** Texts that may hold expressions. */
	readonly texts: readonly StepText[];
	readonly repeat: 'once' | 'loop' | 'each';
	/** Names that only its own expressions and those of its steps may read. */
	readonly binds: readonly string[];
	/** Of a block: its steps. Null of another step. */
	readonly steps: readonly StepOutline[] | null;
	/** Names of its outputs; null where any name may be one. */
	readonly outputs: readonly string[] | null;
};

/** Where a text is filled in: before the step begins, with what it alone may read, or after each of its rounds. */
export type TextPlace = 'before' | 'within' | 'after';

export type StepText = Place & {
	readonly kind: 'prompt' | 'run' | 'env' | 'message' | 'when' | 'in' | 'until' | 'publish' | 'with' | 'outputs' | 'group';
	readonly text: string;
	readonly at: TextPlace;
	/** The file that it stands in where that is not the workflow's. */
	readonly file?: string;
};

/** `depth` is that of the list in which the step stands, from 1. */
export type ChildOutline = Place & {readonly name: string; readonly depth: number; readonly reading: ChildReading};

/** Reads what a workflow names. */
export type Readers = Pick<WorkspaceFiles, 'readText'> & {readonly readChild: (name: string) => ChildReading};

export type PromptFile = Place & {readonly file: string; readonly reading: TextReading | null};

type Place = {readonly path: Path};
type Field = Place & {readonly value: unknown};

/** Blocks in blocks in blocks: nobody could read more of them. */
export const MAX_DEPTH = 8;

/** Reads any value; what has another shape than that of a workflow is left out. */
export const readOutline = (value: unknown, readers: Readers): Outline => {
	const inputs = readField([], value, 'inputs', WORKFLOW_KEYS);
	const readTop = (key: string): readonly StepOutline[] => readList(readField([], value, key, WORKFLOW_KEYS), 1, readers);
	return {
		inputs: inputs === undefined ? [] : isForeign(inputs.value) ? Object.keys(inputs.value) : null,
		outputs: readEach('outputs', 'after', readField([], value, 'outputs', WORKFLOW_KEYS)),
		group: readGroup(readField([], value, 'concurrency', WORKFLOW_KEYS)),
		texts: readVariables(readField([], value, 'env', WORKFLOW_KEYS)),
		steps: readTop('steps'),
		closing: [readTop('on_failure'), readTop('finally')],
	};
};

const readList = (list: Field | undefined, depth: number, readers: Readers): readonly StepOutline[] =>
	list === undefined || depth > MAX_DEPTH ? [] : toList(list.value).map((step, index) => readStep([...list.path, index], step, depth, readers));

const readStep = (path: Path, value: unknown, depth: number, readers: Readers): StepOutline => {
	const read = (key: string): Field | undefined => readField(path, value, key, STEP_KEYS);
	const readIn = (key: string, below: string): Field | undefined => {
		const field = read(key);
		return field === undefined ? undefined : readField(field.path, field.value, below, [below]);
	};
	const id = read('id')?.value;
	const needs = read('needs');
	const named = toList(needs?.value).flatMap((need, index) => (typeof need === 'string' ? [{id: need, path: [...(needs?.path ?? []), index]}] : []));
	const repeat = read('loop') !== undefined ? 'loop' : read('foreach') !== undefined || read('matrix') !== undefined ? 'each' : 'once';
	const steps = read('steps');
	const promptFile = readPromptFile(readIn('prompt', 'file'), readers);
	const child = readChild(read('workflow'), depth, readers);
	return {
		path,
		value,
		id: typeof id === 'string' && id !== '' ? id : null,
		needs: needs === undefined && isForeign(value) ? null : named,
		hasAllNeeds: needs === undefined ? isForeign(value) : Array.isArray(needs.value) && needs.value.length === named.length,
		promptFile,
		child,
		texts: [
			...toText('prompt', 'within', read('prompt')),
			...readFileText(promptFile),
			...toText('run', 'within', read('run')),
			...toText('message', 'within', readIn('approve', 'message')),
			...readVariables(read('env')),
			...readEach('with', 'within', read('with')),
			...toText('when', 'before', read('when')),
			...toText('in', 'before', readIn('foreach', 'in')),
			...toText('until', 'after', readIn('loop', 'until')),
			...readEach('publish', 'after', read('publish')),
		],
		repeat,
		binds:
			repeat === 'once'
				? []
				: [
						'loop',
						...(read('foreach') === undefined ? [] : [readName(readIn('foreach', 'as'))]),
						...(read('matrix') === undefined ? [] : ['matrix']),
					],
		steps: steps === undefined ? null : readList(steps, depth + 1, readers),
		outputs: readOutputNames(repeat, child, read),
	};
};

const readChild = (field: Field | undefined, depth: number, readers: Readers): ChildOutline | null =>
	typeof field?.value === 'string' && SAFE_NAME.test(field.value)
		? {path: field.path, name: field.value, depth, reading: readers.readChild(field.value)}
		: null;

const readPromptFile = (field: Field | undefined, readers: Readers): PromptFile | null =>
	typeof field?.value === 'string' && isPlainPath(field.value) ? {path: field.path, file: field.value, reading: readers.readText(field.value)} : null;

const readFileText = (file: PromptFile | null): readonly StepText[] =>
	file?.reading?.text === undefined ? [] : [{kind: 'prompt', at: 'within', text: file.reading.text, path: file.path, file: file.file}];

/** The usual name of an item is `item`. */
const readName = (field: Field | undefined): string => (typeof field?.value === 'string' ? field.value : DEFAULT_ITEM);

export const DEFAULT_ITEM = 'item';

const readOutputNames = (
	repeat: StepOutline['repeat'],
	child: ChildOutline | null,
	read: (key: string) => Field | undefined,
): readonly string[] | null => {
	if (repeat === 'each') return ['items', ...OUTPUTS_OF_CHANGES];
	if (child !== null)
		return 'plan' in child.reading && child.reading.plan !== undefined ? [...Object.keys(child.reading.plan.outputs), ...OUTPUTS_OF_CHANGES] : null;
	if (read('approve') !== undefined) return ['approved', 'by', 'comment'];
	const declared = read('outputs')?.value;
	if (isForeign(declared)) return [...Object.keys(declared), ...OUTPUTS_OF_EVERY_STEP];
	const published = read('publish');
	return read('steps') === undefined || (published !== undefined && !isForeign(published.value))
		? null
		: [...Object.keys(toForeign(published?.value)), 'rounds', ...OUTPUTS_OF_CHANGES];
};

const readGroup = (field: Field | undefined): readonly StepText[] => {
	const isShort = typeof field?.value === 'string';
	return toText('group', 'before', field === undefined || isShort ? field : readField(field.path, field.value, 'group', CONCURRENCY_KEYS));
};

const readVariables = (env: Field | undefined): readonly StepText[] => readEach('env', 'within', env);

const readEach = (kind: StepText['kind'], at: TextPlace, field: Field | undefined): readonly StepText[] =>
	field === undefined
		? []
		: Object.entries(toForeign(field.value)).flatMap(([name, value]) => toText(kind, at, {path: [...field.path, name], value}));

const toText = (kind: StepText['kind'], at: TextPlace, field: Field | undefined): readonly StepText[] =>
	typeof field?.value === 'string' ? [{kind, at, text: field.value, path: field.path}] : [];

const readField = (path: Path, value: unknown, wanted: string, known: readonly string[]): Field | undefined => {
	const mapping: Foreign = toForeign(value);
	const key = findKey(mapping, wanted, known);
	return key === undefined ? undefined : {path: [...path, key], value: mapping[key]};
};
