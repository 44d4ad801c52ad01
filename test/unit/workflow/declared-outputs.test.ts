import {describe, expect, it} from 'vitest';
import {listPlanWork, type Plan} from '../../../source/domain/plan.ts';
import {type EngineRules, loadWorkflow} from '../../../source/workflow/format/load-workflow.ts';
import {aWorkspace} from '../../support/workspace-files.ts';

const engines: EngineRules = {names: ['shell', 'claude'], defaultEngine: 'claude', canResume: () => true, findProblem: () => null};
const load = (text: string) => loadWorkflow('wf', 'wf.yaml', text, engines, aWorkspace());
const problemsOf = (text: string): readonly string[] => load(text).problems.map(({line, column, message}) => `${line}:${column}: ${message}`);
/** The declarations begin in line 6, column 7. */
const declare = (...lines: readonly string[]): string =>
	['version: 1', 'steps:', '  - id: a', '    prompt: x', '    outputs:', ...lines.map(line => `      ${line}`), ''].join('\n');
const workOf = (plan: Plan | undefined) => (plan === undefined ? [] : listPlanWork(plan));
const TYPES = 'string, number, integer, boolean, array, object';

describe('outputs of a step', () => {
	it('are frozen in the plan, a type alone as a schema with that type', () => {
		const parts = '{ type: array, minItems: 1, items: { type: object, required: [path], properties: { path: { type: string } } } }';
		const {plan} = load(declare('verdict: { type: string, enum: [approve, no], description: x }', 'score: number', `parts: ${parts}`));

		expect(workOf(plan)[0]?.outputs).toEqual({
			verdict: {type: 'string', enum: ['approve', 'no'], description: 'x'},
			score: {type: 'number'},
			parts: {type: 'array', minItems: 1, items: {type: 'object', required: ['path'], properties: {path: {type: 'string'}}}},
		});
	});

	it('are null where a step promises nothing, and are for commands too', () => {
		const {plan} = load('version: 1\nsteps: [{ id: a, prompt: x }, { id: b, run: x, outputs: { n: integer } }]\n');

		expect(workOf(plan).map(({outputs}) => outputs)).toEqual([null, {n: {type: 'integer'}}]);
	});

	it.each([
		['verdict: strng', `6:16: outputs.verdict.type: is not known; write one of: ${TYPES}`],
		['verdict:', `6:15: outputs.verdict: is empty; write one of: ${TYPES}; or a mapping such as { type: string }`],
		['o: { enum: [a] }', `6:10: outputs.o.type: is missing; write one of: ${TYPES}`],
		[
			'o: { type: string, pattrn: x }',
			'6:26: unknown key "pattrn"; there are: type, description, enum, minimum, maximum, minItems, maxItems, required, items, properties',
		],
		['o: { type: array, itms: { type: string } }', '6:25: unknown key "itms"; did you mean "items"?'],
		['o: { type: array, items: { typ: string } }', '6:34: unknown key "typ"; did you mean "type"?'],
		['o: { type: string, enum: [a, 1] }', '6:36: outputs.o.enum: is not of type string; write another value, or change the type'],
		['o: { type: integer, enum: [1, 1.5] }', '6:37: outputs.o.enum: is not of type integer; write another value, or change the type'],
		['o: { type: string, enum: [] }', '6:32: outputs.o.enum: is empty; write a list of values'],
		['o: { type: string, enum: [a, a] }', '6:36: outputs.o.enum: stands here twice'],
		['o: { type: boolean, enum: [true] }', '6:33: outputs.o.enum: is only for string, number, integer, not for boolean'],
		['o: { type: array, minimum: 1 }', '6:34: outputs.o.minimum: is only for number, integer, not for array'],
		['o: { type: array, minItems: 3, maxItems: 2 }', '6:35: outputs.o.minItems: is larger than maxItems'],
		['o: { type: number, minimum: x }', '6:35: outputs.o.minimum: is not a number; write a number'],
		['o: { type: array, maxItems: -1 }', '6:35: outputs.o.maxItems: is too small; write a whole number, 0 or more'],
		[
			'o: { type: object, required: [pth], properties: { path: { type: string } } }',
			'6:37: outputs.o.required: unknown property "pth"; did you mean "path"?',
		],
		['o: { type: object, required: [x] }', '6:37: outputs.o.required: unknown property "x"; there is none'],
		['a-b: string', '6:7: outputs: "a-b" is not the name of an output; use letters, digits and _'],
		[
			'Exit_Code: number',
			'6:7: outputs: "Exit_Code" is an output of every step (exit_code, tail, text, duration_ms, cost_usd, changed, commit, artifacts); choose another name',
		],
		['constructor: string', '6:7: outputs: "constructor" is a word of JavaScript; choose another name'],
	])('have their mistakes told with their place: %s', (line, problem) => {
		expect(problemsOf(declare(line))).toEqual([problem]);
	});

	it('are told apart by expressions', () => {
		expect(problemsOf(declare('ok: boolean', 'OK: string'))).toEqual(['7:11: outputs.OK: expressions do not tell it from ok; choose another name']);
	});

	it('are not nested without end, as a mapping can be that contains itself', () => {
		expect(problemsOf(declare('o: &o { type: array, items: *o }'))).toEqual([
			expect.stringMatching(/^6:\d+: outputs\.o(?:\.items){6}: is nested too deeply; at most 6 levels$/),
		]);
	});

	it.each([
		['{}', 'is empty'],
		['[a]', 'is not a mapping'],
		['x', 'is not a mapping'],
	])('are a mapping with something in it, and not %s', (outputs, problem) => {
		expect(problemsOf(`version: 1\nsteps: [{ id: a, run: x, outputs: ${outputs} }]\n`)).toEqual([
			`2:35: outputs: ${problem}; write outputs: { name: string }`,
		]);
	});
});

describe('what is read of a step', () => {
	const reading = (outputs: string, expression: string, key = 'outputs'): readonly string[] =>
		problemsOf(`version: 1\nsteps:\n  - { id: review, prompt: x, ${key}: ${outputs} }\n  - { id: b, prompt: "\${{ ${expression} }}" }\n`);

	it.each(['verdict', 'exit_code', 'tail', 'text', 'duration_ms', 'cost_usd'])('may be %s', name => {
		expect(reading('{ verdict: string }', `steps.review.outputs.${name}`)).toEqual([]);
	});

	it('is a mistake when it was never promised', () => {
		expect(reading('{ verdict: string }', 'steps.review.outputs.verdct')).toEqual([
			'4:23: step "review" has no output "verdct"; did you mean "verdict"?',
		]);
		expect(reading('{ verdict: string }', "toJSON(steps.review.outputs['zzz'].deep)")).toEqual([
			'4:23: step "review" has no output "zzz"; there are: verdict, exit_code, tail, text, duration_ms, cost_usd, changed, commit, artifacts',
		]);
		expect(problemsOf('version: 1\nsteps: [{ id: a, run: x, outputs: { n: number } }, { id: b, run: x, when: steps.a.outputs.m > 1 }]\n')).toEqual([
			'2:75: step "a" has no output "m"; there are: n, exit_code, tail, text, duration_ms, cost_usd, changed, commit, artifacts',
		]);
	});

	it('is not known of a step that promises nothing, or names what it computes', () => {
		const text = 'version: 1\nsteps: [{ id: a, run: x }, { id: b, run: x, when: "steps.a.outputs.any > 1" }]\n';

		expect(problemsOf(text)).toEqual([]);
		expect(reading('{ verdict: string }', 'steps.review.outputs[run.id]')).toEqual([]);
	});

	it('is not told a second time where the declaration itself is wrong', () => {
		expect(reading('{ verdict: strng }', 'steps.review.outputs.verdict')).toHaveLength(1);
		expect(reading('{ verdict: string }', 'steps.review.outputs.verdict', 'outpts')).toEqual(['3:30: unknown key "outpts"; did you mean "outputs"?']);
	});
});
