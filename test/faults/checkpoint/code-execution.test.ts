import {cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, afterEach, beforeAll, describe, expect, it} from 'vitest';
import {COMMANDS} from '../../../source/cli/table.ts';
import {BIN, type Ending, rad} from '../../support/rad.ts';
import {openTerminal} from '../../support/terminal.ts';
import {tellFigures} from '../tell-figures.ts';
import {COPY, createTrap, type Trap} from './trap.ts';
import {VECTORS, type Vector} from './vectors.ts';

type Environment = Readonly<Record<string, string>>;

/** Words for each command, by its name in the table; `first` and `second` are ids of checkpoints. A command that is missing here fails the test. */
const WORDS: Readonly<Record<string, (first: string, second: string) => ReadonlyArray<readonly string[]>>> = {
	create: () => [['--label', 'during']],
	list: () => [[]],
	show: first => [[first]],
	diff: (first, second) => [[first], [first, '--stat'], [first, second]],
	restore: first => [[first, '--yes']],
	undo: () => [['--yes']],
	prune: () => [['--keep', '20']],
	verify: () => [[]],
	resume: () => [[]],
};

// Checkpoints have to be there before they can be looked at, and something must be different before it is restored.
const ORDER = ['create', 'list', 'show', 'diff', 'verify', 'restore', 'undo', 'resume', 'prune'];

const VERBS = COMMANDS.filter(({path}) => path.startsWith('checkpoint ')).map(({path}) => path.slice('checkpoint '.length));
const place = (verb: string): number => (ORDER.includes(verb) ? ORDER.indexOf(verb) : ORDER.length);
const SORTED_VERBS = [...VERBS].sort((one, other) => place(one) - place(other));

const made: string[] = [];
const newFolder = (): string => {
	const folder = realpathSync(mkdtempSync(join(tmpdir(), 'rad-trap-')));
	made.push(folder);
	return folder;
};
const removeAll = (): void => {
	for (const folder of made.splice(0)) rmSync(folder, {recursive: true, force: true, maxRetries: 5});
};

const inTrap = ({root, home}: Trap, env: Environment = {}) => ({cwd: root, home, env});

/** Runs rad where its output is a terminal. */
const radOnTerminal = async (args: readonly string[], {root, home}: Trap, env: Environment): Promise<Ending> => {
	const session = openTerminal({
		command: process.execPath,
		args: [BIN, ...args],
		columns: 100,
		rows: 40,
		cwd: root,
		env: {HOME: home, XDG_STATE_HOME: join(home, 'state'), GIT_CONFIG_NOSYSTEM: '1', ...env},
	});
	const {exitCode} = await session.exit;
	return {code: exitCode, stdout: session.written(), stderr: ''};
};

const userOnTerminal = async (command: string, {root, home}: Trap, env: Environment): Promise<void> => {
	const session = openTerminal({
		command: '/bin/sh',
		args: ['-c', command],
		columns: 100,
		rows: 40,
		cwd: root,
		env: {HOME: home, GIT_CONFIG_NOSYSTEM: '1', ...env},
	});
	await session.exit;
};

let template = '';
beforeAll(async () => {
	template = realpathSync(mkdtempSync(join(tmpdir(), 'rad-trap-template-')));
	mkdirSync(join(template, 'repo'));
	mkdirSync(join(template, 'home'));
	const trap = createTrap(template, join(template, 'repo'));
	trap.user(
		'git init -q -b main; for f in a b c; do echo $f > $f.txt; done; git add -A; git commit -qm first; echo second >> c.txt; git commit -qam second',
	);
	expect(await rad(['init'], inTrap(trap))).toMatchObject({code: 0});
});
afterAll(() => rmSync(template, {recursive: true, force: true}));
afterEach(removeAll);

/** A repository of its own with a workspace, staged and dirty files, and a first checkpoint, taken when nothing was planted yet. */
const createRepository = async (vector: Pick<Vector, 'prepare'>): Promise<{readonly trap: Trap; readonly first: string}> => {
	const base = newFolder();
	cpSync(template, base, COPY);
	const trap = createTrap(base, join(base, 'repo'));
	vector.prepare?.(trap);
	trap.write('b.txt', 'staged\n');
	trap.user('git add b.txt');
	trap.write('a.txt', 'then\n');
	const {code, stdout, stderr} = await rad(['checkpoint', 'create'], inTrap(trap));
	expect(code, stderr).toBe(0);
	return {trap, first: stdout.trim()};
};

/** Runs every command of `rad checkpoint`; returns those that did not end with 0, and those after which a planted program had run. */
const runEveryCommand = async (trap: Trap, first: string, env: Environment, isOnTerminal: boolean): Promise<string[]> => {
	const problems: string[] = [];
	let second = first;
	for (const verb of SORTED_VERBS) {
		const toWords = WORDS[verb];
		if (toWords === undefined) throw new Error(`this test has no words for rad checkpoint ${verb}`);
		for (const words of toWords(first, second)) {
			const args = ['checkpoint', verb, ...words];
			const {code, stdout, stderr} = await (isOnTerminal ? radOnTerminal(args, trap, env) : rad(args, inTrap(trap, env)));
			if (code !== 0) problems.push(`rad ${args.join(' ')} ended with ${code}: ${stderr}`);
			const ran = trap.ran();
			tellFigures({'commands beside a planted program': 1, executions: ran.length});
			problems.push(...ran.map(name => `rad ${args.join(' ')} ran ${name}`));
			trap.forget();
			if (verb === 'create') second = /cp_\w+/.exec(stdout)?.[0] ?? first;
			if (verb === 'restore' && !isThen(trap)) problems.push(`rad ${args.join(' ')} did not restore`);
		}
	}
	return problems;
};

const isThen = ({root}: Trap): boolean =>
	readFileSync(join(root, 'a.txt'), 'utf8') === 'then\n' && readFileSync(join(root, 'b.txt'), 'utf8') === 'staged\n';

describe('every command of rad checkpoint', () => {
	it('is run by these tests', () => {
		expect(Object.keys(WORDS)).toEqual(expect.arrayContaining(VERBS));
	});

	it.each(VECTORS.map(vector => [vector.name, vector] as const))('runs nothing that is named by %s', {timeout: 120_000}, async (_name, vector) => {
		const {trap, first} = await createRepository(vector);
		const env = vector.plant(trap) ?? {};
		trap.write('a.txt', 'by an agent\n');
		trap.write('b.txt', 'by an agent\n');
		trap.write('new.txt', 'by an agent\n');
		trap.forget();
		trap.keep();

		const problems = await runEveryCommand(trap, first, env, vector.needsTerminal === true);
		trap.bringBack();
		// The trap is real: the user's own git falls into it.
		for (const command of vector.spring) {
			if (vector.needsTerminal === true) await userOnTerminal(command, trap, env);
			else trap.user(command, env);
		}

		expect(problems).toEqual([]);
		expect(trap.ran()).toEqual([...vector.fires].sort());
	});
});

describe('a filter that the user had before the first checkpoint', () => {
	it('runs both ways and round-trips, as git-lfs has to', {timeout: 120_000}, async () => {
		const lfs = (trap: Trap): void => {
			trap.user(
				`mkdir -p ../lfs; printf '#!/bin/sh\\nf=$(mktemp ../lfs/new.XXXXXX); cat > $f; h=$(sha256sum < $f | cut -c1-64); mv $f ../lfs/$h; echo oid $h\\n' > ../clean`,
			);
			trap.user(`printf '#!/bin/sh\\nread -r _ h; cat ../lfs/$h\\n' > ../smudge; chmod +x ../clean ../smudge`);
			trap.configure({'filter.big.clean': '../clean', 'filter.big.smudge': '../smudge', 'filter.big.required': 'true'});
			trap.write('.gitattributes', '*.bin filter=big\n');
			trap.write('x.bin', 'big content\n');
			trap.user('git add -A; git commit -qm big');
		};
		const {trap, first} = await createRepository({prepare: lfs});
		trap.write('x.bin', 'by an agent\n');

		const diff = await rad(['checkpoint', 'diff', first], inTrap(trap));
		const problems = await runEveryCommand(trap, first, {}, false);
		const restored = await rad(['checkpoint', 'restore', first, '--yes'], inTrap(trap));

		expect(problems).toEqual([]);
		expect(diff.stdout).toContain('-oid ');
		expect(restored).toMatchObject({code: 0});
		expect(readFileSync(join(trap.root, 'x.bin'), 'utf8')).toBe('big content\n');
		expect(trap.user('git status --short x.bin')).toBe('');
	});
});
