import {spawn} from 'node:child_process';
import process from 'node:process';
import {describe, expect, it} from 'vitest';
import {BIN, makeScratch, rad, type Scratch, startRad, toTestEnvironment} from '../support/rad.ts';
import {createScratch, until} from '../support/scratch.ts';

const newFolder = createScratch();

const BUSY = `version: 1
steps:
  - id: write
    prompt: Plan it
    recording: plan
    speed: 1000
  - id: one
    run: "true"
  - id: two
    run: "true"
`;

type Line = {readonly seq: number; readonly type: string};

const toLines = (text: string): readonly Line[] =>
	text
		.split('\n')
		.filter(line => line !== '')
		.map(line => JSON.parse(line) as Line);

const recorded = async (scratch: Scratch): Promise<readonly Line[]> => toLines((await rad(['events', '--json'], scratch)).stdout);

/** Processes that write events at the same time: runs one after the other, since one may be at work, and checkpoints by hand beside them. */
const writeMuch = async (scratch: Scratch): Promise<void> => {
	const checkpoints = async (): Promise<void> => {
		for (let index = 0; index < 5; index += 1) expect(await rad(['checkpoint', 'create'], scratch)).toMatchObject({code: 0});
	};
	const runs = async (): Promise<void> => {
		for (let index = 0; index < 2; index += 1) expect(await rad(['run', 'busy'], scratch)).toMatchObject({code: 0});
	};
	await Promise.all([checkpoints(), runs()]);
};

// Starts the program many times.
describe('rad events', {timeout: 300_000}, () => {
	it('loses and repeats nothing, with several writers and when it begins again', async () => {
		const scratch = await makeScratch(newFolder(), {busy: BUSY});
		const heard: Line[] = [];
		const follow = async (isEnough: (lines: readonly Line[]) => boolean): Promise<void> => {
			const follower = startRad(['events', '-f', '--json', '--since', String(heard.at(-1)?.seq ?? 0)], scratch);
			// The last line may not be whole yet.
			await until(() => isEnough(toLines(follower.stdout().replace(/[^\n]*$/, ''))));
			follower.child.kill('SIGINT');
			const {code, stdout, stderr} = await follower.ended;
			expect({code, stderr}).toEqual({code: 130, stderr: ''});
			heard.push(...toLines(stdout));
		};

		const written = writeMuch(scratch);
		const followed = (async () => {
			for (let turn = 0; turn < 4; turn += 1) await follow(lines => lines.length >= 5);
		})();
		await Promise.all([written, followed]);
		const {length} = await recorded(scratch);
		await follow(lines => heard.length + lines.length >= length);

		const all = await recorded(scratch);
		expect(all.length).toBeGreaterThan(30);
		expect(heard).toEqual(all);
		expect(all.map(({seq}) => seq)).toEqual([...new Set(all.map(({seq}) => seq))].toSorted((a, b) => a - b));
	});

	it('ends well with the next event when its reader has left', async () => {
		const scratch = await makeScratch(newFolder(), {busy: BUSY});
		await rad(['checkpoint', 'create'], scratch);
		const script = `"$NODE" "$RAD" events -f | head -n 1; echo "rad ended with \${PIPESTATUS[0]}"`;
		const env = {...toTestEnvironment(scratch.home), NODE: process.execPath, RAD: BIN};
		const shell = spawn('bash', ['-c', script], {cwd: scratch.cwd, env, stdio: ['ignore', 'pipe', 'inherit']});
		let said = '';
		shell.stdout.setEncoding('utf8').on('data', (text: string) => {
			said += text;
		});
		const ended = new Promise(resolve => shell.once('close', resolve));
		await until(() => said.includes('checkpoint.created'));

		// What is written after head has gone; the first of them may still be read by it.
		for (let index = 0; index < 2; index += 1) await rad(['checkpoint', 'create'], scratch);
		await ended;

		expect(said).toContain('rad ended with 0\n');
	});
});
