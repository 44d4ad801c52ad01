import {describe, expect, test} from 'vitest';
import {type Candidate, complete, findWorkspaceWord, type NameLookup} from '../../../source/cli/complete.ts';
import {COMMANDS} from '../../../source/cli/table.ts';

const NAMES: Readonly<Record<string, readonly string[]>> = {
	agent: ['agt_2', 'agt_1'],
	checkpoint: ['cp_1'],
	run: ['run_2', 'run_1'],
	workflow: ['release', 'a name', '$(touch x)', 'ünïcode'],
};
const lookUp: NameLookup = async noun => (NAMES[noun] ?? []).map(text => ({text, note: `a ${noun}`}));

const toTexts = (candidates: readonly Candidate[]): readonly string[] => candidates.map(({text}) => text);
const offer = async (line: string): Promise<readonly string[]> => toTexts(await complete(line.split(' '), COMMANDS, lookUp));

describe('the last word can become', () => {
	test.each([
		['ch', ['checkpoint']],
		['checkpoint re', ['restore', 'resume']],
		['runs --j', ['--json']],
		['--work', ['--workspace']],
		['help exit', ['exit-codes']],
		['help checkpoint und', ['undo']],
		['completion ', ['bash', 'zsh', 'fish']],
		['hook install c', ['claude', 'codex']],
	])('a word of the table: rad %s', async (line, expected) => {
		expect(await offer(line)).toEqual(expected);
	});

	test.each([
		['show ', ['run_2', 'run_1']],
		['cancel agt_', ['agt_2', 'agt_1']],
		['cancel ', ['run_2', 'run_1', 'agt_2', 'agt_1']],
		['logs ', ['run_2', 'run_1', 'agt_2', 'agt_1']],
		['logs agt_1 --grep text agt_', ['agt_2', 'agt_1']],
		['logs run_1 agt_1 r', ['run_2', 'run_1']],
		['checkpoint diff cp_1 c', ['cp_1']],
		['--workspace /x show ', ['run_2', 'run_1']],
		['--json show run_1', ['run_1']],
		['monitor list --run run_', ['run_2', 'run_1']],
		['monitor list --run=run_', ['--run=run_2', '--run=run_1']],
		['run re', ['release']],
	])('a name of the workspace: rad %s', async (line, expected) => {
		expect(await offer(line)).toEqual(expected);
	});

	test.each([
		['monitor list --status ru', ['running']],
		['monitor list --status=ru', ['--status=running']],
		['monitor list --status = ru', ['running']],
		['monitor list --status =', ['starting', 'running', 'waiting', 'completed', 'failed', 'cancelled', 'timed_out', 'lost']],
	])('a value, also where the shell splits it: rad %s', async (line, expected) => {
		expect(await offer(line)).toEqual(expected);
	});

	test.each(['zzz', 'zzz ', 'show run_1 ', 'logs -n ', 'checkpoint diff cp_1 cp_1 ', 'runs --zzz ', 'run --input '])(
		'nothing: rad %s',
		async line => {
			expect(await offer(line)).toEqual([]);
		},
	);

	test('only what no shell takes for more than a name', async () => {
		expect(await offer('run ')).toEqual(['release']);
	});

	test('every command', async () => {
		const firsts = await offer('');
		for (const {path} of COMMANDS) expect(firsts).toContain(path.split(' ')[0]);
	});
});

test.each([
	['show --workspace /x ', '/x'],
	['show --workspace=/x ', '/x'],
	['show --workspace = /x ', '/x'],
	['show --workspace', undefined],
	['show', undefined],
])('the workspace that is meant: rad %s', (line, expected) => {
	expect(findWorkspaceWord(line.split(' '))).toBe(expected);
});
