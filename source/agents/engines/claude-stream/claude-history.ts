import {readSync} from 'node:fs';
import path from 'node:path';
import {combineTokens} from '../../../domain/tokens.ts';
import type {AgentFact, SavedSession, SessionHistory} from '../../engine.ts';
import {parseObject, toForeign, toText, toTime} from '../../foreign.ts';
import {canReadAll, listNames, toStamp, withForeignFile} from '../../foreign-files.ts';
import {listSubAgentFiles} from './claude-records.ts';
import {readTier, readUsage, toConsistent, toModelName} from './usage.ts';

const SESSION_FILE = /^([0-9a-f-]{8,64})\.jsonl$/i;

/** The sessions that Claude Code has kept, each with the files of its sub-agents. */
export const claudeHistory: SessionHistory = {
	list: directory => {
		// A project that was copied or renamed may leave the same session in two folders.
		const folders = new Map<string, string[]>();
		for (const folder of listNames(directory).map(project => path.join(directory, project))) {
			for (const name of listNames(folder)) {
				const sessionId = SESSION_FILE.exec(name)?.[1];
				if (sessionId !== undefined) folders.set(sessionId, [...(folders.get(sessionId) ?? []), folder]);
			}
		}
		return [...folders].map(([sessionId, places]) => toSession(places, sessionId));
	},
};

type SessionFile = {readonly path: string /** Null for the main conversation. */; readonly agent: string | null};

const toSession = (folders: readonly string[], sessionId: string): SavedSession => {
	const files = folders.flatMap((folder): readonly SessionFile[] => [
		{path: path.join(folder, `${sessionId}.jsonl`), agent: null},
		...listSubAgentFiles(folder, sessionId),
	]);
	return {
		sessionId,
		...toStamp(files.map(file => file.path)),
		findFolder: () => findFolder(files),
		canRead: () => canReadAll(files.map(file => file.path)),
		read: () => [{type: 'session', sessionId, model: null, version: null}, ...files.flatMap(readFile)],
	};
};

const USAGE = Buffer.from('"usage":{');
const FOLDER = Buffer.from('"cwd":"');
const hasUsage = (line: Buffer): boolean => !isOfUser(line) && line.includes(USAGE);
const hasFolder = (line: Buffer): boolean => line.includes(FOLDER);

type UsageFact = Extract<AgentFact, {type: 'usage'}>;

/**
 * Reads the usage of a file's messages. Rows of a message repeat, mostly one after the other, and grow: of those only the last is parsed,
 * and of each count the greatest holds.
 */
const readFile = ({path: file, agent}: SessionFile): readonly AgentFact[] => {
	const messages = new Map<string, UsageFact>();
	const unreadable: AgentFact[] = [];
	let last: {readonly id: string | undefined; readonly line: Buffer} | undefined;
	const takeLast = (): void => {
		const fact = last === undefined ? undefined : readRow(last.line, agent);
		if (fact?.type === 'unreadable') unreadable.push(fact);
		if (fact?.type === 'usage') messages.set(fact.messageId, grow(messages.get(fact.messageId), fact));
	};
	forEachLine(file, hasUsage, line => {
		const id = findMessageId(line);
		if (last === undefined || id === undefined || id !== last.id) takeLast();
		// The bytes are used again for what is read next.
		last = {id, line: Buffer.from(line)};
		return true;
	});
	takeLast();
	const [first] = messages.values();
	const start: readonly AgentFact[] =
		agent === null || first === undefined ? [] : [{type: 'sub-agent-started', agent, parent: null, name: 'sub-agent', model: first.model}];
	return [...start, ...messages.values(), ...unreadable];
};

const grow = (before: UsageFact | undefined, now: UsageFact): UsageFact =>
	before === undefined ? now : {...now, tokens: toConsistent(combineTokens(before.tokens, now.tokens, Math.max))};

const readRow = (line: Buffer, agent: string | null): UsageFact | Extract<AgentFact, {type: 'unreadable'}> | undefined => {
	const row = parseObject(line.toString('utf8'));
	const message = toForeign(row?.['message']);
	const model = toModelName(toText(message['model']));
	const messageId = toText(message['id']);
	if (row?.['type'] !== 'assistant' || messageId === '' || model === '' || model === '<synthetic>') return undefined;
	const tokens = readUsage(message['usage']);
	if (tokens === undefined) return {type: 'unreadable', reason: 'The usage of a message cannot be true.'};
	const at = toTime(row['timestamp']);
	return {type: 'usage', agent, messageId, provider: 'anthropic', model, tokens, ...readTier(message['usage']), ...(Number.isNaN(at) ? {} : {at})};
};

const MESSAGE = Buffer.from('"message":{');
const ID = Buffer.from('"id":"');
const QUOTE = 0x22;
/** How far into a message its id is looked for, and how long that may be. */
const MAX_DISTANCE = 400;

/** The id of the message in a row, without parsing it; undefined where it is not found at once. */
const findMessageId = (line: Buffer): string | undefined => {
	const start = line.indexOf(MESSAGE);
	const head = start === -1 ? undefined : line.subarray(start, start + MAX_DISTANCE);
	const from = head?.indexOf(ID) ?? -1;
	const end = from === -1 ? -1 : (head?.indexOf(QUOTE, from + ID.length) ?? -1);
	return end === -1 ? undefined : head?.toString('latin1', from + ID.length, end);
};

const findFolder = ([main]: readonly SessionFile[]): string | null => {
	let folder: string | null = null;
	if (main === undefined) return null;
	forEachLine(main.path, hasFolder, line => {
		folder = toText(parseObject(line.toString('utf8'))?.['cwd']) || null;
		return folder === null;
	});
	return folder;
};

const CHUNK_BYTES = 2 * 1024 * 1024;
/** A row with usage is a message; those hold at most what a model can write. */
const MAX_LINE_BYTES = 64 * 1024 * 1024;
const LF = 0x0a;

/**
 * Hands over the lines that are wanted, until `take` returns false. Histories are gigabytes, nearly all of it in lines that nobody needs:
 * those are never decoded. The bytes of a line are used again for what is read next.
 */
const forEachLine = (file: string, isWanted: Look, take: Look): void => withForeignFile(file, undefined, handle => scan(handle, isWanted, take));

type Look = (line: Buffer) => boolean;

/** One for all files: fresh memory for each of thousands would cost more than reading them. */
let chunk: Buffer | undefined;

const scan = (handle: number, isWanted: Look, take: Look): void => {
	chunk ??= Buffer.allocUnsafe(CHUNK_BYTES);
	let buffer = chunk;
	let filled = 0;
	for (;;) {
		const size = readSync(handle, buffer, filled, buffer.length - filled, null);
		if (size === 0) {
			// A last row without a line break.
			const rest = buffer.subarray(0, filled);
			if (isWanted(rest)) take(rest);
			return;
		}
		filled += size;
		const rest = takeLines(buffer.subarray(0, filled), isWanted, take);
		if (rest === undefined) return;
		buffer.copyWithin(0, rest, filled);
		filled -= rest;
		// A line longer than the buffer: it grows, or the line is given up.
		if (filled === buffer.length) {
			if (buffer.length >= MAX_LINE_BYTES) filled = 0;
			else buffer = Buffer.concat([buffer, Buffer.allocUnsafe(buffer.length)]);
		}
	}
};

/** Takes the whole lines; returns where the rest begins, undefined when nothing more is wanted. */
const takeLines = (bytes: Buffer, isWanted: Look, take: Look): number | undefined => {
	let start = 0;
	for (let end = bytes.indexOf(LF); end !== -1; end = bytes.indexOf(LF, start)) {
		const line = bytes.subarray(start, end);
		start = end + 1;
		if (isWanted(line) && !take(line)) return undefined;
	}
	return start;
};

const USER = Buffer.from('"type":"user"');
const HEAD_BYTES = 600;
const OPENERS = [0x7b /* { */, 0x5b /* [ */];

/**
 * True for the rows that hold what tools returned, which are most of a history. Only where nothing is nested before its type is this of the
 * row itself; any other row is looked at whole.
 */
const isOfUser = (line: Buffer): boolean => {
	const head = line.subarray(1, HEAD_BYTES);
	const at = head.indexOf(USER);
	return at !== -1 && OPENERS.every(opener => head.indexOf(opener) === -1 || head.indexOf(opener) > at);
};
