import {describe, expect, it} from 'vitest';
import {listPlanWork} from '../../../source/domain/plan.ts';
import {type EngineRules, loadWorkflow} from '../../../source/workflow/format/load-workflow.ts';
import {aWorkspace} from '../../support/workspace-files.ts';

const engines: EngineRules = {names: ['shell', 'claude'], defaultEngine: 'claude', canResume: () => true, findProblem: () => null};
const load = (text: string) => loadWorkflow('wf', 'wf.yaml', text, engines, aWorkspace());
const problemsOf = (text: string): readonly string[] => load(text).problems.map(({line, column, message}) => `${line}:${column}: ${message}`);
const STEPS = '\nsteps: [{ id: a, run: x }]\n';

describe('the schedule of a workflow', () => {
	it('is kept in the plan', () => {
		const {plan} = load(
			`version: 1\non: { schedule: [{ cron: "15  2 * * 1-5", timezone: Europe/Berlin }, { cron: "*/5 0,12 1-31/2 JAN-mar sun" }] }${STEPS}`,
		);

		expect(plan?.schedule).toEqual([
			{cron: '15 2 * * 1-5', timezone: 'Europe/Berlin'},
			{cron: '*/5 0,12 1-31/2 JAN-mar sun', timezone: null},
		]);
	});

	it.each([
		['@daily', 'is not a time of cron; write five fields, minute hour day month weekday, such as "15 2 * * 1-5"'],
		['60 2 * * *', 'has "60" for the minute; write 0 to 59, *, ranges (1-5), lists (1,3) or steps (*/2)'],
		['0 5-2 * * *', 'has "5-2" for the hour; write 0 to 23, *, ranges (1-5), lists (1,3) or steps (*/2)'],
		['0 2 0 * *', 'has "0" for the day of the month; write 1 to 31, *, ranges (1-5), lists (1,3) or steps (*/2)'],
		['0 2 * foo *', 'has "foo" for the month; write 1 to 12, jan to dec, *, ranges (1-5), lists (1,3) or steps (*/2)'],
		['0 2 * * 1/2', 'has "1/2" for the day of the week; write 0 to 7, sun to sat, *, ranges (1-5), lists (1,3) or steps (*/2)'],
	])('is refused as %s', (cron, problem) => {
		expect(problemsOf(`version: 1\non: { schedule: [{ cron: "${cron}" }] }${STEPS}`)).toEqual([`2:27: on.schedule.cron: ${problem}`]);
	});

	it('has every mistake told with its place', () => {
		expect(problemsOf(`version: 1\non: { schedule: [{ cron: x, timezone: Berlin }, {}], push: 1 }${STEPS}`)).toEqual([
			'2:26: on.schedule.cron: is not a time of cron; write five fields, minute hour day month weekday, such as "15 2 * * 1-5"',
			'2:39: on.schedule.timezone: is not a time zone; write one of the IANA, such as Europe/Berlin',
			'2:49: on.schedule.cron: is missing; write a time of cron, such as "15 2 * * 1-5"',
			'2:54: unknown key "push"; there are: schedule',
		]);
	});
});

describe('the values of an input', () => {
	it('are kept in the plan, and tell its type', () => {
		const {plan} = load(`version: 1\ninputs: { risk: { enum: [low, high], default: low }, n: { enum: [1, 2] } }${STEPS}`);

		expect(plan?.inputs).toMatchObject([
			{name: 'risk', type: 'string', choices: ['low', 'high'], defaultValue: 'low'},
			{name: 'n', type: 'number', choices: [1, 2]},
		]);
	});

	it('must fit its type and its default', () => {
		expect(problemsOf(`version: 1\ninputs: { risk: { type: string, enum: [low, 2], default: no }, n: { enum: [] } }${STEPS}`)).toEqual([
			'2:45: inputs.risk.enum: is not a string; write a string, or change the type',
			'2:58: inputs.risk.default: is none of low, 2; write one of them',
			'2:75: inputs.n.enum: is empty; write a list of values',
		]);
	});
});

describe('secrets and artifacts', () => {
	it('are those of the step and, secrets, of the workflow', () => {
		const {plan} = load(
			'version: 1\nsecrets: [A]\nsteps: [{ id: a, run: x, secrets: [B, A], artifacts: ["r/*.md", "a..b"] }, { id: b, prompt: x }]\n',
		);

		expect(listPlanWork(plan ?? expect.fail()).map(({secrets, artifacts}) => ({secrets, artifacts}))).toEqual([
			{secrets: ['A', 'B'], artifacts: ['r/*.md', 'a..b']},
			{secrets: ['A'], artifacts: []},
		]);
	});

	it('have their mistakes told with their place', () => {
		const outside =
			'does not stay in the workspace; write the path of a file from the workspace on, in which * and ** may stand, such as reports/*.md';
		const text = `version: 1
secrets: { A: value }
steps:
  - { id: a, run: x, secrets: [RAD_X, "1"], artifacts: [../x, /etc/passwd, "a/{b,..}/c", "!a", ""] }
  - { id: b, run: x, secrets: [B], env: { B: x } }
  - { id: c, steps: [{ id: d, run: x }], secrets: [B] }
`;

		expect(problemsOf(text)).toEqual([
			'2:10: secrets: is not a list; write secrets: [NAME]; the values come from your environment',
			'4:32: secrets: is a variable that rad sets; choose another',
			'4:40: secrets: is not the name of an environment variable; use letters, digits and _',
			...['4:57', '4:63', '4:77', '4:91'].map(place => `${place}: artifacts: ${outside}`),
			'4:96: artifacts: is empty; write the path of a file from the workspace on, in which * and ** may stand, such as reports/*.md',
			'5:22: secrets: "B" is set by env too; leave one of them out',
			'6:42: unknown key "secrets"; only a step with prompt or run has it',
		]);
	});
});

describe('runs_on', () => {
	it('is a mistake of its own, wherever it stands', () => {
		const problem =
			'runs_on: names the machines that may run a step, and this rad runs every step on the machine that it is started on; leave it out';

		expect(problemsOf('version: 1\nruns_on: x\ndefaults: { runs_on: [x] }\nsteps: [{ id: a, run: x, runs_on: [linux] }]\n')).toEqual([
			`2:1: ${problem}`,
			`3:13: ${problem}`,
			`4:26: ${problem}`,
		]);
	});
});

describe('looking at what a step changed', () => {
	const toldOf = (rest: string): string => {
		const {plan, problems} = load(
			`version: 1\nsteps:\n  - { id: a, run: x }\n  - { id: b, steps: [{ id: c, run: x }, { id: d, run: x, env: { X: "\${{ steps.c.outputs.tail }}" } }] }\n${rest}`,
		);
		if (plan === undefined) throw new Error(JSON.stringify(problems));
		return listPlanWork(plan)
			.flatMap(({id, tellsChanges}) => (tellsChanges ? [id] : []))
			.join();
	};

	it.each([
		['', ''],
		['  - { id: z, run: x, when: steps.a.outputs.changed == true }', 'a'],
		['  - { id: z, run: x, when: "!STEPS.b.outputs[\'changed\']" }', 'c,d'],
		['  - { id: z, run: x, env: { X: "${{ steps.a.outputs.commit }}" } }', 'a'],
		['  - { id: z, run: x, env: { X: "${{ toJSON(steps.a.outputs) }} ${{ steps.b.outputs.rounds }}" } }', 'a'],
		['  - { id: z, run: x, env: { X: "${{ toJSON(steps) }}" } }', 'a,c,d,z'],
		['  - { id: z, approve: { message: "${{ steps.b.outputs.commit }}" } }', 'c,d'],
		['outputs: { x: steps.a.outputs.changed }', 'a'],
		['finally: [{ id: a, run: x, when: steps.b.outputs.changed }]', 'c,d'],
	])('is done where something reads it: %s', (rest, told) => {
		expect(toldOf(rest)).toBe(told);
	});
});
