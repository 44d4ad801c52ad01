import {type Foreign, isForeign, toForeign, toList} from '../../agents/foreign.ts';
import {findKey} from './misspelt-names.ts';
import type {Path} from './yaml-document.ts';
import {STEP_KEYS, WORKFLOW_KEYS} from './zod-schema.ts';

/**
 * What the parts of a workflow file say of each other, read as far as that goes: a mistake in one line must not hide those in others, nor
 * make some up. What stands under a misspelt key is read as what was meant.
 */
export type Outline = {
	/** Names of the inputs; null when they cannot be read. */
	readonly inputs: readonly string[] | null;
	/** Of all steps: the variables of the workflow. */
	readonly texts: readonly StepText[];
	readonly steps: readonly StepOutline[];
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
	/** Names of the outputs that it declares; null where it declares none, or none that can be read. */
	readonly outputs: readonly string[] | null;
	/** Texts that may hold expressions. */
	readonly texts: readonly StepText[];
};

export type StepText = Place & {readonly kind: 'prompt' | 'run' | 'env' | 'when'; readonly text: string};

type Place = {readonly path: Path};
type Field = Place & {readonly value: unknown};

/** Reads any value; what has another shape than that of a workflow is left out. */
export const readOutline = (value: unknown): Outline => {
	const inputs = readField([], value, 'inputs', WORKFLOW_KEYS);
	const steps = readField([], value, 'steps', WORKFLOW_KEYS);
	return {
		inputs: inputs === undefined ? [] : isForeign(inputs.value) ? Object.keys(inputs.value) : null,
		texts: readVariables(readField([], value, 'env', WORKFLOW_KEYS)),
		steps: steps === undefined ? [] : toList(steps.value).map((step, index) => readStep([...steps.path, index], step)),
	};
};

const readStep = (path: Path, value: unknown): StepOutline => {
	const read = (key: string): Field | undefined => readField(path, value, key, STEP_KEYS);
	const id = read('id')?.value;
	const needs = read('needs');
	const outputs = read('outputs')?.value;
	const named = toList(needs?.value).flatMap((need, index) => (typeof need === 'string' ? [{id: need, path: [...(needs?.path ?? []), index]}] : []));
	return {
		path,
		value,
		id: typeof id === 'string' && id !== '' ? id : null,
		needs: needs === undefined && isForeign(value) ? null : named,
		hasAllNeeds: needs === undefined ? isForeign(value) : Array.isArray(needs.value) && needs.value.length === named.length,
		outputs: isForeign(outputs) ? Object.keys(outputs) : null,
		texts: [...toText('prompt', read('prompt')), ...toText('run', read('run')), ...readVariables(read('env')), ...toText('when', read('when'))],
	};
};

const readVariables = (env: Field | undefined): readonly StepText[] =>
	env === undefined ? [] : Object.entries(toForeign(env.value)).flatMap(([name, value]) => toText('env', {path: [...env.path, name], value}));

const toText = (kind: StepText['kind'], field: Field | undefined): readonly StepText[] =>
	typeof field?.value === 'string' ? [{kind, text: field.value, path: field.path}] : [];

const readField = (path: Path, value: unknown, wanted: string, known: readonly string[]): Field | undefined => {
	const mapping: Foreign = toForeign(value);
	const key = findKey(mapping, wanted, known);
	return key === undefined ? undefined : {path: [...path, key], value: mapping[key]};
};
