import {describe, expect, it} from 'vitest';
import {listPlaces, listPlanWork, type Plan} from '../../../source/domain/plan.ts';
import {formatProblem} from '../../../source/domain/workflow-problem.ts';
import {loadWorkflow} from '../../../source/workflow/format/load-workflow.ts';
import {aWorkspace} from '../../support/workspace-files.ts';

const engines = {names: ['shell', 'claude'], defaultEngine: 'claude', canResume: () => true, findProblem: () => null};
const MAKE = `version: 1
inputs:
  task: { required: true }
  count: { type: number, default: 3 }
  isSafe: { type: boolean }
defaults: { timeout: 5m }
env: { TASK: "\${{ inputs.task }}" }
steps:
  - { id: build, run: make }
  - { id: test, run: make test, timeout: 1m }
outputs: { code: steps.test.outputs.exit_code, what: inputs.task }
`;
const load = (steps: string, workflows: Readonly<Record<string, string>> = {make: MAKE}) =>
	loadWorkflow('wf', 'wf.yaml', `version: 1\ninputs: { parts: {} }\nsteps:\n${steps}`, engines, aWorkspace({}, workflows));
const problemsOf = (...args: Parameters<typeof load>): readonly string[] => load(...args).problems.map(formatProblem);
const planOf = (...args: Parameters<typeof load>): Plan => {
	const {plan, problems} = load(...args);
	if (plan === undefined) throw new Error(problems.map(formatProblem).join('\n'));
	return plan;
};

describe('a workflow in another one', () => {
	it('is part of the plan, with what it is given, and what holds in its own file', () => {
		const plan = planOf('  - { id: m, workflow: make, when: true, with: { task: "${{ inputs.parts }}!", isSafe: true } }\n  - { id: t, run: x }\n');

		expect(plan.steps[0]).toMatchObject({
			kind: 'steps',
			id: 'm',
			when: 'true',
			repeat: {kind: 'once'},
			publish: {code: 'steps.test.outputs.exit_code', what: 'inputs.task'},
			child: {workflow: 'make', values: {count: 3, isSafe: true}, templates: {task: '${{ inputs.parts }}!'}},
		});
		expect(plan.steps[1]).toMatchObject({needs: ['m']});
		expect(listPlanWork(plan).map(({id, timeoutMs, env}) => [id, timeoutMs, env])).toEqual([
			['build', 300_000, {TASK: '${{ inputs.task }}'}],
			['test', 60_000, {TASK: '${{ inputs.task }}'}],
			['t', 1_800_000, {}],
		]);
		expect(listPlaces(plan).map(({name, depth, children}) => [name, depth, children.length])).toEqual([
			['m', 0, 0],
			['m.build', 1, 1],
			['m.test', 1, 1],
			['t', 0, 0],
		]);
	});

	it('may be repeated: a step of its own for each item, which it can be given', () => {
		const plan = planOf('  - { id: m, workflow: make, foreach: { in: [1, 2], as: part }, with: { task: "${{ part }} of ${{ loop.index }}" } }\n');

		expect(plan.steps).toMatchObject([
			{id: 'm', isSingle: true, child: null, repeat: {kind: 'each', as: 'part'}, steps: [{kind: 'steps', child: {workflow: 'make'}}]},
		]);
		expect(listPlaces(plan).map(({name}) => name)).toEqual(['m', 'm.build', 'm.test']);
	});

	it('hands on only its outputs', () => {
		const read = (what: string) => problemsOf(`  - { id: m, workflow: make, with: { task: x } }\n  - { id: t, run: x, when: ${what} }\n`);

		expect(read('steps.m.outputs.code == 0 && steps.m.outputs.what')).toEqual([]);
		expect(read('steps.m.outputs.cod == 0')).toEqual(['wf.yaml:5:28: step "m" has no output "cod"; did you mean "code"?']);
		expect(read('steps.build.outputs.code == 0')).toEqual(['wf.yaml:5:28: unknown step "build"; there are: m, t']);
	});

	it('reads nothing of what is around it', () => {
		const nosy = 'version: 1\nsteps:\n  - { id: a, prompt: "${{ inputs.parts }} ${{ steps.before.outputs.text }} ${{ part }} ${{ loop.index }}" }\n';

		expect(problemsOf('  - { id: before, run: x }\n  - { id: m, workflow: nosy, foreach: { in: [1], as: part } }\n', {nosy})).toEqual([
			'nosy.yaml:3:23: unknown input "parts"; there is none',
			'nosy.yaml:3:43: unknown step "before"; there are: a',
			"nosy.yaml:3:76: expression: Unrecognized named-value: 'part'",
			"nosy.yaml:3:88: expression: Unrecognized named-value: 'loop'",
		]);
	});

	it('is given what its inputs are', () => {
		const given = '{ tsk: x, count: "4", isSafe: 1 }';

		expect(problemsOf(`  - { id: m, workflow: make, with: ${given} }\n`)).toEqual([
			'wf.yaml:4:30: with: the input "task" of make is missing',
			'wf.yaml:4:38: with: unknown input "tsk" of make; did you mean "task"?',
			'wf.yaml:4:54: with.count: is not a number; write a number',
			'wf.yaml:4:66: with.isSafe: is not a boolean; write a boolean',
		]);
		expect(problemsOf('  - { id: m, workflow: make }\n')).toEqual(['wf.yaml:4:5: with: the input "task" of make is missing']);
		expect(problemsOf('  - { id: m, workflow: make, with: { task: 1 } }\n')).toEqual(['wf.yaml:4:44: with.task: is not text; put it in quotes']);
		expect(problemsOf('  - { id: m, workflow: make, with: { task: "${{ steps.n.outputs.x }}" } }\n')).toEqual([
			'wf.yaml:4:45: unknown step "n"; there are: m',
		]);
	});

	it('must be there, and sound: its mistakes are told for its own file', () => {
		expect(problemsOf('  - { id: m, workflow: maek }\n')).toEqual(['wf.yaml:4:24: workflow: unknown workflow "maek"; did you mean "make"?']);
		expect(
			problemsOf('  - { id: m, workflow: bad, timeout: 3m }\n  - { id: n, workflow: bad }\n', {bad: 'version: 1\nsteps: [{ id: a, rnu: x }]\n'}),
		).toEqual([
			'wf.yaml:4:29: unknown key "timeout"; only a step with prompt or run has it',
			'bad.yaml:2:18: unknown key "rnu"; did you mean "run"?',
		]);
	});

	it('never runs itself, however far that is around', () => {
		const [b, c] = ['c', 'b'].map(name => `version: 1\nsteps: [{ id: a, workflow: ${name} }]\n`);
		const own = 'version: 1\nsteps: [{ id: a, workflow: own }]\n';

		expect(problemsOf('  - { id: m, workflow: wf }\n')).toEqual(['wf.yaml:4:24: workflow: cycle wf -> wf; it would never end']);
		expect(problemsOf('  - { id: m, workflow: own }\n', {own})).toEqual(['own.yaml:2:28: workflow: cycle own -> own; it would never end']);
		expect(problemsOf('  - { id: m, workflow: b }\n', {b: b ?? '', c: c ?? ''})).toEqual([
			'c.yaml:2:28: workflow: cycle b -> c -> b; it would never end',
		]);
	});

	it('has nothing that would not hold there', () => {
		const more = `${MAKE}finally: [{ id: f, run: x }]\non_failure: [{ id: o, run: x }]\n`;

		expect(problemsOf('  - { id: m, workflow: more, with: { task: x } }\n', {more})).toEqual([
			'wf.yaml:4:24: workflow: more has on_failure, which would not be run here; move that to this file',
			'wf.yaml:4:24: workflow: more has finally, which would not be run here; move that to this file',
		]);
	});

	it('counts as a block where blocks stand in each other', () => {
		const chain = (length: number) =>
			Object.fromEntries(
				Array.from({length}, (_, index) => [
					`w${index}`,
					`version: 1\nsteps: [{ id: a, ${index === length - 1 ? 'run: x' : `workflow: w${index + 1}`} }]\n`,
				]),
			);
		const tooDeep = 'workflow: workflows and blocks may stand in each other up to 8 deep';

		expect(problemsOf('  - { id: m, workflow: w0 }\n', chain(7))).toEqual([]);
		expect(problemsOf('  - { id: m, workflow: w0 }\n', chain(8))).toEqual([`wf.yaml:4:24: ${tooDeep}`]);
		expect(problemsOf('  - { id: b, steps: [{ id: m, workflow: w0 }] }\n', chain(7))).toEqual([`wf.yaml:4:41: ${tooDeep}`]);
		expect(problemsOf('  - { id: m, workflow: w0 }\n', chain(100)).at(-1)).toContain(tooDeep);
	});

	it('cannot make a plan that has no end', () => {
		const steps = (step: string) => `version: 1\nsteps:\n${Array.from({length: 80}, (_, index) => `  - { id: s${index}, ${step} }\n`).join('')}`;
		const workflows = {low: steps('run: x'), mid: steps('workflow: low'), top: steps('workflow: mid')};

		expect(problemsOf('  - { id: m, workflow: top }\n', workflows)).toEqual([
			'mid.yaml:1:1: the workflow has 6480 steps with those of the workflows in it; 5000 are the most',
		]);
	});

	it('cannot make a plan that is endless in its texts', () => {
		const text = `version: 1\nsteps:\n${Array.from({length: 20}, (_, index) => `  - { id: s${index}, prompt: { file: long.md } }\n`).join('')}`;

		expect(
			loadWorkflow('wf', 'wf.yaml', text, engines, aWorkspace({'long.md': 'x'.repeat(250 * 1024)})).problems.map(({message}) => message),
		).toEqual(['the prompts of the workflow, each as often as it is used, are larger than 4 MiB together']);
	});
});

describe('the outputs of a workflow', () => {
	const judge = (outputs: string) =>
		loadWorkflow(
			'wf',
			'wf.yaml',
			`version: 1\nsteps:\n  - { id: a, approve: { message: x } }\noutputs: ${outputs}\n`,
			engines,
			aWorkspace(),
		).problems.map(formatProblem);

	it('are expressions that read all of its steps', () => {
		expect(judge('{ by: steps.a.outputs.by, run: "${{ run.id }}" }')).toEqual([]);
		expect(judge('{ by: steps.b.outputs.by, how: steps.a.outputs.hwo, is: "a ${{ run.id }}" }')).toEqual([
			'wf.yaml:4:16: unknown step "b"; there are: a',
			'wf.yaml:4:41: step "a" has no output "hwo"; there are: approved, by, comment',
			'wf.yaml:4:67: outputs: is more than one expression; write it without ${{ }}',
		]);
	});
});
