import {describe, expect, test} from 'vitest';
import type {FlagSpec} from '../../../source/cli/command.ts';
import {GLOBAL_FLAGS} from '../../../source/cli/flags.ts';
import {formatUsage} from '../../../source/cli/help.ts';
import {judge, toKnownFlags} from '../../../source/cli/judge.ts';
import {parseWords} from '../../../source/cli/parse-words.ts';
import {COMMANDS} from '../../../source/cli/table.ts';

/** 80 columns without the margin and the gap. */
const OVERVIEW_WIDTH = 76;

const flags: ReadonlyArray<readonly [string, FlagSpec]> = [
	...COMMANDS.flatMap(command => Object.entries<FlagSpec>(command.flags)),
	...Object.entries(GLOBAL_FLAGS),
];

describe('the command table', () => {
	test('names each command once', () => {
		const paths = COMMANDS.map(({path}) => path);

		expect(new Set(paths).size).toBe(paths.length);
	});

	test('gives a flag the same type and short form in every command', () => {
		// What is new is told by a moment, or of events, which are numbered, by a number.
		const same = flags.filter(([name, {type}]) => !(name === 'since' && type === 'count'));
		const forms = new Map(same.map(([name, {type, short}]) => [name, `${type} ${short ?? ''}`]));

		for (const [name, {type, short}] of same) expect(`${type} ${short ?? ''}`, name).toBe(forms.get(name));
	});

	test('gives a short form to one flag only', () => {
		const owners = new Map(flags.filter(([, {short}]) => short !== undefined).map(([name, {short}]) => [short, name]));

		for (const [name, {short}] of flags) if (short !== undefined) expect(owners.get(short)).toBe(name);
	});

	test('has summaries that fit on one line of the overview, without a period', () => {
		const widest = Math.max(...COMMANDS.map(command => formatUsage(command).replace(' [flags]', '').length));

		for (const {path, summary} of COMMANDS) {
			expect(summary.length, path).toBeLessThanOrEqual(OVERVIEW_WIDTH - widest);
			expect(summary, path).not.toMatch(/\.$/);
		}
	});

	test('lets optional words come last', () => {
		for (const {path, input} of COMMANDS) {
			const required = Object.values(input).map(({isRequired}) => isRequired);

			expect(required, path).toEqual(required.toSorted((a, b) => Number(b) - Number(a)));
		}
	});

	test('lets only the last word stand for several, and none of them need not be there', () => {
		for (const {path, input} of COMMANDS) {
			const specs = Object.values(input);

			for (const {isMany, isRequired} of specs.slice(0, -1)) expect({path, isMany, isRequired}).toEqual({path, isMany: undefined, isRequired});
			expect({path, last: specs.at(-1)?.isMany === true && specs.at(-1)?.isRequired === true}).toEqual({path, last: false});
		}
	});

	test.each(COMMANDS.filter(({flags}) => !('json' in flags)).map(({path}) => path))('lets %s refuse --json, which it would ignore', async path => {
		const typed = [...path.split(' '), '--json'];
		const parsed = await parseWords(typed, toKnownFlags(COMMANDS));

		expect(() => judge(typed, COMMANDS, parsed)).toThrow(`rad ${path} has no flag --json.`);
	});

	test.each(COMMANDS.flatMap(({path, examples}) => examples.map(({words}) => [words, path] as const)))(
		'has an example that works: %s',
		async (words, path) => {
			const line = (words.split(/ [|<>] /)[0] ?? '').replace(/"[^"]*"/, 'text');

			const typed = line.split(' ').slice(1);
			const parsed = await parseWords(typed, toKnownFlags(COMMANDS));

			expect(judge(typed, COMMANDS, parsed)).toMatchObject({kind: 'command', command: {path}});
		},
	);
});
