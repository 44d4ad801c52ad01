import {describe, expect, it} from 'vitest';
import {listPlanWork} from '../../../source/domain/plan.ts';
import {formatProblem} from '../../../source/domain/workflow-problem.ts';
import {loadWorkflow} from '../../../source/workflow/format/load-workflow.ts';
import {aWorkspace} from '../../support/workspace-files.ts';

const engines = {names: ['shell', 'claude'], defaultEngine: 'claude', canResume: () => true, findProblem: () => null};
const load = (step: string, texts: Readonly<Record<string, string>> = {}) =>
	loadWorkflow('wf', 'wf.yaml', `version: 1\ninputs: { task: {} }\nsteps:\n  - { id: a, ${step} }\n`, engines, aWorkspace(texts));
const problemsOf = (...args: Parameters<typeof load>): readonly string[] => load(...args).problems.map(formatProblem);

describe('a prompt in a file of its own', () => {
	it('is read when the workflow is', () => {
		const {plan, problems} = load('prompt: { file: prompts/go.md }', {'prompts/go.md': '\nDo ${{ inputs.task }}.\n\nNow.\n'});

		expect(problems).toEqual([]);
		expect(plan === undefined ? [] : listPlanWork(plan)).toMatchObject([
			{kind: 'prompt', text: 'Do ${{ inputs.task }}.\n\nNow.', promptFile: 'prompts/go.md'},
		]);
	});

	it('tells its mistakes where they stand in it', () => {
		const text = 'First.\r\n\r\nDo ${{ inputs.tsk }} and ${{ steps.b.outputs.text }}.\n${{ inputs.task\n';

		expect(problemsOf('prompt: { file: prompts/go.md }, tiemout: 3m', {'prompts/go.md': text})).toEqual([
			'wf.yaml:4:47: unknown key "tiemout"; did you mean "timeout"?',
			'prompts/go.md:3:4: unknown input "tsk"; did you mean "task"?',
			'prompts/go.md:3:26: unknown step "b"; there are: a',
			'prompts/go.md:4:1: expression: "${{" is not closed by "}}"',
		]);
	});

	it('must be there and hold something', () => {
		expect(problemsOf('prompt: { file: prompts/og.md }')).toEqual(['wf.yaml:4:30: prompt.file: there is no file "prompts/og.md"']);
		expect(problemsOf('prompt: { file: prompts/reveiw.md }', {'prompts/review.md': 'x'})).toEqual([
			'wf.yaml:4:30: prompt.file: there is no file "prompts/reveiw.md"; did you mean "prompts/review.md"?',
		]);
		expect(problemsOf('prompt: { file: go.md }', {'go.md': ' \n'})).toEqual(['go.md:1:1: the file is empty; write what the agent is to do']);
	});

	it('tells why it cannot be used', () => {
		const files = {...aWorkspace(), readText: () => ({problem: 'is not text in UTF-8'})};
		const text = 'version: 1\nsteps:\n  - { id: a, prompt: { file: x } }\n';

		expect(loadWorkflow('wf', 'wf.yaml', text, engines, files).problems.map(formatProblem)).toEqual([
			'wf.yaml:3:30: prompt.file: "x" is not text in UTF-8',
		]);
	});

	it.each(['../x.md', 'a/../../x.md', '/etc/passwd', './x.md', 'a//x.md', 'C:x.md', 'a\\\\x.md', ''])('lies below the workspace: not %j', file => {
		const files = {
			...aWorkspace(),
			readText: () => {
				throw new Error('it is not looked for');
			},
		};
		const text = `version: 1\nsteps:\n  - { id: a, prompt: { file: "${file}" } }\n`;

		expect(loadWorkflow('wf', 'wf.yaml', text, engines, files).problems.map(({message}) => message)).toEqual([
			'prompt.file: is not the path of a file in the workspace; write it from the workspace on, such as .radium/prompts/review.md',
		]);
	});

	it('has no other keys', () => {
		expect(problemsOf('prompt: { fiel: x.md }', {'x.md': 'x'})).toEqual(['wf.yaml:4:24: unknown key "fiel"; did you mean "file"?']);
	});
});
