import {createContext, Script} from 'node:vm';
import {toForeign} from '../../../foreign.ts';

/** The numbers, from 0, of the lines that match; undefined when it took too long. */
export type LineMatcher = (lines: readonly string[], limitMs: number) => readonly number[] | undefined;

/**
 * Makes a matcher of a regular expression, or of a plain text when it is none. Some expressions take longer than anybody can wait, and
 * only the machine itself can interrupt one: a script that is run with a limit.
 */
export const createLineMatcher = (pattern: string): LineMatcher => {
	const isMatch = toTest(pattern);
	let searched: readonly string[] = [];
	let found: number[] = [];
	const search = (): void => {
		for (const [index, line] of searched.entries()) if (isMatch(line)) found.push(index);
	};
	const script = new Script('search()');
	// Made once: it takes as long as reading a file.
	const context = createContext({search});
	return (lines, limitMs) => {
		[searched, found] = [lines, []];
		try {
			script.runInContext(context, {timeout: Math.max(1, Math.ceil(limitMs))});
			return found;
		} catch (error) {
			// The error is of the script's own world, where an Error is none of ours.
			if (toForeign(error)['code'] === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return undefined;
			throw error;
		}
	};
};

const toTest = (pattern: string): ((line: string) => boolean) => {
	try {
		const expression = new RegExp(pattern, 'u');
		return line => expression.test(line);
	} catch (error) {
		if (!(error instanceof SyntaxError)) throw error;
		return line => line.includes(pattern);
	}
};
