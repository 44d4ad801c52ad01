import {describe, expect, test} from 'vitest';
import type {FlagSpecs} from '../../../source/cli/command.ts';
import {GLOBAL_FLAGS, toFlagWord} from '../../../source/cli/flags.ts';
import {formatUsage} from '../../../source/cli/help.ts';
import {TOPICS} from '../../../source/cli/help-topics.ts';
import {COMMANDS} from '../../../source/cli/table.ts';
import {displayWidth} from '../../../source/views/width.ts';
import {runWords} from '../../unit/cli/run-words.ts';

const nouns = [...new Set(COMMANDS.filter(({path}) => path.includes(' ')).map(({path}) => path.split(' ')[0] ?? ''))];
const pages = ['', ...nouns, ...COMMANDS.map(({path}) => path), ...TOPICS.map(({name}) => name)];

describe('every help text', () => {
	test.each(pages)('rad help %s', async topic => {
		const {out, err, exitCode} = await runWords(['help', ...topic.split(' ').filter(word => word !== '')]);

		expect({err, exitCode}).toEqual({err: '', exitCode: 0});
		for (const line of out.split('\n')) expect(displayWidth(line), line).toBeLessThanOrEqual(80);
		await expect(out).toMatchFileSnapshot(`help/${topic === '' ? 'overview' : topic.replaceAll(' ', '-')}.txt`);
	});
});

const listFlags = (flags: FlagSpecs): readonly string[] =>
	Object.entries(flags).map(
		([name, flag]) =>
			`  ${flag.short === undefined ? '' : `-${flag.short}, `}${toFlagWord(name)} (${flag.type}${'choices' in flag ? `: ${flag.choices.join(', ')}` : ''})`,
	);

test('the tree of commands, flags and exit codes, which users rely on', async () => {
	const tree = COMMANDS.map(command =>
		[
			formatUsage(command),
			...Object.entries(command.input).flatMap(([name, {choices}]) => (choices === undefined ? [] : [`  ${name}: ${choices.join(', ')}`])),
			...listFlags(command.flags),
			...(command.pipeFields === undefined ? [] : [`  fields ${command.pipeFields.join(' | ')}`]),
			`  exits ${Object.keys(command.exitCodes).join(' ')}`,
		].join('\n'),
	);

	const everywhere = ['every command', ...listFlags(GLOBAL_FLAGS)].join('\n');

	await expect(`${[everywhere, ...tree].join('\n')}\n`).toMatchFileSnapshot('command-tree.txt');
});
