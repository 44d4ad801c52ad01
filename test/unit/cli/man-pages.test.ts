import {spawnSync} from 'node:child_process';
import {describe, expect, test} from 'vitest';
import {toFlagWord} from '../../../source/cli/flags.ts';
import {createManPages} from '../../../source/cli/man-pages.ts';
import {COMMANDS} from '../../../source/cli/table.ts';

const pages = createManPages('1.2.3');
const hasMandoc = spawnSync('mandoc', ['-T', 'lint'], {input: ''}).error === undefined;

describe('the manual', () => {
	test('has a page of everything, and one of each command with all of its flags', () => {
		expect(pages.map(({file}) => file)).toEqual(['rad.1', ...COMMANDS.map(({path}) => `rad-${path.replaceAll(' ', '-')}.1`)]);
		for (const [index, {path, flags}] of COMMANDS.entries()) {
			const text = pages[index + 1]?.text.replaceAll('\\-', '-') ?? '';
			for (const name of Object.keys(flags)) expect(text, path).toContain(toFlagWord(name));
		}
	});

	test('has no text that roff takes for a command', () => {
		const odd = pages.flatMap(({text}) => text.split('\n')).filter(line => /^['.]/.test(line) && !/^\.(?:TH|SH|TP|PP|IP) ?/.test(line));
		const escapes = pages.flatMap(({text}) => text.match(/\\[^f&e-](?!bu)/g) ?? []).filter(found => found !== '\\(');

		expect([odd, escapes]).toEqual([[], []]);
	});

	test.skipIf(!hasMandoc).each(pages.map(page => [page.file, page] as const))('is right roff: %s', (_, {text}) => {
		const {stdout} = spawnSync('mandoc', ['-T', 'lint', '-W', 'warning'], {input: text, encoding: 'utf8'});
		// A date would make each build another one.
		expect(stdout.split('\n').filter(line => line !== '' && !line.includes('missing date'))).toEqual([]);
	});
});
