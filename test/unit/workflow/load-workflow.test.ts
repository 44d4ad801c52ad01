import {describe, expect, it, onTestFinished, vi} from 'vitest';
import {listPlanWork, type Plan} from '../../../source/domain/plan.ts';
import {type EngineRules, loadWorkflow} from '../../../source/workflow/format/load-workflow.ts';
import {aWorkspace} from '../../support/workspace-files.ts';

const engines: EngineRules = {
	names: ['shell', 'recorded', 'claude'],
	defaultEngine: 'recorded',
	canResume: name => name === 'claude',
	findProblem: ({recording}) => (recording === 'gone' ? 'recording: there is no recording "gone"' : null),
};
const load = (text: string, name = 'wf', files = aWorkspace()) => loadWorkflow(name, 'wf.yaml', text, engines, files);
const problemsOf = (text: string): readonly string[] => load(text).problems.map(({line, column, message}) => `${line}:${column}: ${message}`);

const workOf = (plan: Plan | undefined) => (plan === undefined ? [] : listPlanWork(plan));

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
		expect(workOf(plan).map(({id, needs, engine, kind}) => [id, needs, engine, kind])).toEqual([
			['plan', [], 'recorded', 'prompt'],
			['test', ['plan'], 'shell', 'run'],
			['first', [], 'shell', 'run'],
		]);
		expect(plan?.steps[0]).toMatchObject({recording: 'plan', speed: 10, restorePolicy: 'own-step', retry: {max: 0}, timeoutMs: 1_800_000});
		expect(plan?.steps[1]).toMatchObject({
			env: {SAID: '${{ steps.plan.outputs.text }}', N: '1'},
			timeoutMs: 5_400_000,
			retry: {max: 2, on: ['error', 'timeout', 'lost', 'rate_limit', 'invalid_output'], backoffMs: 0},
		});
	});

	it('reads conditions, retries, and what holds for all steps', () => {
		const {plan, problems} = load(`version: 1
defaults: { engine: claude, model: opus, permissions: plan, timeout: 10m, idle_timeout: 2m, retry: { max: 1, on: [rate_limit] } }
env: { CI: 1, WHO: "\${{ inputs.who }}" }
inputs: { who: { default: me } }
steps:
  - id: test
    run: npm test
    continue_on_error: true
    env: { WHO: you }
    retry: { max: 3, backoff: 30s, factor: 3, max_backoff: 5m }
  - id: fix
    when: steps.test.outputs.exit_code != 0
    engine: recorded
    prompt: Mend it.
  - id: tell
    when: "\${{ inputs.who == 'me' }}"
    idle_timeout: 1h
    prompt: Tell it.
`);

		expect(problems).toEqual([]);
		expect(plan?.steps).toMatchObject([
			{
				engine: 'shell',
				model: null,
				when: null,
				continuesOnError: true,
				env: {CI: '1', WHO: 'you'},
				timeoutMs: 600_000,
				idleTimeoutMs: 120_000,
				retry: {max: 3, on: ['error', 'timeout', 'lost', 'rate_limit', 'invalid_output'], backoffMs: 30_000, factor: 3, maxBackoffMs: 300_000},
			},
			{
				engine: 'recorded',
				model: 'opus',
				permissions: 'plan',
				when: 'steps.test.outputs.exit_code != 0',
				continuesOnError: false,
				env: {CI: '1', WHO: '${{ inputs.who }}'},
				retry: {max: 1, on: ['rate_limit'], backoffMs: 0, factor: 2, maxBackoffMs: 600_000},
			},
			{engine: 'claude', idleTimeoutMs: 3_600_000},
		]);
	});

	it('reads what a run and its steps may spend', () => {
		const {plan, problems} = load(`version: 1
budget: { cost_usd: 2.5, wall: 3h }
steps:
  - { id: a, run: x, budget: { tokens: 4000000, turns: 60 } }
  - { id: b, run: x, budget: { cost_usd: "$0.000000001" } }
`);

		expect(problems).toEqual([]);
		expect(plan?.budget).toEqual({costNanoUsd: 2_500_000_000, tokens: null, turns: null, wallMs: 10_800_000, onExceeded: 'stop'});
		expect(workOf(plan).map(({budget}) => budget)).toEqual([
			{costNanoUsd: null, tokens: 4_000_000, turns: 60, wallMs: null, onExceeded: 'stop'},
			{costNanoUsd: 1, tokens: null, turns: null, wallMs: null, onExceeded: 'stop'},
		]);
	});

	it.each([
		['deploy', 'deploy', 'queue'],
		['{ group: "x-${{ inputs.to }}-${{ run.workflow }}", on_conflict: skip }', 'x-${{ inputs.to }}-${{ run.workflow }}', 'skip'],
	])('reads what a workflow says of other runs: %s', (text, group, onConflict) => {
		const {plan, problems} = load(`version: 1\ninputs: { to: {} }\nconcurrency: ${text}\nsteps: [{ id: a, run: x }]\n`);

		expect(problems).toEqual([]);
		expect(plan?.concurrency).toEqual({group, onConflict});
	});

	it.each([
		['5', ['2:14: concurrency: is not a name or a mapping; write concurrency: deploy']],
		['""', ['2:14: concurrency.group: is empty; write a name, such as deploy']],
		[
			'{ on_conflict: wait }',
			[
				'2:14: concurrency.group: is missing; write a name, such as deploy',
				'2:29: concurrency.on_conflict: is not known; write one of: queue, cancel, skip',
			],
		],
		['{ grup: "${{ inputs.to }}" }', ['2:16: unknown key "grup"; did you mean "group"?', '2:23: unknown input "to"; there is none']],
		['"${{ steps.a.outputs.text }}"', ["2:15: expression: Unrecognized named-value: 'steps'"]],
		['"${{ run.nope }}"', ['2:15: unknown field of run "nope"; there are: id, workflow, status, base_branch']],
	])('tells what is wrong with what a workflow says of other runs: %s', (text, problems) => {
		expect(problemsOf(`version: 1\nconcurrency: ${text}\nsteps: [{ id: a, run: x }]\n`)).toEqual(problems);
	});

	it('tells what is wrong with a budget', () => {
		const text = `version: 1
budget: { cost_usd: -1, tokens: 1.5, tuns: 3 }
steps:
  - { id: a, run: x, budget: 5 }
  - { id: b, run: x, budget: { wall: 0, turns: 0, cost_usd: lots } }
`;

		expect(problemsOf(text)).toEqual([
			'2:21: budget.cost_usd: is not an amount of dollars; write dollars with at most nine decimals, such as 2.50, up to 1000000',
			'2:33: budget.tokens: is not a whole number; write a whole number, 1 or more',
			'2:38: unknown key "tuns"; did you mean "turns"?',
			'4:30: budget: is not a mapping; write budget: { cost_usd: 5 }',
			'5:38: budget.wall: is not a duration; write 90s, 30m, 1h30m',
			'5:48: budget.turns: is too small; write a whole number, 1 or more',
			'5:61: budget.cost_usd: is not an amount of dollars; write dollars with at most nine decimals, such as 2.50, up to 1000000',
		]);
	});

	it('tells what is wrong with a condition, at its place', () => {
		const aFile = (condition: string): string => `version: 1
inputs: { n: { default: 1 } }
steps:
  - { id: one, run: "true" }
  - { id: other, needs: [], run: "true" }
  - { id: two, needs: [one], when: ${condition}, run: "true" }
`;
		const found = (condition: string): readonly string[] => problemsOf(aFile(condition));

		expect(load(aFile('true')).plan?.steps[2]?.when).toBe('true');
		expect(found('steps.one.outputs.exit_code == 0 && inputs.n != 2')).toEqual([]);
		expect(found('inputs.m == 1')).toEqual(['6:36: unknown input "m"; there are: n']);
		expect(found('"1 == steps.other.outputs.n"')).toEqual(['6:37: reads steps.other but does not depend on it (add it to needs)']);
		expect(found('stps.one')).toEqual([expect.stringMatching(/^6:36: expression: Unrecognized named-value: 'stps'/)]);
		expect(found('"${{ inputs.n }} and ${{ inputs.n }}"')).toEqual(['6:37: when: is more than one expression; write it without ${{ }}']);
		expect(found('[1]')).toEqual(['6:36: when: is not an expression; write an expression, such as steps.test.outputs.exit_code != 0']);
		expect(found("''")).toEqual(['6:36: when: is empty; write an expression, such as steps.test.outputs.exit_code != 0']);
	});

	it('reads nothing of steps in the variables of the workflow', () => {
		const text = 'version: 1\nenv: { A: "${{ steps.one.outputs.text }}", B: "${{ inputs.x }}" }\nsteps:\n  - { id: one, run: "true" }\n';

		expect(problemsOf(text)).toEqual([
			'2:12: no step is over yet; read it in the env of a step that needs it',
			'2:48: unknown input "x"; there is none',
		]);
	});

	it('lets a step go on with the conversation of an earlier one of the same engine, and with no other', () => {
		const aFile = (session: string, change = ''): string => `version: 1
steps:
  - { id: plan, engine: claude, permissions: plan, prompt: x }
  - { id: test, run: "true" }
  - { id: build, engine: claude, session: ${session}, prompt: y${change} }
  - { id: talk, prompt: z }
  - { id: late, engine: claude, prompt: z }
`;

		expect(workOf(load(aFile('plan')).plan).map(({session, permissions}) => [session, permissions])).toEqual([
			[null, 'plan'],
			[null, 'edit'],
			['plan', 'edit'],
			[null, 'edit'],
			[null, 'edit'],
		]);
		expect(problemsOf(aFile('pln'))).toEqual(['5:43: session: unknown step "pln"; did you mean "plan"?']);
		expect(problemsOf(aFile('late'))).toEqual(['5:43: session: step "late" may not be over by then; add it to needs']);
		expect(problemsOf(aFile('test'))).toEqual(['5:43: session: step "test" runs with shell, and claude cannot go on with that']);
		expect(problemsOf(aFile('plan', ', needs: []'))).toEqual(['5:43: session: step "plan" may not be over by then; add it to needs']);
		expect(problemsOf('version: 1\nsteps:\n  - {id: a, prompt: x}\n  - {id: b, prompt: x, session: a}\n')).toEqual([
			'4:33: session: the engine "recorded" cannot go on with a conversation',
		]);
		expect(problemsOf('version: 1\nsteps:\n  - {id: a, prompt: x, permissions: all}\n')).toEqual([
			'3:37: permissions: is not known; write one of: plan, edit, full',
		]);
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
			'8:5: unknown key "engine"; only a step with prompt has it',
			'9:5: step "c" needs exactly one of prompt, run, approve, workflow, steps (has prompt, run)',
			'12:5: step "d" needs exactly one of prompt, run, approve, workflow, steps (has none)',
			'15:14: timeout: is not a duration; write 90s, 30m, 1h30m',
			'16:19: retry.max: is too large; write a whole number from 0 to 20',
			'17:5: id: is missing; give the step a name of its own, such as build',
			'18:5: a step is a mapping with an id and prompt or run',
		]);
	});

	it('lets a mistake of the structure hide none of the references', () => {
		const text = `version: 2
colour: blue
inputs:
  task: { type: string, requird: true }
  n: { type: number, default: x }
steps:
  - id: a
    prompt: "Do \${{ inputs.q }"
    engine: claud
    timeout: soon
  - id: c
    needs: [d]
    run: x
  - id: c
    speed: 3
    run: x
    env: { "A B": 1, C: "\${{ steps.zzz.outputs.x }} \${{ inputs.tsk }}" }
  - id: e
    prompt: x
    run: echo \${{ steps.a.outputs.text }}
`;

		expect(problemsOf(text)).toEqual([
			'1:10: version: is not 1, the only version that this rad knows; write version: 1',
			'2:1: unknown key "colour"; there are: version, name, description, inputs, defaults, on, env, secrets, budget, max_parallel, concurrency, steps, on_failure, finally, outputs',
			'4:25: unknown key "requird"; did you mean "required"?',
			'5:31: inputs.n.default: is not a number; write a number, or change the type',
			'8:17: expression: "${{" is not closed by "}}"',
			'9:13: engine: unknown engine "claud"; did you mean "claude"?',
			'10:14: timeout: is not a duration; write 90s, 30m, 1h30m',
			'12:13: needs: unknown step "d"; there are: a, c, e',
			'14:9: id: "c" is used twice; give this step another',
			'15:5: unknown key "speed"; only a step with prompt has it',
			'17:12: env: "A B" is not the name of an environment variable; use letters, digits and _',
			'17:26: unknown step "zzz"; there are: a, c, e',
			'17:53: unknown input "tsk"; did you mean "task"?',
			'18:5: step "e" needs exactly one of prompt, run, approve, workflow, steps (has prompt, run)',
			'20:15: "run" may not contain ${{ steps.a.outputs.text }} (shell injection); pass it through env',
		]);
	});

	it.each([
		[
			'a step whose id cannot be read may be the one that is named',
			'steps:\n  - {run: x}\n  - {id: b, needs: [first], prompt: "${{ steps.first.outputs.x }}"}\n',
			['3:5: id: is missing; give the step a name of its own, such as build'],
		],
		[
			'inputs that cannot be read may be those that are named',
			'inputs: [q]\nsteps:\n  - {id: a, prompt: "${{ inputs.q }}"}\n',
			['2:9: inputs: is not a mapping; write inputs: { name: { type: string } }'],
		],
		[
			'what it needs is misspelt, and is what it reads',
			'steps:\n  - {id: plan, run: x}\n  - {id: b, needs: [], run: x}\n  - {id: c, needs: [plam], prompt: "${{ steps.plan.outputs.x }}"}\n',
			['5:21: needs: unknown step "plam"; did you mean "plan"?'],
		],
		[
			'what it needs is unknown, and may come after what it reads',
			'steps:\n  - {id: plan, run: x}\n  - {id: b, needs: [other], prompt: "${{ steps.plan.outputs.x }}"}\n',
			['4:21: needs: unknown step "other"; there are: plan, b'],
		],
		[
			'what it needs is no list',
			'steps:\n  - {id: plan, run: x}\n  - {id: b, needs: plan, prompt: "${{ steps.plan.outputs.x }}"}\n',
			['4:20: needs: is not a list; write needs: [id, …]'],
		],
		[
			'an id is used twice, so the step above has it too',
			'steps:\n  - {id: c, run: x}\n  - {id: c, run: x}\n  - {id: d, prompt: "${{ steps.c.outputs.x }}"}\n',
			['4:10: id: "c" is used twice; give this step another'],
		],
		[
			'keys are misspelt',
			'input: {q: {}}\nstepps:\n  - {id: a, promt: "${{ inputs.q }}"}\n  - {id: b, run: x}\n  - {id: c, need: [a], prompt: "${{ steps.a.outputs.x }}"}\n',
			[
				'2:1: unknown key "input"; did you mean "inputs"?',
				'3:1: unknown key "stepps"; did you mean "steps"?',
				'4:13: unknown key "promt"; did you mean "prompt"?',
				'6:13: unknown key "need"; did you mean "needs"?',
			],
		],
	])('does not tell what follows from another mistake: %s', (_, text, problems) => {
		expect(problemsOf(`version: 1\n${text}`)).toEqual(problems);
	});

	it('tells each cycle, and one only once', () => {
		const text = `version: 1
steps:
  - { id: a, needs: [c], run: x }
  - { id: b, run: x }
  - { id: c, run: x }
  - { id: d, needs: [d], run: x }
  - { id: e, run: x }
`;

		expect(problemsOf(text)).toEqual([
			'3:14: needs: cycle a -> c -> b -> a; no step of it could ever start',
			'6:14: needs: cycle d -> d; no step of it could ever start',
		]);
	});

	it('says of each wrong value what is wrong and what would be right', () => {
		const text = `name: [x]
description: 5
inputs:
  "a b": {}
  x: 3
  y: { type: text, required: "yes", default: [1], foo: 1 }
steps:
  - { id: 1, run: [a], needs: a, env: [], timeout: [], retry: 3, restore: no, checkpoint: never }
  - { id: My Step, prompt: , speed: fast, engine: 3, model: "", recording: {} }
  - { id: c, prompt: " ", speed: 0, retry: { max: -1 }, timeout: 0, needs: [A B, 3] }
  - { id: d, prompt: x, speed: 2000, retry: { max: 1.5 }, env: { C: [], D: } }
  - { id: e, run: x, retry: { maxx: 3 }, if: x }
`;

		expect(problemsOf(text).map(problem => problem.replace(/^\d+:\d+: /, ''))).toEqual([
			'version: is missing; write version: 1',
			'name: is not text; use 1 to 64 of a-z 0-9 _ - and begin and end with a letter or digit',
			'description: is not text; put it in quotes',
			'inputs: "a b" is not the name of an input; use letters, digits and _',
			'inputs.x: is not a mapping; write { type: string }',
			'inputs.y.type: is not known; write one of: string, number, boolean',
			'inputs.y.required: is not a truth value; write true or false',
			'inputs.y.default: is not a plain value; write text, a number, true or false',
			'unknown key "foo"; there are: type, required, enum, default, description',
			'id: is not text; put it in quotes',
			'run: is not text; write a command of the shell',
			'needs: is not a list; write needs: [id, …]',
			'env: is not a mapping; write env: { NAME: value }',
			'timeout: is not a duration; write 90s, 30m, 1h30m',
			'retry: is not a mapping; write retry: { max: 1 }',
			'restore: is not known; write one of: ask, own-step',
			'checkpoint: is not known; write one of: before, both, none',
			'id: is not a name; use 1 to 64 of a-z 0-9 _ - and begin and end with a letter or digit',
			'prompt: is empty; write what the agent is to do',
			'speed: is not a number; write a number above 0, at most 1000',
			'engine: is not text; put it in quotes',
			'model: is empty; write the name of a model',
			'recording: is not text; write the name of a recording',
			'prompt: is empty; write what the agent is to do',
			'speed: is too small; write a number above 0, at most 1000',
			'retry.max: is too small; write a whole number from 0 to 20',
			'timeout: is not a duration; write 90s, 30m, 1h30m',
			'needs: is not a name; use 1 to 64 of a-z 0-9 _ - and begin and end with a letter or digit',
			'needs: is not text; put it in quotes',
			'speed: is too large; write a number above 0, at most 1000',
			'retry.max: is not a whole number; write a whole number from 0 to 20',
			'env.C: is not a plain value; write text, a number, true or false',
			'env.D: is empty; write text, a number, true or false',
			'unknown key "maxx"; did you mean "max"?',
			'unknown key "if"; there are: id, needs, when, continue_on_error, foreach, matrix, on_failure, budget, env, secrets, outputs, artifacts, timeout, idle_timeout, restore, checkpoint, retry, workspace, run',
		]);
	});

	it('leaves no word of a library in what it says, whatever stands where', () => {
		const values = ['', '3', '-1', '"x"', 'true', '[]', '[[]]', '{}', '{a: {}}', '.inf', '.nan', '"0"'];
		const keys = ['version', 'name', 'description', 'inputs', 'steps'];
		const stepKeys = 'id needs env timeout restore checkpoint retry prompt run engine model recording speed'.split(' ');
		const files = values.flatMap(value => [
			...keys.map(key => `${key}: ${value}\n`),
			`inputs: {a: ${value}}\n`,
			...['type', 'required', 'default', 'description'].map(key => `inputs: {a: {${key}: ${value}}}\n`),
			`steps: [${value}]\n`,
			...stepKeys.map(key => `steps: [{${key}: ${value}}]\n`),
			...stepKeys.map(key => `steps: [{prompt: x, ${key}: ${value}}]\n`),
			...['max', 'min'].map(key => `steps: [{retry: {${key}: ${value}}}]\n`),
		]);

		const messages = files.flatMap(file => load(file).problems.map(({message}) => message));

		expect(messages.filter(message => /Invalid|xpected|eceived|Too |undefined|NaN/.test(message))).toEqual([]);
		expect(messages.filter(message => /^[\w.]+: /.test(message) && !message.includes('; ') && !message.includes('only the engine'))).toEqual([]);
	});

	it.each([
		['nothing', '', '1:1: the file is empty; a workflow begins with "version: 1" and has a list of steps'],
		['a comment', '# nothing yet\n', '1:1: the file is empty; a workflow begins with "version: 1" and has a list of steps'],
		['a list', '- 1\n', '1:1: the file is not a mapping; a workflow begins with "version: 1" and has a list of steps'],
		['a text', 'hello\n', '1:1: the file is not a mapping; a workflow begins with "version: 1" and has a list of steps'],
		['a program', '\x7fELF\x02\x01\x00\x00', '1:1: the file is not text: it holds NUL bytes; write it as YAML in UTF-8'],
		['two documents', 'version: 1\n---\nversion: 1\n', '2:1: the file holds several documents, parted by "---"; write each to a file of its own'],
		['bold text', 'version: 1\nname: *bold\n', '2:7: there is no anchor "&bold" above; put a text that begins with * in quotes'],
		['a tag', 'version: 1\nname: !important thing\n', '2:7: there are no tags (!name) of this kind; put a text that begins with ! in quotes'],
		['a tab', 'version: 1\nsteps:\n\t- b\n', '3:1: Tabs are not allowed as indentation'],
		['a text before the rest', ' version: 1\nsteps:\n  - {id: a, run: x}\n', '2:1: Unexpected scalar at node end'],
	])('says in one sentence what is wrong with a file of %s', (_, text, problem) => {
		expect(problemsOf(text)).toEqual([problem]);
	});

	it('reads a file that begins with a byte order mark', () => {
		expect(problemsOf('\ufeffversion: 1\nsteps:\n  - {id: a, run: x}\n')).toEqual([]);
	});

	it.each([
		['steps:\n\t- b: {[x]: y}\n', '3:1: Tabs are not allowed as indentation'],
		['steps:\n  - {id: a, run: x, env: {[x]: y}}\n', '3:27: a key is a word, not a list or a mapping; put a text that begins with [ or { in quotes'],
	])('lets the YAML library print nothing: %j', (text, problem) => {
		const warn = vi.spyOn(process, 'emitWarning').mockReturnValue();
		onTestFinished(() => warn.mockRestore());

		expect(problemsOf(`version: 1\n${text}`)).toEqual([problem]);
		expect(warn).not.toHaveBeenCalled();
	});

	it('places a mistake under a key that stands twice at the last one, which counts', () => {
		expect(problemsOf('version: 1\nsteps:\n  - {id: a, run: x, run: [y]}\n')).toEqual([
			'3:21: the key "run" stands here twice',
			'3:26: run: is not text; write a command of the shell',
		]);
	});

	it('tells every mistake of a text with several expressions', () => {
		const text = 'version: 1\nsteps:\n  - id: a\n    prompt: ${{ }} ${{ run.no }} ${{ inputs.a and ${{ RUN.id }} ${{ steps.a.outputs.x }} ${{ 1 +\n';

		expect(problemsOf(text)).toEqual([
			'4:13: expression: is empty; write what is to stand here, such as ${{ inputs.name }}',
			'4:20: unknown field of run "no"; there are: id, workflow, status, base_branch',
			'4:34: expression: "${{" is not closed by "}}"',
			'4:65: reads steps.a, which is this step itself; only another step can read it',
			'4:90: expression: "${{" is not closed by "}}"',
		]);
	});

	it.each([
		['a cycle', 'version: 1\nsteps:\n  - {id: a, needs: [b], run: x}\n  - {id: b, needs: [a], run: x}\n', 'needs: cycle a -> b -> a'],
		['a repeated id', 'version: 1\nsteps:\n  - {id: a, run: x}\n  - {id: a, run: x}\n', 'id: "a" is used twice'],
		['a repeated key', 'version: 1\nversion: 1\nsteps:\n  - {id: a, run: x}\n', 'the key "version" stands here twice'],
		[
			'merged keys',
			'version: 1\nsteps:\n  - &s {id: a, run: x}\n  - {<<: *s, id: b, run: y}\n',
			'unknown key "<<"; mappings are not merged: write the keys out',
		],
		['another version', 'version: 2\nsteps:\n  - {id: a, run: x}\n', 'version'],
		['no steps', 'version: 1\nsteps: []\n', 'write at least one step'],
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
			'6:12: unknown input "no"; there is none',
		]);
	});

	it.each([
		['an alias bomb', `version: 1\na: &a [x,x,x,x,x,x,x,x,x]\nb: &b [${'*a,'.repeat(9)}]\nc: &c [${'*b,'.repeat(9)}]\nsteps: [${'*c,'.repeat(9)}]\n`],
		['a huge file', `version: 1\n# ${'x'.repeat(70_000)}\nsteps:\n  - {id: a, run: x}\n`],
		['a deep file', `version: 1\nsteps: ${'['.repeat(20_000)}\n`],
		['a text full of openings', `version: 1\nsteps: [{prompt: "${'${{'.repeat(20_000)}}}"}]\n`],
		['thousands of unknown needs', `version: 1\nsteps:\n${'- {id: a, run: x}\n'.repeat(900)}- {needs: [${'abc,'.repeat(9000)}]}\n`],
		['a step that holds itself', 'version: 1\nsteps: &s [*s, {id: a, run: x, env: &e {A: *e}}]\n'],
	])('refuses %s without choking', (_, text) => {
		expect(load(text).problems.length).toBeGreaterThan(0);
	});

	it('knows the engines that a step falls back to', () => {
		const plan = load(`version: 1
steps:
  - { id: a, engine: claude, prompt: x, fallback: [{ engine: recorded, model: m }] }
`);
		const problems = problemsOf(`version: 1
steps:
  - { id: a, engine: claude, prompt: x, fallback: [{ engine: claud }] }
  - { id: b, run: x, fallback: [{ engine: claude }] }
  - { id: c, engine: claude, prompt: x, fallback: [{ modl: x }] }
`);

		expect(workOf(plan.plan)[0]?.fallback ?? plan.problems).toEqual([{engine: 'recorded', model: 'm'}]);
		expect(problems).toEqual([
			'3:62: fallback.engine: unknown engine "claud"; did you mean "claude"?',
			'4:22: unknown key "fallback"; only a step with prompt has it',
			'5:52: fallback.engine: is missing; write the name of an engine',
			'5:54: unknown key "modl"; did you mean "model"?',
		]);
	});

	it('says of blocks what is wrong and where, and makes no list that would never end', () => {
		const many = '[1, 2, 3, 4, 5, 6, 7, 8, 9]';
		const problems = problemsOf(`version: 1
inputs: { task: { type: string } }
steps:
  - id: a
    loop: { until: steps.y.outputs.exit_code == 0, max: 500 }
    steps:
      - { id: x, run: 'true' }
      - { id: x, needs: [b], run: 'true', env: { E: "\${{ loop.idx }} \${{ loop.previous.z }} \${{ steps.a.outputs.n }}" } }
    publish: { n: steps.x.outputs.exit_code, m: loop.index + }
  - { id: b, foreach: { in: steps.a.outputs.k, as: inputs }, run: 'echo \${{ item }}' }
  - { id: c, matrix: { a: ${many}, b: ${many}, c: ${many} }, run: 'true' }
  - { id: d, foreach: { in: [1] }, loop: { until: 'true', max: 1 }, steps: [] }
  - { id: e, approve: { mesage: Go on?, show: [dif] }, timeout: 1h }
  - { id: f, run: 'true', env: { F: "\${{ part }} \${{ steps.e.outputs.aproved }} \${{ steps.x.outputs.n }}" } }
finally:
  - { id: z, run: 'true', env: { Z: "\${{ steps.b.items }} \${{ steps.nope.outputs.x }}" } }
`);

		expect(problems).toEqual([
			'5:20: unknown step "y"; there are: x, a, b, c, d, e, f',
			'5:57: loop.max: is too large; write a whole number from 1 to 100',
			'8:15: id: "x" is used twice; give this step another',
			'8:26: needs: unknown step "b"; there are: x',
			'8:54: unknown field of loop "idx"; there are: index, previous',
			'8:70: unknown step of the loop "z"; there are: x, x',
			'8:93: reads steps.a, which is the block around it; only a step after the block can read it',
			"9:49: expression: Unexpected symbol: '+'. Located at position 12 within expression: loop.index +",
			'10:29: step "a" has no output "k"; there are: n, m, rounds, changed, commit',
			'10:52: foreach.as: is taken; write another name',
			"10:73: expression: Unrecognized named-value: 'item'",
			'11:22: matrix: has more than 256 combinations, the most there may be',
			'12:14: foreach: a step has only one of loop, foreach, matrix',
			'12:76: steps: is empty; write at least one step',
			'13:25: unknown key "mesage"; did you mean "message"?',
			'13:48: approve.show: is not known; write one of: diff, outputs, cost',
			'13:56: unknown key "timeout"; only a step with prompt or run has it',
			"14:38: expression: Unrecognized named-value: 'part'",
			'14:50: step "e" has no output "aproved"; did you mean "approved"?',
			'14:81: unknown step "x"; there are: a, b, c, d, e, f',
			'16:59: unknown step "nope"; there are: z, a, b, c, d, e, f',
		]);
	});

	it('refuses items at once that would change the same files, or could not be undone one by one', () => {
		expect(
			problemsOf(`version: 1
max_parallel: 0
steps:
  - { id: a, workspace: readony, run: x }
  - { id: b, workspace: readonly, permissions: edit, prompt: x }
  - { id: c, foreach: { in: [1], max_parallel: 101 }, run: x }
  - { id: d, foreach: { in: [1], max_parallel: 2 }, run: x }
  - { id: e, foreach: { in: [1], max_parallel: 2 }, steps: [{ id: r, workspace: readonly, run: x }, { id: s, run: x }] }
  - { id: f, foreach: { in: [1], max_parallel: 2 }, on_failure: { rollback: true }, steps: [{ id: r, workspace: readonly, run: x }] }
  - { id: g, workspace: readonly, on_failure: { rollback: true }, run: x }
`),
		).toEqual([
			'2:15: max_parallel: is too small; write a whole number from 1 to 100',
			'4:25: workspace: is not known; write one of: shared, worktree, readonly',
			'5:48: permissions: a step with workspace: readonly has "plan"; leave it out, or the workspace',
			'6:48: foreach.max_parallel: is too large; write a whole number from 1 to 100',
			'7:48: foreach.max_parallel: its steps may change the same files; give them workspace: readonly or worktree, or write max_parallel: 1',
			'8:48: foreach.max_parallel: its steps may change the same files; give them workspace: readonly or worktree, or write max_parallel: 1',
			'9:48: foreach.max_parallel: items that are under way at once cannot be undone one by one; write max_parallel: 1, or no rollback',
			'10:47: on_failure: without a checkpoint there is nothing to go back to',
		]);
	});

	it('lets a single step that only reads be done for many items at once, with less permissions and without a checkpoint', () => {
		const {plan} = load(`version: 1
max_parallel: 9
defaults: { permissions: full, checkpoint: before }
steps:
  - { id: a, workspace: readonly, matrix: { n: [1, 2] }, prompt: x }
  - { id: b, workspace: readonly, checkpoint: before, run: x }
  - { id: c, matrix: { n: [1, 2] }, prompt: x }
`);

		expect(plan).toMatchObject({
			maxParallel: 9,
			steps: [
				{repeat: {maxParallel: 100}, steps: [{permissions: 'plan', takesCheckpoints: false}]},
				{takesCheckpoints: true},
				{repeat: {maxParallel: 1}, steps: [{permissions: 'full', takesCheckpoints: true}]},
			],
		});
	});

	it.each([
		['a path', '/etc/x'],
		['a path to above', '../../../evil'],
		['a path of Windows', String.raw`a\b`],
		['an escaped path', '%2e%2e'],
		['a home', '~'],
		['code of the shell', '$(id)'],
		['an option', '-rf'],
		['NUL', 'a\0b'],
		['a line break', 'a\nb'],
		['a control sequence', '\u001b[2Ja'],
		['text that runs from right to left', '\u202ea'],
		['300 characters', 'a'.repeat(300)],
		['100 characters of three bytes', '語'.repeat(100)],
		['dots', '..'],
		['nothing', ''],
		['capitals', 'Agent'],
	])('refuses the id of a step that is %s, and repeats nothing that steers a terminal', (_, id) => {
		const {problems} = load(`version: 1\nsteps:\n  - {id: ${JSON.stringify(id)}, run: x}\n`);

		expect(problems.length).toBeGreaterThan(0);
		expect(problems.map(({message}) => message).join('')).not.toMatch(/[\0-\x1f\x7f-\x9f\u202a-\u202e]/);
	});

	it.each(['__proto__', 'constructor'])('takes %s for no name', name => {
		expect(
			problemsOf(`version: 1
steps:
  - { id: a, foreach: { in: [1], as: ${name} }, run: x }
  - { id: b, steps: [{ id: c, run: x }], publish: { "a b": "1", d: "" } }
`),
		).toEqual([
			'3:38: foreach.as: is taken; write another name',
			'4:53: publish: "a b" is not the name of an output; use letters, digits and _',
			'4:68: publish.d: is empty; write an expression, such as steps.plan.outputs.tasks',
		]);
	});
});
