import {describe, expect, it} from 'vitest';
import {collectSecrets, createRedactor} from '../../../source/logs/redactor.ts';

const KEY = 'hunter2-correct-horse';
const redact = createRedactor({secrets: [{name: 'OPENAI_API_KEY', value: KEY}]}).redact;

describe('createRedactor', () => {
	it('names the variable in place of its value', () => {
		expect(redact(`a ${KEY} b ${KEY}`)).toBe('a [redacted:OPENAI_API_KEY] b [redacted:OPENAI_API_KEY]');
	});

	it('takes the longer of two secrets where one begins like the other', () => {
		const both = createRedactor({
			secrets: [
				{name: 'SHORT_TOKEN', value: 'abcdefgh'},
				{name: 'LONG_TOKEN', value: 'abcdefghij'},
			],
		});

		expect(both.redact('abcdefghij abcdefgh')).toBe('[redacted:LONG_TOKEN] [redacted:SHORT_TOKEN]');
	});

	it('leaves values alone that are too short to be told from words', () => {
		expect(createRedactor({secrets: [{name: 'A_TOKEN', value: 'true'}]}).redact('it is true')).toBe('it is true');
	});

	it('does not read a value as a pattern', () => {
		const odd = createRedactor({secrets: [{name: 'A_PASSWORD', value: '.*.*.*.*$&'}]});

		expect(odd.redact('abc .*.*.*.*$& def')).toBe('abc [redacted:A_PASSWORD] def');
	});

	it('finds a secret inside JSON, and each line of one with several', () => {
		const secrets = createRedactor({
			secrets: [
				{name: 'A_PASSWORD', value: 'with"quote"s'},
				{name: 'B_SECRET', value: 'first line\nsecond line\n'},
			],
		});

		expect(secrets.redact('{"a":"with\\"quote\\"s"} second line')).toBe('{"a":"[redacted:A_PASSWORD]"} [redacted:B_SECRET]');
	});

	it.each([
		['sk-ant-api03-AbCdEf0123456789', 'sk-'],
		['sk-proj-AbCdEf0123456789', 'sk-'],
		[`AIza${'Sy0_-'.repeat(7)}`, 'AIza'],
		[`ghp_${'a1'.repeat(18)}`, 'ghp_'],
		[`gho_${'a1'.repeat(18)}`, 'gho_'],
		[`github_pat_${'1A_'.repeat(9)}`, 'github_pat_'],
		['xoxb-123456789012-abcdef', 'xoxb-'],
		['AKIAIOSFODNN7EXAMPLE', 'AKIA'],
	])('knows the shape of %s', (key, prefix) => {
		expect(redact(`key="${key}",`)).toBe(`key="[redacted:${prefix}]",`);
	});

	it.each(['ask-for-permission-first-123', 'sk-learn-contrib-packages', 'task-1234567890123456', 'sk-short1', 'AKIAIOSFODNN7EXAMPLES'])(
		'leaves %s alone',
		text => {
			expect(redact(text)).toBe(text);
		},
	);

	it.each([
		[`x ${KEY.slice(0, 6)}…(+1,234 bytes)`, 'x [redacted:OPENAI_API_KEY]…(+1,234 bytes)'],
		['x sk-ant-ab…(+9 bytes)', 'x [redacted:sk-]…(+9 bytes)'],
		['x plain…(+9 bytes)', 'x plain…(+9 bytes)'],
	])('hides what a cut has left of a secret: %s', (text, clean) => {
		expect(redact(text)).toBe(clean);
	});

	it.each(['sk-', '-sk-', 'sk-a', 'x', 'sk-1 ', 'AIza', 'ghp_a', 'xoxb-'])('takes linear time for a megabyte of "%s"', piece => {
		const text = piece.repeat(1e6 / piece.length);

		const begin = performance.now();
		redact(text);

		// Half a second is a hundred times what it takes here; a quadratic one would take minutes.
		expect(performance.now() - begin).toBeLessThan(500);
	});
});

describe('collectSecrets', () => {
	it('takes the variables whose names say that they hold a credential', () => {
		const environment = {
			OPENAI_API_KEY: 'a',
			GH_TOKEN: 'b',
			AWS_SECRET_ACCESS_KEY: 'c',
			DB_PASSWORD: 'd',
			CLIENT_SECRET: 'e',
			PATH: 'f',
			MAX_OUTPUT_TOKENS: 'g',
			KEYBOARD: 'h',
			EMPTY_TOKEN: undefined,
		};

		const names = collectSecrets(environment).map(({name}) => name);

		expect(names).toEqual(['OPENAI_API_KEY', 'GH_TOKEN', 'AWS_SECRET_ACCESS_KEY', 'DB_PASSWORD', 'CLIENT_SECRET']);
	});
});
