import type {Clock} from '../domain/clock.ts';
import type {Rad} from '../domain/rad.ts';
import {toProblem} from './effects.ts';
import {judgeKeys} from './judge-keys.ts';
import type {Size} from './layout.ts';
import {clean} from './line.ts';
import {loadSnapshot, nameWorkspace} from './load.ts';
import type {OwnKeys} from './own-keys.ts';
import {toColouredRow, toPlainRow} from './painted.ts';
import {drawPicture, type Picture} from './picture.tsx';
import {reduce} from './reduce.ts';
import {selectedAgent, wishOf} from './selectors.ts';
import {createState, type Message, type State} from './state.ts';
import {drawSvg} from './svg.ts';
import {chooseTheme, type Theme} from './theme.ts';

export type TakePictureOptions = {
	readonly rad: Rad;
	readonly clock: Clock;
	readonly size: Size;
	readonly environment: Readonly<Record<string, string | undefined>>;
	readonly format: 'text' | 'coloured' | 'svg';
	/** Aborting ends the waiting: what is known by then is drawn. */
	readonly signal: AbortSignal;
};

/** Whoever asks for one picture does not wait for a store that is busy all the time: the panes then say that they are loading. */
const LOAD_LIMIT_MS = 10_000;

/**
 * Draws what the dashboard would show now, after all of it was read. No run is told that somebody looks, since nobody can answer.
 *
 * @throws {RadError} `CONFIGURATION_UNUSABLE`; whatever reading the workspace throws.
 */
export const takePicture = async (options: TakePictureOptions): Promise<string> => {
	const {theme: wish, keys} = await options.rad.configuration.load();
	return formatState(await loadState(options, judgeKeys(keys)), options.format, chooseTheme(options.environment, wish));
};

/** The picture of a state; `svg` is a document. */
export const formatState = (state: State, format: TakePictureOptions['format'], theme: Theme): string =>
	FORMATS[format](drawPicture(state, theme), state, theme);

const FORMATS: Readonly<Record<TakePictureOptions['format'], (picture: Picture, state: State, theme: Theme) => string>> = {
	text: picture => picture.map(toPlainRow).join('\n'),
	coloured: picture => picture.map(toColouredRow).join('\n'),
	svg: (picture, {size, workspaceName}, {background}) => drawSvg(picture, size, {title: `rad top: ${clean(workspaceName)}`, background}),
};

/** The state as far as it is known when everything was read, the limit is reached or the signal is aborted. */
const loadState = async ({rad, clock, size, signal}: TakePictureOptions, ownKeys: OwnKeys): Promise<State> => {
	let state = createState({size, now: clock.now(), workspaceName: nameWorkspace(rad), choice: 'newest', canSuspend: true, ownKeys});
	const loaded = new AbortController();
	const load = async (): Promise<void> => {
		for await (const message of read(rad, clock, () => state)) state = reduce(state, message);
	};
	try {
		await Promise.race([load(), clock.sleep(LOAD_LIMIT_MS, AbortSignal.any([signal, loaded.signal]))]);
	} finally {
		loaded.abort();
	}
	return state;
};

/** What happens to the state of a dashboard that was just opened; each message after the one before was taken in. */
async function* read(rad: Rad, clock: Clock, getState: () => State): AsyncGenerator<Message> {
	const snapshot = await loadSnapshot(rad, wishOf(getState()), {now: clock.now(), last: undefined});
	yield {type: 'data-loaded', snapshot, now: clock.now()};
	const log = await readLog(rad, getState());
	if (log !== undefined) yield log;
	const preview = await readPreview(rad, getState());
	if (preview !== undefined) yield preview;
}

const readLog = async (rad: Rad, state: State): Promise<Message | undefined> => {
	const agent = selectedAgent(state);
	if (agent === undefined) return undefined;
	try {
		return {type: 'log-received', agentId: agent.id, lines: (await rad.logs.tail(agent, state.log.backlog)).lines};
	} catch (error) {
		return {type: 'log-failed', agentId: agent.id, problem: toProblem(error)};
	}
};

/** What an agent's wish to restore would change: the question is shown with it. */
const readPreview = async (rad: Rad, {job}: State): Promise<Message | undefined> => {
	if (job?.kind !== 'preview') return undefined;
	try {
		return {type: 'job-ended', job, outcome: {kind: 'previewed', plan: await rad.checkpoints.preview(job.checkpointId)}};
	} catch (error) {
		return {type: 'job-ended', job, outcome: {kind: 'failed', problem: toProblem(error)}};
	}
};
