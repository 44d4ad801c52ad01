import {appendFileSync, cpSync, mkdirSync, symlinkSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import {describe, expect, it} from 'vitest';
import type {AgentFact, RecordSource} from '../../../source/agents/engine.ts';
import {openGeminiReader} from '../../../source/agents/engines/gemini/gemini-reader.ts';
import {geminiRecords} from '../../../source/agents/engines/gemini/gemini-records.ts';
import {createScratch} from '../../support/scratch.ts';

const scratch = createScratch();
const RECORDING = fileURLToPath(new URL('../../fixtures/recordings/gemini/0.61.0/subagent/', import.meta.url));
const RECORDED = 'c293aa8b-f123-488d-b8e9-9c399a4117af';
const SESSION = '8d044ed8-c9f2-4a45-b9d4-19a8fcd58fcd';
const MAIN = 'session-2026-11-22T22-14-8d044ed8.jsonl';

const makeChats = (): {readonly directory: string; readonly chats: string} => {
	const directory = scratch();
	const chats = path.join(directory, 'ws', 'chats');
	mkdirSync(path.join(chats, SESSION), {recursive: true});
	return {directory, chats};
};
const open = (directory: string, sessionId = SESSION): RecordSource => geminiRecords.open({directory, sessionId, since: 0});
const texts = (source: RecordSource): readonly string[] => source.poll().map(({text}) => text);

describe('the session files of Gemini CLI', () => {
	it('tell what a recorded run used, with its sub-agent', () => {
		const directory = scratch();
		cpSync(path.join(RECORDING, 'chats'), path.join(directory, 'ws', 'chats'), {recursive: true});
		const reader = openGeminiReader({since: 0});

		const facts: readonly AgentFact[] = open(directory, RECORDED)
			.poll()
			.flatMap(line => reader.readRecord?.(line) ?? []);

		const usage = new Map(facts.flatMap(fact => (fact.type === 'usage' ? [[fact.messageId, fact] as const] : [])));
		expect([...usage.values()].filter(({agent}) => agent === null)).toHaveLength(2);
		expect([...usage.values()].filter(({agent}) => agent !== null)).toHaveLength(3);
	});

	it('are read as they grow, and those found that come later', () => {
		const {directory, chats} = makeChats();
		const source = open(directory);
		expect(texts(source)).toEqual([]);

		writeFileSync(path.join(chats, MAIN), '{"a":1}\n{"b":');
		expect(texts(source)).toEqual(['{"a":1}']);
		appendFileSync(path.join(chats, MAIN), '2}\n');
		writeFileSync(path.join(chats, SESSION, 'helper.jsonl'), '{"c":3}\n');

		expect(texts(source)).toEqual(['{"c":3}', '{"b":2}']);
		expect(texts(source)).toEqual([]);
		source.close();
	});

	it('are those of this session only, of each time that it was continued', () => {
		const {directory, chats} = makeChats();
		writeFileSync(path.join(chats, MAIN), '"first"\n');
		writeFileSync(path.join(chats, 'session-2026-11-22T23-08-8d044ed8.jsonl'), '"second"\n');
		writeFileSync(path.join(chats, 'session-2026-11-22T22-14-11111111.jsonl'), '"another"\n');
		writeFileSync(path.join(chats, SESSION, 'notes.txt'), '"no conversation"\n');
		mkdirSync(path.join(chats, '22222222'));
		writeFileSync(path.join(chats, '22222222', 'helper.jsonl'), '"of another"\n');

		const lines = open(directory).poll();

		expect(lines.map(({text}) => text)).toEqual(['"first"', '"second"']);
		expect(new Set(lines.map(({source}) => source)).size).toBe(2);
	});

	it('are not looked for by an id that is a path', () => {
		const {directory, chats} = makeChats();
		mkdirSync(path.join(chats, 'elsewhere'));
		writeFileSync(path.join(chats, 'elsewhere', 'secret.jsonl'), '"secret"\n');

		expect(texts(open(directory, '8d044ed8/../elsewhere'))).toEqual([]);
		expect(texts(open(directory, 'elsewhere'))).toEqual([]);
		expect(texts(open(directory, '..'))).toEqual([]);
	});

	it('are nothing where there are none, or no plain ones', () => {
		const {directory, chats} = makeChats();
		writeFileSync(path.join(directory, 'target'), '"target"\n');
		symlinkSync(path.join(directory, 'target'), path.join(chats, MAIN));
		mkdirSync(path.join(chats, SESSION, 'folder.jsonl'));

		expect(texts(open(directory))).toEqual([]);
		expect(texts(open(path.join(directory, 'missing')))).toEqual([]);
	});
});
