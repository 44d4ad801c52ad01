import {RadError} from '../domain/failures.ts';
import {type Contexts, evaluateTemplate, parseTemplate} from './format/actions-expressions.ts';

/** A text with its expressions filled in; `what` it is. @throws {RadError} `EXPRESSION_FAILED`, such as for fromJSON of what is none. */
export const fillIn = (text: string, contexts: Contexts, what: string): string => {
	try {
		return evaluateTemplate(parseTemplate(text, Object.keys(contexts)).template, contexts);
	} catch (error) {
		// The library's errors have no name of their own.
		if (error instanceof Error) throw new RadError('EXPRESSION_FAILED', `its ${what} cannot be filled in: ${error.message}`);
		throw error;
	}
};
