import {existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import {describe, expect, it} from 'vitest';
import {agentsOf, makeScratch, rad, radJson, runOf, type Scratch, startRad, stepsOf} from '../support/rad.ts';
import {createScratch, until} from '../support/scratch.ts';
import {type Line, scriptPrograms} from '../support/scripted-programs.ts';

// The workflows that the format was made for, with agents that are scripts.

const newFolder = createScratch();
const FOLDER = fileURLToPath(new URL('../fixtures/workflows/', import.meta.url));
const EXAMPLES = Object.fromEntries(readdirSync(FOLDER).map(name => [path.basename(name, '.yaml'), readFileSync(path.join(FOLDER, name), 'utf8')]));
const read = ({cwd}: Scratch, file: string): string => readFileSync(path.join(cwd, file), 'utf8');
const callsOf = ({home}: Scratch): readonly string[] => readFileSync(path.join(home, 'calls'), 'utf8').trim().split('\n');

const makeExamples = async (lines: readonly Line[], env: Readonly<Record<string, string>> = {}): Promise<Scratch> => {
	const scratch = await makeScratch(newFolder(), EXAMPLES);
	for (const folder of ['agents', 'prompts']) mkdirSync(path.join(scratch.cwd, '.radium', folder), {recursive: true});
	for (const name of ['analyst', 'architect', 'coder', 'refactorer'])
		writeFileSync(path.join(scratch.cwd, `.radium/agents/${name}.md`), `---\nname: ${name}\n---\nYou are the ${name}.\n`);
	writeFileSync(path.join(scratch.cwd, '.radium/prompts/review.md'), 'Review the change.\n');
	scratch.git('config', 'user.name', 'T');
	scratch.git('config', 'user.email', 't@t');
	return scriptPrograms(scratch, lines, env);
};

/** Runs one, and says Yes whenever it asks. */
const runAndApprove = async (scratch: Scratch, ...words: readonly string[]) => {
	const {ended} = startRad(['run', ...words], scratch);
	let isOver = false;
	void ended.then(() => {
		isOver = true;
	});
	await until(async () => {
		if (!isOver && (await rad(['show'], scratch)).stdout.includes('\nquestion\t')) await rad(['approve', (await runOf(scratch)).id], scratch);
		return isOver;
	});
	return ended;
};

/** One round that finds mistakes, and one that is content. */
const IMPLEMENT: readonly Line[] = [
	{prompt: 'Implement this task', shell: 'echo draft > feature', answer: 'done'},
	{prompt: 'Review the change', shell: 'grep -q draft feature', answer: {verdict: 'request_changes', findings: ['it is a draft']}},
	{prompt: 'Round 1.*\n.*\n.*\n.*\n?.*it is a draft', shell: 'echo good > feature', answer: 'mended'},
	{prompt: 'Review the change', shell: 'grep -q good feature', answer: {verdict: 'approve', findings: []}},
];

describe('the example workflows', () => {
	it('have no mistake', async () => {
		const scratch = await makeExamples([]);

		expect(await rad(['workflow', 'validate'], scratch)).toMatchObject({code: 0, stderr: ''});
	});

	it('implement-review-fix: implements, reviews with another engine until it is content, asks, and lands', async () => {
		const scratch = await makeExamples(IMPLEMENT);

		const {code, stderr} = await runAndApprove(
			scratch,
			'implement-review-fix',
			...['--input', 'task=a feature', '--input', 'test_command=grep -q good feature'],
		);

		expect(code, stderr).toBe(0);
		expect(await stepsOf(scratch)).toEqual([
			...['implement completed', 'polish completed', 'polish.1.test failed', 'polish.1.review completed', 'polish.1.fix completed'],
			...['polish.2.test completed', 'polish.2.review completed', 'polish.2.fix skipped', 'accept completed', 'land completed'],
		]);
		expect(read(scratch, 'feature')).toBe('good\n');
		expect(scratch.git('log', '--format=%s', '-1')).toBe('a feature\n');
		const [implement, , fix] = callsOf(scratch).map(line => line.split(' ')[2]);
		expect(fix, 'the conversation goes on where it began').toBe(implement);
	});

	it('parallel-refactor: works on the parts side by side, merges them, and tests the whole', async () => {
		const scratch = await makeExamples([
			{prompt: 'must not overlap', answer: {parts: ['a', 'b', 'c'].map(name => ({path: name, advice: 'be careful'}))}},
			...['a', 'b', 'c'].map(name => ({
				prompt: `only below ${name}\\.`,
				shell: `mkdir -p ${name} reports; echo new > ${name}/file; echo ok > reports/${name}.md`,
				answer: 'done',
			})),
			{prompt: 'pull-request text', answer: {body: 'All of it.'}},
		]);

		const {code, stderr} = await rad(['run', 'parallel-refactor', '--input', 'goal=new names'], scratch);

		expect(code, stderr).toBe(0);
		const {id} = await runOf(scratch);
		expect(await stepsOf(scratch)).toEqual(
			['survey', 'change', 'change.1', 'change.2', 'change.3', 'verify', 'summary', 'on_failure.tell'].map(
				name => `${name} ${name === 'on_failure.tell' ? 'skipped' : 'completed'}`,
			),
		);
		for (const name of ['a', 'b', 'c']) expect(scratch.git('show', `rad/${id}:${name}/file`)).toBe('new\n');
		expect(existsSync(path.join(scratch.cwd, 'a'))).toBe(false);
	});

	it('nightly-deps: keeps what passes, undoes what does not, and reports', async () => {
		const scratch = await makeExamples([{prompt: 'right was updated', answer: 'I could not'}], {GITHUB_TOKEN: 'secret-token-1'});

		const {code, stderr} = await rad(['run', 'nightly-deps'], scratch);

		expect(code, stderr).toBe(0);
		expect(await stepsOf(scratch)).toEqual([
			...['outdated completed', 'update failed', 'update.1.bump completed', 'update.1.repair skipped', 'update.1.check completed'],
			...['update.2.bump failed', 'update.2.repair completed', 'update.2.check failed', 'open_pr completed', 'finally.report completed'],
		]);
		expect([read(scratch, 'packages'), existsSync(path.join(scratch.cwd, 'broken'))]).toEqual(['left@latest\n', false]);
		expect(readFileSync(path.join(scratch.home, 'pull-requests'), 'utf8')).toBe('pr create --fill with secret-token-1\n');
		expect(read(scratch, 'nightly.md')).toContain('# nightly-deps');
		const {artifacts} = await radJson<{artifacts: ReadonlyArray<{readonly stepId: string}>}>(['show'], scratch);
		expect(artifacts).toMatchObject([{stepId: 'finally.report'}]);
	});

	it('spec-plan-code-test: asks about the plan, runs the other workflow for each task, and hands on the scores', async () => {
		const scratch = await makeExamples([
			{prompt: 'specification', shell: 'mkdir -p docs; echo spec > docs/spec.md', answer: {criteria: ['it works'], open_questions: []}},
			{prompt: 'Plan the work', answer: {tasks: [{id: 't', title: 'T', prompt: 'a feature'}]}},
			...IMPLEMENT.filter((_, index) => index !== 1 && index !== 2).map(line => ({
				...line,
				...(line.shell?.includes('draft') ? {shell: 'echo good > feature'} : {}),
			})),
			...['security', 'simplicity'].map((lens, index) => ({prompt: `eye to ${lens}`, answer: {score: index + 1, remarks: lens}})),
		]);

		const {code, stderr} = await runAndApprove(scratch, 'spec-plan-code-test', '--input', 'issue=It does not work');

		expect(code, stderr).toBe(0);
		expect(await stepsOf(scratch)).toEqual(
			expect.arrayContaining([
				'planning completed',
				'planning.1.plan_gate completed',
				'build completed',
				'build.1.land completed',
				'unit completed',
				'e2e skipped',
				'judge completed',
			]),
		);
		expect(read(scratch, 'feature')).toBe('good\n');
		const {outputs} = await radJson<{outputs: {scores: ReadonlyArray<{readonly score: number}>}}>(['show'], scratch);
		expect(outputs.scores.map(({score}) => score)).toEqual([1, 2]);
		expect((await agentsOf(scratch)).filter(({status}) => status !== 'completed').map(({name}) => name)).toEqual([]);
	});
});
