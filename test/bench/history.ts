import {appendFileSync, closeSync, mkdirSync, openSync, statSync, truncateSync, writeSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {createRandom, type Random} from './source-text.ts';

/** What a generated history holds, to be found again by whoever reads it. */
export type History = {readonly sizeBytes: number; readonly files: number; readonly messages: number; readonly outputTokens: number};

// The sizes of a real history: median 105 kB, 5.4 MB at the 99th percentile.
const MEDIAN_BYTES = 105_000;
const SPREAD = 1.69;
const LARGEST_BYTES = 80 * 2 ** 20;
const SESSIONS_PER_PROJECT = 40;
const START = Date.UTC(2026, 8, 1);
const MINUTE_MS = 60_000;

/**
 * Writes session files as Claude Code keeps them below `<home>/.claude/projects`: each message in two rows with the same usage, and between
 * them rows of users with what tools returned, which are most of the bytes. The same each time.
 */
export const generateHistory = (home: string, files: number): History => {
	const random = createRandom(11);
	const filler = 'the quick brown fox reads and writes a file of the workspace '.repeat(400);
	const sum = {sizeBytes: 0, files, messages: 0, outputTokens: 0};
	for (let index = 0; index < files; index += 1) {
		const session = toSession(index);
		const file = toFile(home, index);
		mkdirSync(dirname(file), {recursive: true});
		const handle = openSync(file, 'w');
		const wanted = nextSize(random);
		for (let size = 0; size < wanted; ) {
			const output = 1 + Math.floor(random() * 4000);
			const text = toRows(session, sum.messages, output, filler.slice(0, Math.floor(random() * 12_000)));
			writeSync(handle, text);
			size += text.length;
			sum.sizeBytes += text.length;
			sum.messages += 1;
			sum.outputTokens += output;
		}
		closeSync(handle);
	}
	return sum;
};

const toSession = (index: number): string => `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`;

const toFile = (home: string, index: number): string =>
	join(home, '.claude/projects', `-work-project${Math.floor(index / SESSIONS_PER_PROJECT)}`, `${toSession(index)}.jsonl`);

/** A number that no message of a history has. */
const NEW_MESSAGE = 99_999_999;

/** Adds one message to the first session of a history; what is returned takes it away again. */
export const growHistory = (home: string): (() => void) => {
	const file = toFile(home, 0);
	const {size} = statSync(file);
	appendFileSync(file, toRows(toSession(0), NEW_MESSAGE, 1, ''));
	return () => truncateSync(file, size);
};

const nextSize = (random: Random): number => {
	const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
	return Math.min(LARGEST_BYTES, Math.round(MEDIAN_BYTES * Math.exp(SPREAD * normal)));
};

const toRows = (sessionId: string, message: number, output: number, result: string): string => {
	const timestamp = new Date(START + (message % 100_000) * MINUTE_MS).toISOString();
	const common = {isSidechain: false, userType: 'external', cwd: '/work/project', sessionId, version: '2.1.330', gitBranch: 'main', timestamp};
	const usage = {
		input_tokens: 12,
		cache_creation_input_tokens: 800,
		cache_read_input_tokens: 20_000,
		output_tokens: output,
		cache_creation: {ephemeral_5m_input_tokens: 800, ephemeral_1h_input_tokens: 0},
		service_tier: 'standard',
	};
	const toAssistant = (content: unknown) => ({
		...common,
		type: 'assistant',
		uuid: `u${message}`,
		requestId: `req_${message}`,
		message: {id: `msg_${message}`, type: 'message', role: 'assistant', model: 'claude-opus-5-5', content: [content], usage},
	});
	const rows = [
		{...common, type: 'user', message: {role: 'user', content: [{type: 'tool_result', tool_use_id: `t${message}`, content: result}]}},
		toAssistant({type: 'text', text: 'Now the next file.'}),
		toAssistant({type: 'tool_use', id: `t${message}`, name: 'Read', input: {file_path: '/work/project/file.ts'}}),
	];
	return rows.map(row => `${JSON.stringify(row)}\n`).join('');
};
