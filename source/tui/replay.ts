import {formatDuration} from '../domain/figures.ts';
import type {Size} from './layout.ts';
import type {Recording, RecordingStart} from './recording.ts';
import {reduce} from './reduce.ts';
import {createState, type Message, type Notice, type State} from './state.ts';

/** A recording that is being shown. */
export type Replay = {
	readonly recording: Recording;
	/** What the dashboard was after the messages so far. */
	readonly state: State;
	/** How many messages were taken in. */
	readonly position: number;
	/** Of the terminal now. */
	readonly size: Size;
	readonly isPaused: boolean;
	/** True after a key that does nothing here, until the next message: the keys that do something are told. */
	readonly isAsked: boolean;
	readonly isLeaving: boolean;
};

export const openReplay = (recording: Recording, size: Size): Replay => ({
	recording,
	state: beginState(recording.start),
	position: 0,
	size,
	isPaused: false,
	isAsked: false,
	isLeaving: false,
});

const beginState = ({size, now, workspaceName, choice, canSuspend, ownKeys}: RecordingStart): State =>
	createState({size, now, workspaceName, choice, canSuspend, ownKeys});

/** The state after the whole recording. */
export const toLastState = ({start, messages}: Recording): State => messages.reduce((state, {message}) => take(state, message), beginState(start));

/** Takes in all messages that were recorded until then, in milliseconds since the start. */
export const playUntil = (replay: Replay, at: number): Replay => {
	let next = replay;
	for (let due = nextMessage(next); due !== undefined && due.at <= at; due = nextMessage(next)) next = stepOn(next);
	return next;
};

/** The message that comes next; undefined at the end. */
export const nextMessage = ({recording, position}: Replay): Recording['messages'][number] | undefined => recording.messages[position];

/** When the last message was that was taken in. */
export const momentOf = ({recording, position}: Replay): number => recording.messages[position - 1]?.at ?? 0;

const stepOn = (replay: Replay): Replay => {
	const due = nextMessage(replay);
	return due === undefined ? replay : {...replay, state: take(replay.state, due.message), position: replay.position + 1, isAsked: false};
};

/** Only what changed the state was recorded: a job that ended was the one that the dashboard had, and is told from others by being the same value. */
const take = (state: State, message: Message): State =>
	reduce(state, message.type === 'job-ended' && state.job !== null ? {...message, job: state.job} : message);

/** What comes of a key of the user, or a new size of the terminal. Nothing that a recorded dashboard could do is done. */
export const steer = (replay: Replay, message: Message): Replay => {
	if (message.type === 'resized') return {...replay, size: message.size};
	return message.type === 'key-pressed' ? press(replay, message.key) : replay;
};

const press = (replay: Replay, key: string): Replay => {
	switch (key) {
		case 'q':
		case 'ctrl+c':
			return {...replay, isLeaving: true};
		case 'space':
			return {...replay, isPaused: !replay.isPaused, isAsked: false};
		case 'right':
			return {...stepOn(replay), isPaused: true};
		default:
			return {...replay, isAsked: true};
	}
};

/**
 * What is drawn. The recorded keys did what they did on a screen of the recorded size, so that size is the state's; but a picture has to fit
 * the terminal that it is drawn in.
 */
export const toShown = (replay: Replay): State => ({...replay.state, size: replay.size, notice: noticeOf(replay) ?? replay.state.notice});

const KEYS = 'space pauses, → goes on by one message, q leaves.';

const noticeOf = (replay: Replay): Notice | null => {
	const {recording, position, isPaused, isAsked} = replay;
	const time = formatDuration(momentOf(replay));
	const count = recording.messages.length;
	if (position === count) return {tone: 'active', text: `The end of the recording, after ${time}.${describeCut(recording)} q leaves.`};
	if (isPaused)
		return {tone: 'attention', text: `Paused after ${time}, message ${position} of ${count}: space plays, → goes on by one message, q leaves.`};
	return isAsked ? {tone: 'active', text: `A recording: ${KEYS}`} : null;
};

const describeCut = ({isCutShort}: Recording): string => (isCutShort ? ' It was cut off there.' : '');
