import {usageError} from './usage.ts';

/** Reads `name=value` texts; only the first `=` separates. @throws {RadError} `USAGE`. */
export const readWorkflowInputs = (texts: readonly string[], topic: string): Readonly<Record<string, string>> => {
	const pairs = texts.map((text): readonly [string, string] => {
		const equals = text.indexOf('=');
		if (equals < 1) throw usageError(`--input needs name=value, not ${text}`, topic);
		return [text.slice(0, equals), text.slice(equals + 1)];
	});
	const twice = pairs.find(([name], index) => pairs.findIndex(([each]) => each === name) !== index);
	if (twice !== undefined) throw usageError(`The input ${twice[0]} is given twice.`, topic);
	return Object.fromEntries(pairs);
};
