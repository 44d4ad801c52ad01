import {type ChildProcess, spawn} from 'node:child_process';
import {existsSync, mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {createInterface} from 'node:readline';
import {afterEach, describe, expect, it} from 'vitest';
import {createEngines} from '../../../source/agents/engines/create-engines.ts';
import {createHttpHooks} from '../../../source/agents/http-hooks.ts';
import {anEngineCall} from '../../support/builders.ts';
import {PROGRAMS} from '../../support/scratch.ts';

const folders: string[] = [];
const newFolder = (): string => {
	const folder = mkdtempSync(path.join(tmpdir(), 'rad-player-'));
	folders.push(folder);
	return folder;
};
afterEach(() => {
	for (const folder of folders.splice(0)) rmSync(folder, {recursive: true, force: true});
});
const engines = createEngines({
	nodePath: process.execPath,
	playerFile: path.join(PROGRAMS, 'player.js'),
	recordingsDirectory: path.join(PROGRAMS, 'recordings'),
	hookFile: path.join(PROGRAMS, 'hook.js'),
	agentFile: 'api-agent.js',
	geminiHookSettings: '/nowhere/settings.json',
	findProgram: () => undefined,
});

const start = (root: string, speed: number, recording = 'plan', hookUrl: string | null = null): ChildProcess => {
	const engine = engines.find('recorded');
	const launch = engine?.toLaunch(anEngineCall({recording, speed, workspaceRoot: root, hookUrl}));
	return spawn(launch?.file ?? '', launch?.args ?? [], {cwd: root, env: {...launch?.env}, stdio: ['ignore', 'pipe', 'pipe']});
};
const waitForExit = (child: ChildProcess): Promise<number | null> => new Promise(resolve => child.once('close', resolve));
const collectLines = (child: ChildProcess, onLine: () => void = () => {}): readonly string[] => {
	const lines: string[] = [];
	if (child.stdout === null) throw new Error('the output is a pipe');
	createInterface({input: child.stdout}).on('line', line => {
		lines.push(line);
		onLine();
	});
	return lines;
};

describe('the player', () => {
	it('prints all lines into a pipe, makes the writes and exits as the recorded program did', async () => {
		const root = newFolder();
		const child = start(root, 0);
		const lines = collectLines(child);

		expect(await waitForExit(child)).toBe(0);
		expect(lines).toHaveLength(15);
		expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({type: 'result', is_error: false});
		expect(readFileSync(path.join(root, 'PLAN.md'), 'utf8')).toMatch(/^# Plan: slug/);
	});

	it.each([
		['SIGTERM', 143],
		['SIGHUP', 129],
		['SIGINT', 0],
	] as const)('stops at %s in the middle with exit code %s and without a result', async (signal, exitCode) => {
		const child = start(newFolder(), 0.01);
		const lines = collectLines(child, () => child.kill(signal));

		expect(await waitForExit(child)).toBe(exitCode);
		expect(lines.some(line => line.includes('"type":"result"'))).toBe(false);
	});

	it('asks before it writes, waits for the answer, and writes nothing when that is no', async () => {
		const root = newFolder();
		const asked: unknown[] = [];
		const address = await createHttpHooks({createToken: () => 'secret'}).open(async write => {
			asked.push(write);
			return {isAllowed: false, reason: 'the disk is full'};
		});
		const child = start(root, 0, 'plan', address.url);

		expect(await waitForExit(child)).toBe(3);
		await address.close();
		expect(asked).toEqual([{callId: expect.stringMatching(/^toolu_/), tool: 'Write', files: [path.join(root, 'PLAN.md')]}]);
		expect(existsSync(path.join(root, 'PLAN.md'))).toBe(false);
	});

	it('goes on alone when nobody answers any more', async () => {
		const root = newFolder();
		const address = await createHttpHooks({createToken: () => 'secret'}).open(async () => ({isAllowed: true}));
		await address.close();

		expect(await waitForExit(start(root, 0, 'plan', address.url))).toBe(0);
		expect(existsSync(path.join(root, 'PLAN.md'))).toBe(true);
	});

	it('exits with 2 and says why when there is no such recording', async () => {
		const child = start(newFolder(), 0, 'nothing');
		let problem = '';
		child.stderr?.on('data', (piece: Buffer) => {
			problem += piece.toString();
		});

		expect(await waitForExit(child)).toBe(2);
		expect(problem).toContain('There is no recording in');
	});
});
