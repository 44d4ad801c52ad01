import {mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {describe, expect, it} from 'vitest';
import {makeScratch, rad, type Scratch} from '../support/rad.ts';
import {createScratch} from '../support/scratch.ts';

// What a workflow names reaches the agent: here a program called claude that keeps what it is told and how it is called.

const newFolder = createScratch();
const CLAUDE = `#!/bin/sh
if [ "$1" = --version ]; then echo '2.1.330 (Claude Code)'; exit 0; fi
echo "$@" > args.txt
cat > told.txt
echo '{"type":"result","subtype":"success","is_error":false,"result":"done","session_id":"11111111-1111-4111-8111-111111111111"}'
`;
const WORKFLOW = `version: 1
inputs: { task: { required: true } }
defaults: { engine: claude, model: haiku, permissions: full }
steps:
  - { id: review, agent: reviewer, permissions: plan, prompt: { file: .radium/prompts/review.md } }
`;

const setUp = async (): Promise<Scratch> => {
	const folder = newFolder();
	const scratch = await makeScratch(folder, {review: WORKFLOW});
	const put = (name: string, text: string, mode = 0o644): void => {
		const file = path.join(folder, name);
		mkdirSync(path.dirname(file), {recursive: true});
		writeFileSync(file, text, {mode});
	};
	put('bin/claude', CLAUDE, 0o755);
	put('repo/.radium/prompts/review.md', 'Review ${{ inputs.task }}.\n');
	put('repo/.claude/agents/reviewer.md', '---\nname: reviewer\ntools: Read, Grep\nmodel: opus\n---\n\nYou read ${{ inputs.task }} with care.\n');
	return {...scratch, env: {PATH: `${path.join(folder, 'bin')}:${process.env['PATH'] ?? ''}`}};
};
const read = ({cwd}: Scratch, name: string): string => readFileSync(path.join(cwd, name), 'utf8');

describe('a prompt and an agent from files', () => {
	it('are what the agent is told, and how it is called', async () => {
		const scratch = await setUp();

		expect(await rad(['run', 'review', '--input', 'task=the $(limiter)'], scratch)).toMatchObject({code: 0});

		expect(read(scratch, 'told.txt').trimEnd()).toBe('You read ${{ inputs.task }} with care.\n\nReview the $(limiter).');
		expect(read(scratch, 'args.txt')).toContain('--model=opus');
		expect(read(scratch, 'args.txt')).toMatch(/--permission-mode[= ]plan/);
	});

	it('are told before the start', async () => {
		const scratch = await setUp();

		const {stdout} = await rad(['run', 'review', '--input', 'task=it', '--dry-run', '--json'], scratch);

		expect(JSON.parse(stdout)).toMatchObject({
			steps: [
				{
					text: 'Review it.',
					promptFile: '.radium/prompts/review.md',
					model: 'opus',
					agent: {name: 'reviewer', file: '.claude/agents/reviewer.md', instructions: 'You read ${{ inputs.task }} with care.'},
				},
			],
		});
		expect((await rad(['run', 'review', '--input', 'task=it', '--dry-run'], scratch)).stdout).toContain('with care.');
	});
});
