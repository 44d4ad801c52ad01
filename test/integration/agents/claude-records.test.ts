import {mkdirSync, symlinkSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {describe, expect, it} from 'vitest';
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

	it('are not looked for by a name that is no id, nor through a link', () => {
		const {directory, project, source} = aFolder();
		writeFileSync(path.join(directory, 'elsewhere.jsonl'), '{"a":1}\n');
		symlinkSync(path.join(directory, 'elsewhere.jsonl'), path.join(project, `${SESSION}.jsonl`));

		expect(claudeRecords.open({directory, sessionId: '../elsewhere', since: 0}).poll()).toEqual([]);
		expect(source.poll()).toEqual([]);
	});
});
