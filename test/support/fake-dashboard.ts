import {connect} from 'node:net';
import process from 'node:process';
import {createInterface} from 'node:readline';
import {setTimeout as sleep} from 'node:timers/promises';
import type {Checkpoint} from '../../source/domain/records.ts';
import {editText} from '../../source/edit-text.ts';
import {runDashboard} from '../../source/tui/run-dashboard.tsx';
import {aCheckpoint, aLogLine, anId, aRequest} from './builders.ts';
import {createFakeRad} from './fake-rad.ts';
import {SAMPLE_NOW, sampleRun} from './sample-run.ts';

export {findStateDirectory} from '../../source/workspace/state-directory.ts';

/** What a test can tell the program over its socket, one JSON document a line. */
export type FakeCommand =
	| {readonly do: 'log'; readonly text: string}
	| {readonly do: 'ask-to-restore'}
	| {readonly do: 'ask-to-replay'}
	| {readonly do: 'throw' | 'throw-while-drawing' | 'reject' | 'use-all-memory'};

/** The dashboard over a workspace in memory, steered by the test that listens on the socket at `FAKE_SOCKET`. Stands where `dist/rad.cjs` would. */
export const start = async (): Promise<void> => {
	const fake = createFakeRad(process.env['FAKE_WORKSPACE'] === 'empty' ? {} : sampleRun());
	const startedAt = performance.now();
	const socket = connect(process.env['FAKE_SOCKET'] ?? '');
	const stop = new AbortController();
	for (const signal of ['SIGTERM', 'SIGHUP', 'SIGQUIT']) process.on(signal, () => stop.abort());
	createInterface({input: socket}).on('line', line => obey(JSON.parse(line) as FakeCommand));
	socket.write(`${process.pid}\n`);
	const obey = (command: FakeCommand): void => {
		const asker = {runId: anId('run', 2), agentId: anId('agt', 6)};
		switch (command.do) {
			case 'log':
				fake.log(anId('agt', 6), aLogLine(command.text));
				break;
			case 'ask-to-restore':
				fake.update({requests: [aRequest({...asker, subject: {kind: 'restore', checkpointId: anId('cp', 3)}})]});
				break;
			case 'ask-to-replay':
				fake.update({
					requests: [
						aRequest({
							...asker,
							id: anId('req', 2),
							subject: {kind: 'replay', callId: 'c1', tool: 'Write', argumentsJson: '{"file_path":"a.txt"}', writes: ['a.txt']},
						}),
						aRequest({
							...asker,
							id: anId('req', 3),
							subject: {kind: 'replay', callId: 'c2', tool: 'Edit', argumentsJson: '{"file_path":"b.txt"}', writes: ['b.txt']},
						}),
					],
				});
				break;
			case 'throw':
				throw new Error('thrown on purpose');
			case 'throw-while-drawing':
				fake.update({checkpoints: [anUndrawableCheckpoint()]});
				break;
			case 'reject':
				void Promise.reject(new Error('thrown on purpose'));
				break;
			case 'use-all-memory':
				fillMemory();
		}
	};
	process.on('SIGWINCH', () => process.stdout.emit('resize'));
	const exitCode = await runDashboard({
		rad: fake.rad,
		input: process.stdin,
		output: process.stdout,
		environment: process.env,
		// The sample's time goes on from its last moment.
		cpuMs: () => 0,
		clock: {
			now: () => SAMPLE_NOW + Math.round(performance.now() - startedAt),
			elapsed: () => performance.now(),
			sleep: async (durationMs, signal) => void (await sleep(durationMs, undefined, {signal}).catch(() => undefined)),
		},
		signal: stop.signal,
		editText: (text, extension) => editText(process.env, text, extension),
		suspend: async () => {
			process.kill(0, 'SIGTSTP');
			await sleep(50);
		},
	});
	socket.end();
	process.stdout.write(`left with ${exitCode}, calls: ${JSON.stringify(fake.calls.filter(call => !['attend', 'leave'].includes(call.action)))}\n`);
	process.exitCode = exitCode;
};

const anUndrawableCheckpoint = (): Checkpoint =>
	Object.defineProperty(aCheckpoint({runId: anId('run', 2)}), 'label', {
		get: () => {
			throw new Error('thrown on purpose');
		},
	});

const fillMemory = (): never => {
	for (const kept: unknown[] = []; ; ) kept.push(Array.from({length: 100_000}, () => ({})));
};
