import {describe, expect, it} from 'vitest';
import {type EngineRules, loadWorkflow} from '../../../source/workflow/format/load-workflow.ts';

const engines: EngineRules = {
	names: ['shell', 'recorded', 'claude'],
	defaultEngine: 'recorded',
	findProblem: ({recording}) => (recording === 'gone' ? 'recording: there is no recording "gone"' : null),
};
const load = (text: string, name = 'wf') => loadWorkflow(name, 'wf.yaml', text, engines);
const problemsOf = (text: string): readonly string[] => load(text).problems.map(({line, column, message}) => `${line}:${column}: ${message}`);

describe('loadWorkflow', () => {
	it('reads a whole workflow', () => {
		const {plan, problems} = load(`version: 1
description: Try it
inputs:
  topic: { type: string, required: true }
  count: { default: 3 }
steps:
  - id: plan
    prompt: Plan \${{ inputs.topic }}
    recording: plan
    speed: 10
    restore: own-step
  - id: test
    run: npm test
    env: { SAID: "\${{ steps.plan.outputs.text }}", N: 1 }
    timeout: 1h30m
    retry: { max: 2 }
  - id: first
    needs: []
    run: "true"
`);

		expect(problems).toEqual([]);
		expect(plan?.inputs.map(({name, type, isRequired}) => [name, type, isRequired])).toEqual([
			['topic', 'string', true],
			['count', 'number', false],
		]);
		expect(plan?.steps.map(({id, needs, engine, kind}) => [id, needs, engine, kind])).toEqual([
			['plan', [], 'recorded', 'prompt'],
			['test', ['plan'], 'shell', 'run'],
			['first', [], 'shell', 'run'],
		]);
		expect(plan?.steps[0]).toMatchObject({recording: 'plan', speed: 10, restorePolicy: 'own-step', maxRetries: 0, timeoutMs: 1_800_000});
		expect(plan?.steps[1]).toMatchObject({env: {SAID: '${{ steps.plan.outputs.text }}', N: '1'}, timeoutMs: 5_400_000, maxRetries: 2});
	});

	it('tells every mistake of a file at once, each at its place', () => {
		const text = `version: 1
inputs:
  task: { type: string }
steps:
  - id: plan
    prompt: Do \${{ inputs.tsk }}
  - id: code
    run: echo \${{ steps.plan.outputs.text }}
  - id: test
    needs: [coed]
    run: "true"
    env: { A: "\${{ steps.later.outputs.x }}", B: "\${{ oops( }}" }
  - id: later
    needs: [code]
    run: "true"
`;

		expect(problemsOf(text)).toEqual([
			'6:16: unknown input "tsk"; did you mean "task"?',
			'8:15: "run" may not contain ${{ steps.plan.outputs.text }} (shell injection); pass it through env',
			'10:13: needs: unknown step "coed"; did you mean "code"?',
			'12:16: reads steps.later but does not depend on it (add it to needs)',
			"12:51: expression: Unexpected end of expression: '('",
		]);
	});

	it('judges each step by its kind, so one mistake gives one message', () => {
		const text = `version: 1
steps:
  - id: a
    prompt: x
    timeot: 3m
  - id: b
    run: x
    engine: claude
  - id: c
    prompt: x
    run: y
  - id: d
  - id: e
    run: x
    timeout: soon
    retry: { max: 50 }
  - prompt: x
  - nothing
`;

		expect(problemsOf(text)).toEqual([
			'5:5: unknown key "timeot"; did you mean "timeout"?',
			'8:5: unknown key "engine"',
			'9:5: step "c" needs exactly one of prompt, run (has both)',
			'12:5: step "d" needs exactly one of prompt, run (has neither)',
			'15:14: timeout: is not a duration; write 90s, 30m, 1h30m',
			'16:19: max: Too big: expected number to be <=20',
			'17:5: id: is missing',
			'18:5: a step is a mapping with an id and prompt or run',
		]);
	});

	it.each([
		['a cycle', 'version: 1\nsteps:\n  - {id: a, needs: [b], run: x}\n  - {id: b, needs: [a], run: x}\n', 'needs: cycle a -> b -> a'],
		['a repeated id', 'version: 1\nsteps:\n  - {id: a, run: x}\n  - {id: a, run: x}\n', 'id: "a" is used twice'],
		['a repeated key', 'version: 1\nversion: 1\nsteps:\n  - {id: a, run: x}\n', 'the key "version" stands here twice'],
		['another version', 'version: 2\nsteps:\n  - {id: a, run: x}\n', 'version'],
		['no steps', 'version: 1\nsteps: []\n', 'needs at least one step'],
		['an unknown engine', 'version: 1\nsteps:\n  - {id: a, prompt: x, engine: claud}\n', 'unknown engine "claud"; did you mean "claude"?'],
		['the shell as an engine of prompts', 'version: 1\nsteps:\n  - {id: a, prompt: x, engine: shell}\n', 'unknown engine "shell"'],
		[
			'a recording for an engine without any',
			'version: 1\nsteps:\n  - {id: a, prompt: x, engine: claude, recording: y}\n',
			'only the engine "recorded" has one',
		],
		['an unknown recording', 'version: 1\nsteps:\n  - {id: a, prompt: x, recording: gone}\n', 'there is no recording "gone"'],
		['an unsafe id', 'version: 1\nsteps:\n  - {id: ../../x, run: x}\n', 'use 1 to 64 of a-z 0-9 _ -'],
		['a wrong variable', 'version: 1\nsteps:\n  - {id: a, run: x, env: {"A B": 1}}\n', 'is not the name of an environment variable'],
		['a default of another type', 'version: 1\ninputs: {n: {type: number, default: x}}\nsteps:\n  - {id: a, run: x}\n', 'default: is not a number'],
		['another name than the file', 'version: 1\nname: other\nsteps:\n  - {id: a, run: x}\n', 'the file is called "wf"'],
		['broken YAML', 'version: [1\n', ''],
		['an empty file', '', ''],
		['a list', '- 1\n', ''],
		['an open expression', 'version: 1\nsteps:\n  - {id: a, prompt: "x ${{ inputs"}\n', 'is not closed'],
		[
			'a step output without outputs',
			'version: 1\nsteps:\n  - {id: a, run: x}\n  - {id: b, prompt: "${{ steps.a.text }}"}\n',
			'did you mean "steps.a.outputs.text"?',
		],
	])('names %s', (_, text, message) => {
		const {problems} = load(text);

		expect(problems.length).toBeGreaterThan(0);
		expect(problems.map(problem => problem.message).join('\n')).toContain(message);
		for (const {line, column} of problems) expect(Math.min(line, column)).toBeGreaterThan(0);
	});

	it('finds the place of an expression inside a block text', () => {
		expect(problemsOf('version: 1\nsteps:\n  - id: a\n    prompt: |\n      first line\n      then ${{ inputs.no }} here\n')).toEqual([
			'6:12: unknown input "no"',
		]);
	});

	it.each([
		['an alias bomb', `version: 1\na: &a [x,x,x,x,x,x,x,x,x]\nb: &b [${'*a,'.repeat(9)}]\nc: &c [${'*b,'.repeat(9)}]\nsteps: [${'*c,'.repeat(9)}]\n`],
		['a huge file', `version: 1\n# ${'x'.repeat(70_000)}\nsteps:\n  - {id: a, run: x}\n`],
		['a deep file', `version: 1\nsteps: ${'['.repeat(20_000)}\n`],
	])('refuses %s without choking', (_, text) => {
		expect(load(text).problems.length).toBeGreaterThan(0);
	});
});
