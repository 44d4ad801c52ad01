import {describe, expect, it} from 'vitest';
import {listPlanWork} from '../../../source/domain/plan.ts';
import {formatProblem} from '../../../source/domain/workflow-problem.ts';
import {loadWorkflow} from '../../../source/workflow/format/load-workflow.ts';
import {aWorkspace} from '../../support/workspace-files.ts';

const engines = {names: ['shell', 'claude', 'codex', 'recorded'], defaultEngine: 'claude', canResume: () => true, findProblem: () => null};
const OURS = '.radium/agents/coder.md';
const CLAUDES = '.claude/agents/coder.md';
const load = (texts: Readonly<Record<string, string>>, more = '', defaults = '{}') => {
	const text = `version: 1\ndefaults: ${defaults}\nsteps:\n  - { id: a, agent: coder, prompt: Go${more} }\n`;
	return loadWorkflow('wf', 'wf.yaml', text, engines, aWorkspace(texts));
};
const stepOf = (...args: Parameters<typeof load>) => {
	const {plan, problems} = load(...args);
	return problems.length > 0 ? problems.map(formatProblem) : plan === undefined ? undefined : listPlanWork(plan)[0];
};

describe('an agent from a file', () => {
	it('brings instructions, which are plain text, and what holds where its step says nothing', () => {
		const text = '---\nname: coder\ndescription: Writes.\nengine: codex\nmodel: big\npermissions: full\n---\n\nYou write ${{ code }}.\n\nWell.\n';

		expect(stepOf({[OURS]: text}, ', permissions: plan', '{ engine: claude, model: small, timeout: 5m }')).toMatchObject({
			text: 'Go',
			engine: 'codex',
			model: 'big',
			permissions: 'plan',
			timeoutMs: 300_000,
			agent: {name: 'coder', file: OURS, instructions: 'You write ${{ code }}.\n\nWell.'},
		});
	});

	it('may have instructions only, or none', () => {
		expect(stepOf({[OURS]: 'Be brief.\n---\n'})).toMatchObject({engine: 'claude', model: null, agent: {instructions: 'Be brief.\n---'}});
		expect(stepOf({[OURS]: '---\r\nmodel: big\r\n---\r\n'})).toMatchObject({model: 'big', agent: {instructions: ''}});
		expect(stepOf({[OURS]: '---\n---\nGo.'})).toMatchObject({agent: {instructions: 'Go.'}});
	});

	it('is ours before it is one of Claude Code', () => {
		expect(stepOf({[OURS]: 'Ours.', [CLAUDES]: 'Theirs.'})).toMatchObject({agent: {file: OURS}});
	});

	it('may be one of Claude Code, whatever else stands in it', () => {
		const text = '---\nname: The Coder\ndescription: Use it when: <a> [b\ntools: Read, *\nmodel: sonnet\ncolor: red\n---\nWrite.\n';

		expect(stepOf({[CLAUDES]: text})).toMatchObject({engine: 'claude', model: 'sonnet', agent: {file: CLAUDES, instructions: 'Write.'}});
		expect(stepOf({[CLAUDES]: text}, ', model: opus, engine: codex')).toMatchObject({engine: 'codex', model: 'opus'});
	});

	it('has the usual model where it inherits it', () => {
		expect(stepOf({[CLAUDES]: '---\nmodel: inherit\n---\nWrite.'})).toMatchObject({model: null});
		expect(stepOf({[CLAUDES]: '---\nmodel: inherit\n---\nWrite.'}, '', '{ model: opus }')).toMatchObject({model: 'opus'});
	});

	it('of Claude Code with a model of its own is for that engine', () => {
		expect(stepOf({[CLAUDES]: '---\nmodel: sonnet\n---\nWrite.'}, ', engine: codex')).toEqual([
			`wf.yaml:4:21: agent: of ${CLAUDES}: its model "sonnet" is one of claude, and the step runs with codex; give the step a model, or engine: claude`,
		]);
	});

	it('must be there', () => {
		const others = {'.radium/agents/tester.md': '', '.claude/agents/codr.md': '', '.claude/agents/notes.txt': ''};

		expect(stepOf(others)).toEqual(['wf.yaml:4:21: agent: unknown agent "coder"; did you mean "codr"?']);
		expect(stepOf({'.radium/agents/tester.md': '', '.claude/agents/tester.md': ''})).toEqual([
			'wf.yaml:4:21: agent: unknown agent "coder"; there are: tester',
		]);
	});

	it('tells its mistakes where they stand in it, and nothing that follows from them', () => {
		const text = '---\nname: coda\nmodle: big\nengine: cladue\npermissions: all\n---\nGo.\n';

		expect(stepOf({[OURS]: text}, ', speed: 2')).toEqual([
			`${OURS}:2:7: name: the file is called "coder", so the agent is too; leave the name out`,
			`${OURS}:3:1: unknown key "modle"; did you mean "model"?`,
			`${OURS}:4:9: engine: unknown engine "cladue"; did you mean "claude"?`,
			`${OURS}:5:14: permissions: is not known; write one of: plan, edit, full`,
		]);
		expect(stepOf({[OURS]: '---\nmodel: big\n'})).toEqual([`${OURS}:1:1: what begins with "---" must end with it too`]);
		expect(stepOf({[OURS]: '---\nmodel: [big\n---\n'})).toEqual([expect.stringMatching(/^\.radium\/agents\/coder\.md:\d+:\d+: /)]);
		expect(stepOf({[OURS]: '---\n- model\n---\n'})).toEqual([`${OURS}:2:1: is not a mapping; write model: opus`]);
	});

	it('tells its mistakes once, and nothing of the steps that go on with each other', () => {
		const steps = '  - { id: a, agent: coder, prompt: x }\n  - { id: b, agent: coder, prompt: x, session: a, engine: codex }\n';
		const files = aWorkspace({[OURS]: '---\nmodle: big\n---\n'});

		expect(loadWorkflow('wf', 'wf.yaml', `version: 1\nsteps:\n${steps}`, engines, files).problems.map(formatProblem)).toEqual([
			`${OURS}:2:1: unknown key "modle"; did you mean "model"?`,
		]);
	});

	it('is only for a prompt', () => {
		const text = 'version: 1\nsteps:\n  - { id: a, run: x, agent: coder }\n';

		expect(loadWorkflow('wf', 'wf.yaml', text, engines, aWorkspace({[OURS]: 'x'})).problems.map(formatProblem)).toEqual([
			'wf.yaml:3:22: unknown key "agent"; only a step with prompt has it',
		]);
	});
});
