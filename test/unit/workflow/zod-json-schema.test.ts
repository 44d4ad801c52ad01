import {Ajv} from 'ajv';
import {describe, expect, it, test} from 'vitest';
import {parse} from 'yaml';
import {loadWorkflow} from '../../../source/workflow/format/load-workflow.ts';
import {toJsonSchema} from '../../../source/workflow/format/zod-json-schema.ts';
import {DEMO_WORKFLOW} from '../../../source/workspace/demo/demo-files.ts';
import {EXAMPLE_WORKFLOW} from '../../../source/workspace/example-workflow.ts';
import {aWorkspace} from '../../support/workspace-files.ts';

const schema = toJsonSchema();
const validate = new Ajv({strict: true, allErrors: true, allowUnionTypes: true}).compile(schema);

const EVERYTHING = `version: 1
name: flow
description: All of it.
inputs: { topic: { type: string, required: true, description: x }, n: { default: 3 }, risk: { enum: [low, high], default: low } }
on: { schedule: [{ cron: "15 2 * * 1-5", timezone: Europe/Berlin }] }
secrets: [GITHUB_TOKEN]
defaults: { engine: recorded, model: m, permissions: plan, timeout: 90s, idle_timeout: 5m, retry: { max: 1 }, checkpoint: both, restore: ask, on_usage_limit: continue }
env: { A: 1, B: true, C: "\${{ inputs.topic }}" }
budget: { cost_usd: "2.50", tokens: 4000000, turns: 60, wall: 3h }
concurrency: { group: "deploy-\${{ inputs.topic }}", on_conflict: skip }
steps:
  - { id: a, prompt: x, engine: recorded, recording: plan, speed: 2, restore: own-step, on_usage_limit: fail }
  - { id: b, needs: [a], run: x, when: true, continue_on_error: true, budget: { cost_usd: 1 }, env: { D: x }, secrets: [TOKEN], artifacts: ["reports/*.md"], checkpoint: none }
  - id: c
    when: steps.b.outputs.exit_code != 0
    prompt: x
    session: a
    outputs:
      verdict: { type: string, enum: [approve, no], description: x }
      score: { type: number, minimum: 0, maximum: 10 }
      parts: { type: array, minItems: 1, maxItems: 9, items: { type: object, required: [path], properties: { path: { type: string } } } }
      done: boolean
    retry: { max: 2, on: [error, timeout, lost, rate_limit, invalid_output], backoff: 30s, factor: 2, max_backoff: 5m }
  - { id: d, agent: coder, prompt: { file: prompts/x.md } }
  - { id: e, workflow: other, foreach: { in: [1, 2] }, with: { topic: x, n: 3, isOn: true } }
outputs: { all: steps.e.items }
`;

const OTHER = 'version: 1\ninputs: { topic: {}, n: { type: number }, isOn: { type: boolean } }\nsteps: [{ id: a, run: x }]\n';

const problemsOf = (text: string): number => {
	const engines = {names: createEngineNames(), defaultEngine: 'claude', canResume: () => true, findProblem: () => null};
	return loadWorkflow('flow', 'flow.yaml', text, engines, aWorkspace({'prompts/x.md': 'x', '.radium/agents/coder.md': 'x'}, {other: OTHER})).problems
		.length;
};
const createEngineNames = (): readonly string[] => ['shell', 'recorded', 'claude'];

describe('the JSON Schema of workflows', () => {
	it.each([
		['that rad init writes', EXAMPLE_WORKFLOW],
		['of the demo', DEMO_WORKFLOW],
		['with every key', EVERYTHING],
		['with a group alone', 'version: 1\nconcurrency: deploy\nsteps: [{ id: a, run: x }]\n'],
	])('accepts the workflow %s', (_, text) => {
		expect(validate(parse(text)), JSON.stringify(validate.errors)).toBe(true);
		expect(problemsOf(text)).toBe(0);
	});

	it.each([
		['an unknown key', 'version: 1\nsteps: [{ id: a, run: x, nedds: [b] }]\n'],
		['both kinds', 'version: 1\nsteps: [{ id: a, run: x, prompt: y }]\n'],
		['a conflict without a group', 'version: 1\nconcurrency: { on_conflict: queue }\nsteps: [{ id: a, run: x }]\n'],
		['neither kind', 'version: 1\nsteps: [{ id: a }]\n'],
		['no steps', 'version: 1\nsteps: []\n'],
		['another version', 'version: 2\nsteps: [{ id: a, run: x }]\n'],
		['a prompt of a file and more', 'version: 1\nsteps: [{ id: a, prompt: { file: prompts/x.md, text: y } }]\n'],
		['a loop of a workflow', 'version: 1\nsteps: [{ id: a, workflow: other, loop: { until: true, max: 3 } }]\n'],
		['a list as an input', 'version: 1\nsteps: [{ id: a, workflow: other, with: { topic: [1] } }]\n'],
		['what only a workflow is given', 'version: 1\nsteps: [{ id: a, run: x, with: { topic: x } }]\n'],
		['an odd id', 'version: 1\nsteps: [{ id: A B, run: x }]\n'],
		['an odd variable', 'version: 1\nsteps: [{ id: a, run: x, env: { "A B": x } }]\n'],
		['too many retries', 'version: 1\nsteps: [{ id: a, run: x, retry: { max: 21 } }]\n'],
		['an odd budget', 'version: 1\nbudget: { tokens: 0 }\nsteps: [{ id: a, run: x }]\n'],
		['what only a prompt has', 'version: 1\nsteps: [{ id: a, run: x, model: y }]\n'],
		['an unknown type of an output', 'version: 1\nsteps: [{ id: a, run: x, outputs: { o: text } }]\n'],
		['an output without a type', 'version: 1\nsteps: [{ id: a, run: x, outputs: { o: { items: { type: string } } } }]\n'],
		[
			'an unknown word of an output',
			'version: 1\nsteps: [{ id: a, run: x, outputs: { o: { type: array, items: { type: string, pattern: x } } } }]\n',
		],
	])('refuses %s, as rad does', (_, text) => {
		expect(validate(parse(text))).toBe(false);
		expect(problemsOf(text)).toBeGreaterThan(0);
	});
});

test('each key has a meaning that an editor can show', () => {
	const keys = findKeys(schema);

	expect(keys.length).toBeGreaterThan(30);
	expect(keys.filter(({description}) => typeof description !== 'string')).toEqual([]);
});

const findKeys = (value: unknown): ReadonlyArray<{readonly key: string; readonly description: unknown}> => {
	if (typeof value !== 'object' || value === null) return [];
	return Object.entries(value).flatMap(([key, below]) =>
		key === 'properties'
			? Object.entries(below as Record<string, {readonly description?: unknown}>).flatMap(([name, field]) => [
					{key: name, description: field.description},
					...findKeys(field),
				])
			: findKeys(below),
	);
};
