import {describe, expect, it} from 'vitest';
import {type AgentEnvironment, findWithheld, toAgentEnvironment} from '../../../source/agents/agent-environment.ts';
import {toWorkspacePath} from '../../../source/agents/workspace-path.ts';
import {anId} from '../../support/builders.ts';

const make = (
	base: Record<string, string | undefined>,
	step: Record<string, string> = {},
	credentials: RegExp | null = null,
	secrets: AgentEnvironment['secrets'] = {given: [], withheld: []},
) =>
	toAgentEnvironment({
		base,
		credentials,
		step,
		secrets,
		runId: anId('run'),
		agentId: anId('agt'),
		stepId: 'a',
		workspaceRoot: '/w',
		runBranch: null,
		outputFile: '/w/out',
		artifactsFolder: '/w/artifacts',
		requestToken: 'token',
	});

describe('toAgentEnvironment', () => {
	it('hands on the secrets that the step names whatever they are called, and none that only another one names', () => {
		const base = {GIT_TOKEN: 'g', OPENAI_API_KEY: 'o', DEPLOY: 'd', PATH: '/bin'};

		const environment = make(base, {}, /^ANTHROPIC_/, {given: ['GIT_TOKEN', 'OPENAI_API_KEY'], withheld: ['DEPLOY']});

		expect(environment).toMatchObject({GIT_TOKEN: 'g', OPENAI_API_KEY: 'o', PATH: '/bin'});
		expect(environment).not.toHaveProperty('DEPLOY');
		const all = ['OPENAI_API_KEY', 'DEPLOY', 'MINE'];
		expect(findWithheld({kind: 'run', secrets: ['MINE']}, all)).toEqual(['OPENAI_API_KEY', 'DEPLOY']);
		expect(findWithheld({kind: 'prompt', secrets: ['MINE']}, all)).toEqual(['DEPLOY']);
	});

	it('hands on the keys of the agent’s own provider only, and what the step names', () => {
		const base = {ANTHROPIC_API_KEY: 'a', OPENAI_API_KEY: 'o', GEMINI_API_KEY: 'g', CLAUDE_CODE_OAUTH_TOKEN: 'c', PATH: '/bin', MY_API_KEY: 'm'};

		const environment = make(base, {GEMINI_API_KEY: 'of the step'}, /^(ANTHROPIC|CLAUDE)_/);

		expect(environment).toMatchObject({ANTHROPIC_API_KEY: 'a', CLAUDE_CODE_OAUTH_TOKEN: 'c', PATH: '/bin', MY_API_KEY: 'm'});
		expect(environment).toHaveProperty('GEMINI_API_KEY', 'of the step');
		expect(environment).not.toHaveProperty('OPENAI_API_KEY');
		expect(make(base)).toMatchObject({OPENAI_API_KEY: 'o', GEMINI_API_KEY: 'g'});
	});

	it.each([
		'GIT_DIR',
		'GIT_INDEX_FILE',
		'NODE_OPTIONS',
		'LD_PRELOAD',
		'DYLD_INSERT_LIBRARIES',
		'BASH_ENV',
		'ENV',
		'PYTHONSTARTUP',
		'RAD_STATE_DIR',
		'RAD_REQUEST_TOKEN',
	])('does not hand on %s', name => {
		expect(make({[name]: 'planted', PATH: '/bin'})[name]).not.toBe('planted');
	});

	it('keeps the rest, adds what the step says and what an agent may know of its run', () => {
		const environment = make({PATH: '/bin', LANG: 'C', GONE: undefined, MINE: 'user'}, {MINE: 'step'});

		expect(environment).toEqual({
			PATH: '/bin',
			LANG: 'C',
			MINE: 'step',
			RAD_RUN_ID: anId('run'),
			RAD_PARENT_RUNS: anId('run'),
			RAD_AGENT_ID: anId('agt'),
			RAD_STEP_ID: 'a',
			RAD_WORKSPACE: '/w',
			RAD_OUTPUT: '/w/out',
			RAD_ARTIFACTS: '/w/artifacts',
			RAD_REQUEST_TOKEN: 'token',
		});
	});

	it('tells the runs that it is in, and nothing that is none', () => {
		const outer = anId('run', 2);

		expect(make({RAD_PARENT_RUNS: `${outer},--bad,`})).toMatchObject({RAD_PARENT_RUNS: `${outer},${anId('run')}`});
	});

	it('does not let a step take over the marks by which its processes are found', () => {
		expect(make({}, {RAD_AGENT_ID: 'other', RAD_RUN_ID: 'other'})).toMatchObject({RAD_AGENT_ID: anId('agt'), RAD_RUN_ID: anId('run')});
	});
});

describe('toWorkspacePath', () => {
	it.each([
		['/w/a/b.txt', 'a/b.txt'],
		['a/../b.txt', 'b.txt'],
		['..x', '..x'],
		['/w', undefined],
		['../x', undefined],
		['/etc/passwd', undefined],
		['/wide/x', undefined],
	])('takes %s for %s', (file, expected) => {
		expect(toWorkspacePath('/w', file)).toBe(expected);
	});
});
