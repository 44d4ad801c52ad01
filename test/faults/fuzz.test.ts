import process from 'node:process';
import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {findRestoreRequest} from '../../source/agents/restore-request.ts';
import {encodeJson} from '../../source/cli/encode-json.ts';
import {createSanitizer, sanitizeLine, sanitizeText} from '../../source/domain/sanitize.ts';
import {tellFigures} from './tell-figures.ts';
import {aHostileText} from './tui/hostile-text.ts';

// Of each kind; a second or two. A night can take a million.
const INPUTS = Number(process.env['RAD_TEST_INPUTS'] ?? 10_000);
const HANG_MS = 60_000 + INPUTS * 2;

/** Everything that steers a terminal, turns the direction of text, or ends a line where nobody sees it. */
const STEERING = /[\0-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

const countSteering = (text: string): number => text.match(STEERING)?.length ?? 0;

const ID = 'cp_0123456789';
const aMessage = (): fc.Arbitrary<string> =>
	fc
		.array(
			fc.oneof(
				{weight: 3, arbitrary: fc.constantFrom('/restore', ` ${ID}`, '\n', '```', '`', '> ', '- ', '    ', '<pre>', '<!--', '-->', '\r', '/', ID)},
				aHostileText(),
			),
			{maxLength: 12},
		)
		.map(pieces => pieces.join(''));

/** A line that is a request and nothing else; only where there is one may a request be found. */
const IS_REQUEST = /^\/restore(?:[ \t]+cp_[0-9a-z]{10})?[ \t]*$/;

/** Tells what was counted in any case: of the first input that fails, too. */
const check = <Input extends unknown[]>(property: fc.IProperty<Input>, tell: () => void): void => {
	try {
		fc.assert(property, {numRuns: INPUTS, endOnFailure: true});
	} finally {
		tell();
	}
};

describe('of any input whatever', () => {
	it(`nothing that steers a terminal is left, in one piece or in two, as text, line or JSON (${INPUTS} inputs)`, {timeout: HANG_MS}, () => {
		let [inputs, left] = [0, 0];

		check(
			fc.property(aHostileText(), fc.nat(), (text, cut) => {
				const sanitizer = createSanitizer();
				const at = cut % (text.length + 1);
				const inTwo = sanitizer.write(text.slice(0, at)) + sanitizer.write(text.slice(at)) + sanitizer.end();
				const found = [sanitizeText(text), inTwo, sanitizeLine(text), encodeJson(text, 0)].reduce((sum, each) => sum + countSteering(each), 0);
				inputs += 1;
				left += found;
				return found === 0 && inTwo === sanitizeText(text);
			}),
			() => tellFigures({inputs, 'escape bytes': left}),
		);
		expect(left).toBe(0);
	});

	it(`no restore is asked for where no line asks for it (${INPUTS} messages)`, {timeout: HANG_MS}, () => {
		let [messages, unauthorised] = [0, 0];

		check(
			fc.property(aMessage(), message => {
				const isAsked = message.split(/\r\n|\n|\r/).some(line => IS_REQUEST.test(line));
				const isFound = findRestoreRequest(message) !== undefined;
				messages += 1;
				if (isFound && !isAsked) unauthorised += 1;
				return isAsked || !isFound;
			}),
			() => tellFigures({messages, 'unauthorised restores': unauthorised}),
		);

		expect(unauthorised).toBe(0);
	});
});
