import {chmodSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {expect, it} from 'vitest';
import type {Agent} from '../../source/domain/records.ts';
import {makeScratch, rad, radJson} from '../support/rad.ts';
import {createScratch} from '../support/scratch.ts';

const newFolder = createScratch();

/** Stands for Claude Code: dies with the big model, and answers with the small one. */
const CLAUDE = `#!/usr/bin/env node
if (process.argv.includes('big') || process.argv.some(each => each.endsWith('=big'))) process.kill(process.pid, 'SIGKILL');
const usage = {input_tokens: 10, output_tokens: 1, cache_read_input_tokens: 0, cache_creation_input_tokens: 0};
const print = event => console.log(JSON.stringify({session_id: 's', ...event}));
print({type: 'system', subtype: 'init', cwd: process.cwd(), model: 'small', tools: []});
print({type: 'result', subtype: 'success', is_error: false, result: 'done', usage});
`;

it('an agent that dies is followed by the next engine of the step', async () => {
	const scratch = await makeScratch(newFolder(), {
		flow: `version: 1
steps:
  - { id: work, engine: claude, model: big, prompt: x, fallback: [{ engine: claude, model: small }] }
  - { id: after, run: 'echo "$SAID" > said', env: { SAID: "\${{ steps.work.outputs.text }}" } }
`,
	});
	const bin = path.join(scratch.home, 'bin');
	mkdirSync(bin);
	writeFileSync(path.join(bin, 'claude'), CLAUDE);
	chmodSync(path.join(bin, 'claude'), 0o755);
	const env = {PATH: `${bin}:${process.env['PATH'] ?? ''}`};

	const {code, stderr} = await rad(['run', 'flow'], {...scratch, env});

	expect(code, stderr).toBe(0);
	expect(await radJson<readonly Agent[]>(['monitor', 'list'], scratch)).toMatchObject([
		{name: 'work', attempt: 1, status: 'failed', failureCause: 'crash'},
		{name: 'work', attempt: 2, status: 'completed', model: 'small'},
		{name: 'after', status: 'completed'},
	]);
	expect(readFileSync(path.join(scratch.cwd, 'said'), 'utf8')).toBe('done\n');
});
