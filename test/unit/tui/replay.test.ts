import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {RadError} from '../../../source/domain/failures.ts';
import {loadSnapshot} from '../../../source/tui/load.ts';
import {startRecording} from '../../../source/tui/record.ts';
import {parseRecording, type Recording} from '../../../source/tui/recording.ts';
import {openReplay, playUntil, type Replay, steer, toLastState, toShown} from '../../../source/tui/replay.ts';
import {drawReplay} from '../../../source/tui/run-replay.ts';
import type {Message, State} from '../../../source/tui/state.ts';
import {createStore, type Store} from '../../../source/tui/store.ts';
import {anId, aRestorePlan} from '../../support/builders.ts';
import {createFakeRad} from '../../support/fake-rad.ts';
import {aState, drawScreen, findMisfit} from '../../support/frames.tsx';
import {SAMPLE_NOW, sampleRun} from '../../support/sample-run.ts';

const SIZE = {columns: 120, rows: 40};

const loadSample = async (): Promise<Message> => {
	const {rad} = createFakeRad(sampleRun());
	const all = {choice: 'newest', hasCourse: true, hasModels: true, hasDays: true} as const;
	return {type: 'data-loaded', snapshot: await loadSnapshot(rad, all, {now: SAMPLE_NOW, last: undefined}), now: SAMPLE_NOW};
};

const press = (key: string): Message => ({type: 'key-pressed', key});

/** A store that is recorded, each message 100 ms after the one before; `failFrom` is the write that finds the disk full. */
const openRecorded = (failFrom = Number.POSITIVE_INFINITY) => {
	const written: string[] = [];
	let elapsed = 5000;
	const store = createStore(aState(SIZE));
	const append = (text: string): void => {
		if (written.length >= failFrom) throw new RadError('OUTPUT_FAILED', 'No space is left.');
		written.push(text);
	};
	startRecording({store, sink: {append}, clock: {now: () => SAMPLE_NOW, elapsed: () => elapsed, sleep: async () => undefined}, version: '1.2.3'});
	const tell = (...messages: readonly Message[]): void => {
		for (const message of messages) {
			elapsed += 100;
			store.dispatch(message);
		}
	};
	return {store, tell, text: () => written.join('')};
};

const read = (text: string): Recording => {
	const parsed = parseRecording(text);
	if ('reason' in parsed) throw new Error(`line ${parsed.line}: ${parsed.reason}`);
	return parsed;
};

/** The dashboard as a user has left it: with a run, a dialog that a job has filled, and a copy of some text. */
const recordUse = async (): Promise<{readonly store: Store; readonly text: string}> => {
	const {store, tell, text} = openRecorded();
	tell(await loadSample(), press('4'), press('r'));
	const {job} = store.getSnapshot();
	if (job === null) throw new Error('restoring asks for a preview');
	tell({type: 'job-ended', job, outcome: {kind: 'previewed', plan: aRestorePlan()}});
	return {store, text: text()};
};

describe('recording', () => {
	test('writes what the dashboard heard, with the time since the start, and nothing that changed nothing', async () => {
		const {tell, text} = openRecorded();

		tell({type: 'ticked', now: SAMPLE_NOW + 1}, press('§'), press('q'));

		expect(read(text())).toEqual({
			start: {
				rad: '1.2.3',
				size: SIZE,
				now: SAMPLE_NOW,
				utcOffset: expect.any(Number),
				workspaceName: 'payments-api',
				choice: 'newest',
				canSuspend: true,
				ownKeys: new Map(),
			},
			messages: [
				{at: 100, message: {type: 'ticked', now: SAMPLE_NOW + 1}},
				{at: 200, message: press('§')},
				{at: 300, message: press('q')},
			],
			isCutShort: false,
		});
	});

	test('ends with a notice when the disk is full, and the dashboard goes on', () => {
		const {store, tell, text} = openRecorded(2);

		tell({type: 'ticked', now: SAMPLE_NOW + 1}, {type: 'ticked', now: SAMPLE_NOW + 2});
		const notice = store.getSnapshot().notice;
		tell({type: 'ticked', now: SAMPLE_NOW + 3});

		expect(notice).toEqual({tone: 'bad', text: 'The recording ends here. No space is left.'});
		expect(store.getSnapshot().now).toBe(SAMPLE_NOW + 3);
		expect(read(text()).messages).toHaveLength(1);
	});

	test('ends with a notice at the size beyond which it could not be shown', () => {
		const {store, tell, text} = openRecorded();
		const line = {at: SAMPLE_NOW, kind: 'out', text: 'x'.repeat(60_000_000)} as const;

		tell(
			press('4'),
			{type: 'notice-raised', notice: {tone: 'bad', text: line.text}},
			{type: 'notice-raised', notice: {tone: 'good', text: line.text}},
		);

		expect(store.getSnapshot().notice?.text).toContain('It has reached 100 MB');
		expect(read(text()).messages).toHaveLength(2);
	});
});

describe('the last picture of a recording', () => {
	test('is the one that the dashboard showed', async () => {
		const {store, text} = await recordUse();

		const picture = drawReplay({source: {file: 'a', text}, columns: undefined, rows: undefined, format: 'text', environment: {}});

		expect(picture).toBe(drawScreen(store.getSnapshot()));
		expect(picture).toContain('y yes');
	});

	test('has the size that is asked for', async () => {
		const {text} = await recordUse();

		const picture = drawReplay({source: {file: 'a', text}, columns: 80, rows: 24, format: 'text', environment: {}});

		expect(findMisfit(picture, {columns: 80, rows: 24})).toBeUndefined();
	});

	test.each([
		['garbage', 'RECORDING_UNUSABLE'],
		['{"format":"rad-top-recording","version":2}\n', 'RECORDING_NEWER'],
	])('is none of %j, and the failure tells the file and the line', (text, code) => {
		const draw = () => drawReplay({source: {file: 'bug.jsonl', text}, columns: undefined, rows: undefined, format: 'text', environment: {}});

		expect(draw).toThrow(expect.objectContaining({code, message: expect.stringMatching(/line 1: .*: bug\.jsonl$/)}));
	});

	test('holds no control sequence, whatever a stranger wrote', async () => {
		const evil = '\\u001b[2J\\u001b]52;c;ZXZpbA==\\u0007\\u009b31m\\u202e';
		const {text} = await recordUse();
		const poisoned = text.replaceAll(/"(name|workflow|label|message|text|workspaceName|path|engine)":"/g, `"$1":"${evil}evil`);

		const picture = drawReplay({source: {file: 'a', text: poisoned}, columns: undefined, rows: undefined, format: 'text', environment: {}});

		expect(picture).toContain('evil');
		expect(findMisfit(picture, SIZE)).toBeUndefined();
	});

	test('is drawn or refused, whatever numbers stand in it', async () => {
		const {text} = await recordUse();
		const numbers = [...text.matchAll(/(?<=[:[,])\d+(?=[,}\]])/g)].map(({index, 0: digits}) => ({index, length: digits.length}));

		fc.assert(
			fc.property(fc.constantFrom(...numbers), fc.constantFrom('0', '1', '9007199254740991', '8640000000000000'), ({index, length}, number) => {
				const changed = text.slice(0, index) + number + text.slice(index + length);

				const parsed = parseRecording(changed);
				if ('messages' in parsed) expect(findMisfit(drawScreen({...toLastState(parsed), size: SIZE}), SIZE)).toBeUndefined();
			}),
			{numRuns: 60},
		);
	});
});

describe('showing a recording', () => {
	const open = async (): Promise<Replay> => openReplay(read((await recordUse()).text), {columns: 80, rows: 24});
	const shownBy = (replay: Replay): State['notice'] => toShown(replay).notice;

	test('takes in what was recorded until a moment', async () => {
		const opened = await open();

		expect(playUntil(opened, 99).position).toBe(0);
		expect(playUntil(opened, 200).position).toBe(2);
		expect(playUntil(opened, 10_000).position).toBe(4);
	});

	test('draws in the size of the terminal now, and lets recorded keys act in the recorded one', async () => {
		const played = playUntil(await open(), 200);

		expect(toShown(played).size).toEqual({columns: 80, rows: 24});
		expect(played.state.size).toEqual(SIZE);
		expect(toShown(steer(played, {type: 'resized', size: {columns: 100, rows: 30}})).size).toEqual({columns: 100, rows: 30});
	});

	test('pauses and goes on by the space key', async () => {
		const paused = steer(playUntil(await open(), 200), press('space'));

		expect(paused.isPaused).toBe(true);
		expect(shownBy(paused)?.text).toContain('Paused after 200ms, message 2 of 4');
		expect(steer(paused, press('space')).isPaused).toBe(false);
	});

	test('goes on by one message and stays there', async () => {
		const stepped = steer(playUntil(await open(), 100), press('right'));

		expect(stepped).toMatchObject({position: 2, isPaused: true});
	});

	test('tells its keys when another one is pressed, and does nothing of what that key does', async () => {
		const played = playUntil(await open(), 100);

		const asked = steer(played, press('S'));

		expect(asked.state).toBe(played.state);
		expect(shownBy(asked)?.text).toContain('q leaves');
	});

	test.each(['q', 'ctrl+c'])('is left by %s', async key => {
		expect(steer(await open(), press(key)).isLeaving).toBe(true);
	});

	test('is not left by a recorded q, and tells the end', async () => {
		const {store, tell, text} = openRecorded();
		tell(press('q'));

		const ended = playUntil(openReplay(read(text()), SIZE), 1000);

		expect(store.getSnapshot().isLeaving).toBe(true);
		expect(ended.isLeaving).toBe(false);
		expect(shownBy(ended)?.text).toBe('The end of the recording, after 100ms. q leaves.');
		expect(shownBy(steer(ended, press('right')))?.text).toContain('The end');
	});

	test('tells where the last line was cut off', async () => {
		const {text} = await recordUse();

		const ended = playUntil(openReplay(read(text.slice(0, -9)), SIZE), 1000);

		expect(shownBy(ended)?.text).toContain('It was cut off there.');
	});

	test('takes a job that ended for the one that the dashboard waits for', async () => {
		const ended = playUntil(await open(), 1000);

		expect(ended.state.job).toBeNull();
		expect(ended.state.dialog).toMatchObject({kind: 'restore', checkpointId: anId('cp', 4), plan: {face: 'ready'}});
	});
});
