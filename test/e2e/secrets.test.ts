import {execFileSync} from 'node:child_process';
import {existsSync, readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {describe, expect, it} from 'vitest';
import type {Run} from '../../source/domain/records.ts';
import {agentsOf, makeScratch, rad, radJson, runOf, type Scratch, startRad, stepsOf} from '../support/rad.ts';
import {createScratch, until} from '../support/scratch.ts';

const newFolder = createScratch();
const VALUE = 'my-deploy-passphrase';
const withSecret = (scratch: Scratch): Scratch => ({...scratch, env: {DEPLOY_PASS: VALUE, CODE: '123456'}});

/** Every file that rad wrote in which the text stands, but for the bytes that agents printed. */
const findKept = ({cwd}: Scratch, text: string): string =>
	execFileSync('/bin/sh', ['-c', `grep -rla --exclude=stdout --exclude=stderr --exclude=output -- ${text} .radium; true`], {cwd, encoding: 'utf8'});

describe('the secrets of a workflow', () => {
	it('reach the steps that name them and no others, and are kept nowhere', async () => {
		const scratch = await makeScratch(newFolder(), {
			flow: `version: 1
steps:
  - id: deploy
    run: echo "$DEPLOY_PASS" > got; echo "it is $DEPLOY_PASS"; echo "word=$DEPLOY_PASS" >> "$RAD_OUTPUT"; echo "code=$CODE" >> "$RAD_OUTPUT"
    secrets: [DEPLOY_PASS, CODE]
  - { id: other, run: 'echo "[$DEPLOY_PASS] $WORD $CODED" > other', env: { WORD: "\${{ steps.deploy.outputs.word }}", CODED: "\${{ steps.deploy.outputs.code }}" } }
`,
		});

		const refused = await rad(['run', 'flow'], scratch);
		const {code, stderr} = await rad(['run', 'flow'], withSecret(scratch));

		expect(refused).toMatchObject({code: 6, stdout: ''});
		expect(refused.stderr).toBe(
			'rad: The workflow "flow" needs the secrets DEPLOY_PASS, CODE, which are not in your environment; nothing was started.\n  try: export DEPLOY_PASS=… CODE=…\n',
		);
		expect(code, stderr).toBe(0);
		expect(readFileSync(path.join(scratch.cwd, 'other'), 'utf8')).toBe('[] [redacted:DEPLOY_PASS] [redacted:CODE]\n');
		expect(readFileSync(path.join(scratch.cwd, 'got'), 'utf8')).toBe(`${VALUE}\n`);
		expect(findKept(scratch, VALUE)).toBe('');
		expect(findKept(scratch, 'redacted:DEPLOY_PASS')).toContain('.radium/logs/');
		expect(await radJson(['runs'], scratch)).toHaveLength(1);
	});

	it('are asked for again by whoever goes on with a run, whose words nobody else reads', async () => {
		const scratch = await makeScratch(newFolder(), {
			flow: `version: 1
secrets: [DEPLOY_PASS]
steps:
  - { id: slow, run: 'touch begun; while ! test -e go; do sleep 0.05; done; echo "it is $DEPLOY_PASS"; echo "n=7" >> "$RAD_OUTPUT"; touch done' }
  - { id: next, run: 'echo "$N $DEPLOY_PASS" > next', env: { N: "\${{ steps.slow.outputs.n }}" } }
`,
		});
		const started = await radJson<Run>(['run', 'flow', '--detach'], withSecret(scratch));
		await until(() => existsSync(path.join(scratch.cwd, 'begun')));
		const [pid] = execFileSync('pgrep', ['-f', `runner.js .* ${started.id}`], {encoding: 'utf8'})
			.trim()
			.split('\n');
		process.kill(Number(pid), 'SIGKILL');
		writeFileSync(path.join(scratch.cwd, 'go'), '');
		await until(() => existsSync(path.join(scratch.cwd, 'done')));

		const refused = await rad(['resume', started.id], scratch);
		const left = await stepsOf(scratch);
		const resumed = await startRad(['resume', started.id], withSecret(scratch)).ended;

		expect(refused.code).toBe(6);
		expect(refused.stderr).toContain('needs the secret DEPLOY_PASS');
		expect(left).toEqual(['slow running', 'next pending']);
		expect(resumed.code, resumed.stderr).toBe(0);
		expect(await agentsOf(scratch)).toMatchObject([{name: 'slow', attempt: 1, status: 'completed'}, {name: 'next'}]);
		expect(readFileSync(path.join(scratch.cwd, 'next'), 'utf8')).toBe(`7 ${VALUE}\n`);
		expect((await runOf(scratch)).status).toBe('completed');
		expect(findKept(scratch, VALUE)).toBe('');
	});
});
