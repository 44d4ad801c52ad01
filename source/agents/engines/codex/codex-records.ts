import path from 'node:path';
import type {SessionRecords} from '../../engine.ts';
import {followLineFiles, type LineFile} from '../../follow-line-files.ts';
import {type Foreign, parseObject, toForeign, toText} from '../../foreign.ts';
import {isSessionId, listFolder, readStart} from '../../foreign-files.ts';

const YEAR = /^\d{4}$/;
const MONTH_OR_DAY = /^\d{2}$/;
const ROLLOUT = /^rollout-.+\.jsonl$/;

const DAY_MS = 24 * 60 * 60 * 1000;
/** The first row holds the instructions of the model too, which are some 20 kB. */
const MAX_FIRST_ROW = 1024 * 1024;
const LF = 0x0a;

/**
 * The files that Codex keeps of a session, `<year>/<month>/<day>/rollout-<time>-<thread>.jsonl`: the one of the main conversation, which
 * may be old, and those of sub-agents, which are as young as the run. Links are never followed.
 */
export const codexRecords: SessionRecords = {
	open: ({directory, sessionId, since}) => followLineFiles(isSessionId(sessionId) ? openFileList({directory, sessionId, since}) : () => []),
};

type Session = Parameters<SessionRecords['open']>[0];

/** Lists the files of a session that are there now: the main conversation's first, then by time. */
const openFileList = ({directory, sessionId, since}: Session): (() => readonly LineFile[]) => {
	const isMain = (file: string): boolean => file.endsWith(`-${sessionId}.jsonl`);
	const main = new Map<string, LineFile>();
	const others = new Map<string, LineFile>();
	const judged = new Set<string>();
	let isFirst = true;
	const judge = (file: string): void => {
		const owner = judged.has(file) ? undefined : readSession(file);
		if (owner === undefined) return;
		judged.add(file);
		if (owner === sessionId) others.set(file, toLineFile(file));
	};
	return () => {
		const folders = listDays(directory);
		const young = folders.filter(({day}) => day >= toDay(since - DAY_MS));
		// What is old is there from the start.
		for (const file of (isFirst ? folders : young).flatMap(listRollouts).filter(isMain)) main.set(file, toLineFile(file));
		isFirst = false;
		for (const file of young.flatMap(listRollouts)) if (!isMain(file)) judge(file);
		return [...main.values(), ...others.values()];
	};
};

/** All rollouts below a folder, by time, with the first row of each: whose they are and where they worked. */
export const listRolloutFiles = (directory: string): ReadonlyArray<{readonly file: LineFile; readonly meta: Foreign}> =>
	listDays(directory)
		.flatMap(listRollouts)
		.flatMap(file => {
			const meta = readMeta(file);
			return meta === undefined || Object.keys(meta).length === 0 ? [] : [{file: toLineFile(file), meta}];
		});

const toLineFile = (file: string): LineFile => ({source: path.basename(file, '.jsonl'), path: file});

type DayFolder = {readonly day: string; readonly path: string};

/** The name of a day's folder. Codex goes by the local time, so it may be one day off. */
const toDay = (at: number): string => new Date(Math.max(0, at)).toISOString().slice(0, 10).replaceAll('-', '/');

const listDays = (directory: string): readonly DayFolder[] =>
	listFolders(directory, YEAR).flatMap(year =>
		listFolders(path.join(directory, year), MONTH_OR_DAY).flatMap(month =>
			listFolders(path.join(directory, year, month), MONTH_OR_DAY).map(day => ({
				day: `${year}/${month}/${day}`,
				path: path.join(directory, year, month, day),
			})),
		),
	);

const listFolders = (directory: string, name: RegExp): readonly string[] =>
	listFolder(directory)
		.filter(entry => entry.isDirectory() && name.test(entry.name))
		.map(entry => entry.name);

/** In the order of their times, so that who started another agent comes before it. */
const listRollouts = (folder: DayFolder): readonly string[] =>
	listFolder(folder.path)
		.filter(entry => entry.isFile() && ROLLOUT.test(entry.name))
		.map(entry => path.join(folder.path, entry.name));

/** The session that the first row of a file names, empty when it names none; undefined while that row is not whole. */
const readSession = (file: string): string | undefined => {
	const meta = readMeta(file);
	return meta === undefined ? undefined : toText(meta['session_id']);
};

/** What the first row of a file tells of its session, empty when it is no such row; undefined while it is not whole. */
const readMeta = (file: string): Foreign | undefined => {
	const bytes = readStart(file, MAX_FIRST_ROW);
	const end = bytes?.indexOf(LF) ?? -1;
	if (bytes === undefined || (end === -1 && bytes.length < MAX_FIRST_ROW)) return undefined;
	const row = end === -1 ? undefined : parseObject(bytes.toString('utf8', 0, end));
	return row?.['type'] === 'session_meta' ? toForeign(row['payload']) : {};
};
