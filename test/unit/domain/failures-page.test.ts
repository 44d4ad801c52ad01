import {expect, test} from 'vitest';
import {FAILURES, type FailureCode} from '../../../source/domain/failures.ts';
import {readPage} from '../../support/doc-page.ts';

type Row = {readonly code: string; readonly exitCode: number; readonly meaning: string; readonly cure: string};

const ROWS: readonly Row[] = [...readPage('docs/failures.md').matchAll(/^\| `(\w+)` \| (\d+) \| (.+) \| (.+) \|$/gm)].map(
	([, code = '', exitCode, meaning = '', cure = '']) => ({code, exitCode: Number(exitCode), meaning, cure}),
);

/** A hint as the page writes it: what is filled in stands as `<name>`, and code between backticks. */
const toPlain = (text: string): string => text.replaceAll(/\{(\w+)\}/g, '<$1>').replaceAll('`', '');

test('the page of failures has one row for each, with its exit code', () => {
	const expected = Object.entries(FAILURES).map(([code, {exitCode}]) => `${code} ${exitCode}`);

	expect(ROWS.map(({code, exitCode}) => `${code} ${exitCode}`).sort()).toEqual(expected.sort());
	expect(ROWS.map(({exitCode}) => exitCode)).toEqual(ROWS.map(({exitCode}) => exitCode).sort((a, b) => a - b));
});

test('the page of failures gives the hint that rad gives', () => {
	const wrong = ROWS.filter(({code, cure}) => {
		const {hint} = FAILURES[code as FailureCode];
		// The help that fits is named by the message; two hints are for the file that the message names.
		return hint !== null && !toPlain(cure).includes(toPlain(hint));
	});

	expect(wrong).toEqual([]);
});
