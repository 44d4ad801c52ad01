import {mkdirSync, symlinkSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {describe, expect, it} from 'vitest';
import {claudeHistory} from '../../../source/agents/engines/claude-stream/claude-history.ts';
import {claudeRecords} from '../../../source/agents/engines/claude-stream/claude-records.ts';
import {createScratch} from '../../support/scratch.ts';

const SESSION = '7e996d28-5f3e-421f-a7fb-2ef034adc116';
const makeDirectory = createScratch();

const aFolder = () => {
	const directory = makeDirectory();
	const project = path.join(directory, '-workspace');
	mkdirSync(path.join(project, SESSION, 'subagents'), {recursive: true});
	return {directory, project, source: claudeRecords.open({directory, sessionId: SESSION, since: 0})};
};

describe('the session files of Claude Code', () => {
	it('are read as they grow, with those of sub-agents, and no other session', () => {
		const {project, source} = aFolder();
		expect(source.poll()).toEqual([]);

		writeFileSync(path.join(project, `${SESSION}.jsonl`), '{"a":1}\n{"half');
		writeFileSync(path.join(project, 'other-session.jsonl'), '{"b":1}\n');
		writeFileSync(path.join(project, SESSION, 'subagents/agent-a1.jsonl'), '{"c":1}\n');
		writeFileSync(path.join(project, SESSION, 'subagents/agent-a1.meta.json'), '{"d":1}\n');

		expect(source.poll()).toEqual([
			{source: SESSION, text: '{"a":1}'},
			{source: 'agent-a1.jsonl', text: '{"c":1}'},
		]);
		writeFileSync(path.join(project, `${SESSION}.jsonl`), 'way":2}\n', {flag: 'a'});
		expect(source.poll()).toEqual([{source: SESSION, text: '{"halfway":2}'}]);
		expect(source.poll()).toEqual([]);
	});

	it('are read of sub-agents at any depth, as an import reads them', () => {
		const {directory, project, source} = aFolder();
		const below = path.join(project, SESSION, 'subagents/workflows/wf_1');
		mkdirSync(below, {recursive: true});
		symlinkSync('..', path.join(below, 'round'));
		writeFileSync(path.join(project, `${SESSION}.jsonl`), '{"a":1}\n');
		writeFileSync(path.join(below, 'agent-a2.jsonl'), '{"c":2}\n');

		expect(source.poll()).toEqual([
			{source: SESSION, text: '{"a":1}'},
			{source: 'workflows/wf_1/agent-a2.jsonl', text: '{"c":2}'},
		]);
		const [before] = claudeHistory.list(directory);
		writeFileSync(path.join(below, 'agent-a2.jsonl'), '{"c":3}\n', {flag: 'a'});
		const [after] = claudeHistory.list(directory);
		expect(before?.stamp).toMatch(/^8:\d+ 8:\d+$/);
		expect(after?.stamp).toMatch(/^8:\d+ 16:\d+$/);
	});

	it('are not looked for by a name that is no id, nor through a link', () => {
		const {directory, project, source} = aFolder();
		writeFileSync(path.join(directory, 'elsewhere.jsonl'), '{"a":1}\n');
		symlinkSync(path.join(directory, 'elsewhere.jsonl'), path.join(project, `${SESSION}.jsonl`));

		expect(claudeRecords.open({directory, sessionId: '../elsewhere', since: 0}).poll()).toEqual([]);
		expect(source.poll()).toEqual([]);
	});
});
