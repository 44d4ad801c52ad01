import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {createWriteStream, existsSync, mkdtempSync, readFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {aLogLine, anAgent, anId} from '../../support/builders.ts';
import {createFakeRad} from '../../support/fake-rad.ts';
import {runWords} from '../../unit/cli/run-words.ts';

const MANY = 200_000;

const aTalkativeAgent = () => {
	const line = aLogLine('the quick brown fox jumps over the lazy dog');
	return createFakeRad({agents: [anAgent({status: 'completed'})], logs: {[anId('agt')]: Array.from({length: MANY}, () => line)}});
};

describe('real streams', () => {
	test('a reader that takes one line and goes is no failure', async () => {
		const head = spawn('head', ['-n', '1'], {stdio: ['pipe', 'pipe', 'inherit']});
		const gone = once(head, 'exit');

		const {exitCode, err} = await runWords(['logs', '-n', String(MANY)], {fake: aTalkativeAgent(), out: head.stdin});

		expect({exitCode, err}).toEqual({exitCode: 0, err: ''});
		await gone;
	});

	test('a reader gets every byte, however much more than a pipe holds', async () => {
		const counter = spawn('wc', ['-l'], {stdio: ['pipe', 'pipe', 'inherit']});
		let counted = '';
		counter.stdout.on('data', (chunk: Buffer) => (counted += chunk.toString()));

		const {exitCode} = await runWords(['logs', '-n', String(MANY)], {fake: aTalkativeAgent(), out: counter.stdin});
		counter.stdin.end();
		await once(counter, 'close');

		expect({exitCode, counted: counted.trim()}).toEqual({exitCode: 0, counted: String(MANY)});
	});

	test.skipIf(!existsSync('/dev/full'))('a full disk ends with 5 and says so', async () => {
		const {exitCode, err} = await runWords(['logs'], {fake: aTalkativeAgent(), out: createWriteStream('/dev/full')});

		expect({exitCode, err}).toEqual({exitCode: 5, err: 'rad: The output could not be written: no space is left there.\n'});
	});

	test('a file holds all when the command is over', async () => {
		const path = join(mkdtempSync(join(tmpdir(), 'rad-cli-')), 'out.txt');
		const file = createWriteStream(path);

		await runWords(['logs', '-n', '3'], {fake: aTalkativeAgent(), out: file});

		expect(readFileSync(path, 'utf8').split('\n')).toHaveLength(4);
		file.end();
	});
});
