import {spawnSync} from 'node:child_process';
import {existsSync, mkdtempSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import type {Checkpoint} from '../../source/domain/records.ts';
import {BIN, makeScratch, rad, radJson, runOf, type Scratch, toTestEnvironment} from '../support/rad.ts';

const STEPS = `version: 1
steps:
  - id: shell
    run: 'true'
`;

let folder: string;
let workspace: Scratch;
beforeAll(async () => {
	folder = mkdtempSync(path.join(tmpdir(), 'rad-completion-'));
	workspace = await makeScratch(folder, {release: STEPS, 'release-notes': STEPS});
	await rad(['run', 'release'], workspace);
	symlinkSync(BIN, path.join(folder, 'rad'));
});
afterAll(() => rmSync(folder, {recursive: true, force: true}));

/** What a shell would offer, sorted; `rad` and Node.js are in its path. */
const inShell = (program: string, args: readonly string[], script: string): readonly string[] => {
	const file = path.join(folder, 'script');
	writeFileSync(file, script);
	const env = toTestEnvironment(workspace.home);
	const {stdout, stderr} = spawnSync(program, [...args, file], {
		cwd: workspace.cwd,
		env: {...env, PATH: `${folder}:${path.dirname(process.execPath)}:${env['PATH'] ?? ''}`},
		encoding: 'utf8',
	});
	expect(stderr).toBe('');
	return stdout
		.split('\n')
		.filter(line => line !== '')
		.toSorted();
};

const quote = (word: string): string => `'${word.replaceAll("'", String.raw`'\''`)}'`;

type Shell = {readonly program: string; readonly offer: (words: readonly string[]) => readonly string[]};

const SHELLS: Readonly<Record<string, Shell>> = {
	bash: {
		program: '/bin/bash',
		offer: words =>
			inShell(
				'/bin/bash',
				['--norc'],
				`source <(rad completion bash)
				COMP_WORDS=(rad ${words.map(quote).join(' ')})
				COMP_CWORD=${words.length}
				_rad
				[ "\${#COMPREPLY[@]}" = 0 ] || printf '%s\\n' "\${COMPREPLY[@]}"`,
			),
	},
	zsh: {
		program: '/usr/bin/zsh',
		offer: words =>
			inShell(
				'/usr/bin/zsh',
				['-f'],
				`compdef() { : }
				compadd() { print -rl -- $names }
				_files() { : }
				source <(rad completion zsh)
				words=(rad ${words.map(quote).join(' ')})
				CURRENT=${words.length + 1}
				_rad`,
			),
	},
	fish: {
		program: '/usr/bin/fish',
		offer: words =>
			inShell(
				'/usr/bin/fish',
				['--no-config'],
				`rad completion fish | source
				complete -C ${quote(['rad', ...words].join(' '))}`,
			).map(line => line.split('\t')[0] ?? ''),
	},
};

describe.each(Object.entries(SHELLS))('%s', (_, {program, offer}) => {
	const when = it.skipIf(!existsSync(program));

	when('completes commands, verbs, flags and their values', () => {
		expect(offer(['mon'])).toEqual(['monitor']);
		expect(offer(['monitor', 'l'])).toEqual(['list']);
		expect(offer(['monitor', 'list', '--st'])).toEqual(['--status']);
		expect(offer(['monitor', 'list', '--status', 'c'])).toEqual(['cancelled', 'completed']);
	});

	when('completes names and ids of the workspace', async () => {
		const {id} = await runOf(workspace);
		expect(offer(['run', 'release-'])).toEqual(['release-notes']);
		expect(offer(['show', 'run_'])).toEqual([id]);
		expect(offer(['logs', 'agt_'])).toHaveLength(1);
		const checkpoints = await radJson<readonly Checkpoint[]>(['checkpoint', 'list'], workspace);
		expect(offer(['checkpoint', 'restore', 'cp_'])).toEqual(checkpoints.map(each => each.id).toSorted());
	});

	when('offers nothing that it could take for more than a name', () => {
		expect(offer(['show', '$(touch made)'])).toEqual([]);
		expect(existsSync(path.join(workspace.cwd, 'made'))).toBe(false);
	});
});
