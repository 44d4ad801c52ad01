import {readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {Ajv2020, type ValidateFunction} from 'ajv/dist/2020.js';
import {describe, expect, it} from 'vitest';
import {toRunJson} from '../../source/cli/json-records.ts';
import {JSON_OUTPUTS, SHAPES, type ShapeName} from '../../source/cli/json-shapes.ts';
import type {Agent, Checkpoint, Run} from '../../source/domain/records.ts';
import {anId, aRequest, aRun} from '../support/builders.ts';
import {toCommand} from '../support/json-schemas.ts';
import {agentsOf, makeScratch, rad, radJson, runOf, type Scratch, startRad} from '../support/rad.ts';
import {createScratch, until} from '../support/scratch.ts';
import {aWorkspace} from '../unit/cli/example-workspace.ts';
import {runWords} from '../unit/cli/run-words.ts';

const newFolder = createScratch();

/** The demo with a failure, and everything that a step can have. */
const FULL = `version: 1
description: Everything that has a shape.
inputs:
  issue: { type: number, description: Which one }
budget: { cost_usd: 5 }
steps:
  - id: plan
    prompt: Plan it
    recording: plan
    speed: 1000
    permissions: edit
  - id: implement
    prompt: Do it
    recording: implement
    speed: 1000
  - id: keep
    run: echo word=x >> "$RAD_OUTPUT"; echo kept > "$RAD_ARTIFACTS/kept.txt"; printf '\\033[31mred\\n'
  - id: fail
    run: exit 3
on_failure:
  - id: mourn
    run: echo mourn
finally:
  - id: tidy
    run: echo tidy
`;

const GATE = `version: 1
steps:
  - id: work
    run: echo more > work.txt
  - id: ask
    approve: { message: Go on?, show: [diff, outputs, cost] }
`;

const SLEEP = `version: 1
steps:
  - id: sleep
    run: sleep 600
`;

const WITH_MISTAKES = 'version: 1\nsteps:\n  - id: a\n    needs: [b]\n    run: echo a\n';

/** The published schema, which takes nothing but what it names: a field that nobody wrote down fails here. */
const compile = (name: ShapeName): ValidateFunction => {
	const schema = JSON.parse(readFileSync(new URL(`../../docs/schemas/${name}.json`, import.meta.url), 'utf8'));
	return new Ajv2020({strict: true, allowUnionTypes: true, allErrors: true}).compile(close(schema) as object);
};

const close = (schema: unknown): unknown => {
	if (Array.isArray(schema)) return schema.map(close);
	if (typeof schema !== 'object' || schema === null) return schema;
	const closed = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, close(value)]));
	return 'properties' in schema && typeof schema.properties === 'object' ? {additionalProperties: false, ...closed} : closed;
};

const findMistakes = (name: ShapeName, text: string): unknown => {
	const validate = compile(name);
	const values = SHAPES[name] === 'lines' ? text.trimEnd().split('\n') : [text];
	return values.flatMap(value => (validate(JSON.parse(value)) ? [] : [value, ...(validate.errors ?? [])]));
};

type Place = {readonly scratch: Scratch; readonly run: string; readonly agent: string; readonly first: string};

/** What is typed for an output of the table, without `--json`. */
type Typed = Readonly<Record<string, (place: Place) => readonly string[]>>;

const LOOKING: Typed = {
	'rad init --json': () => ['init'],
	'rad run --json': () => ['run', 'full', '--input', 'issue=13'],
	'rad run --dry-run --json': () => ['run', 'full', '--input', 'issue=12', '--dry-run'],
	'rad top --once --json': () => ['top', '--once'],
	'rad runs --json': () => ['runs'],
	'rad show --json': ({run}) => ['show', run],
	'rad report --json': ({run}) => ['report', run],
	'rad engines --json': () => ['engines'],
	'rad workflow list --json': () => ['workflow', 'list'],
	'rad workflow show --json': () => ['workflow', 'show', 'full'],
	'rad workflow validate --json': () => ['workflow', 'validate', 'mistakes'],
	'rad monitor status --json': () => ['monitor', 'status'],
	'rad monitor status <agent> --json': ({agent}) => ['monitor', 'status', agent],
	'rad monitor list --json': () => ['monitor', 'list'],
	'rad monitor telemetry --json': () => ['monitor', 'telemetry'],
	'rad monitor telemetry --by <group> --json': () => ['monitor', 'telemetry', '--by', 'model'],
	'rad prices list --json': () => ['prices', 'list', 'claude'],
	'rad prices explain --json': ({agent}) => ['prices', 'explain', agent],
	'rad import --json': () => ['import'],
	'rad logs --json': ({agent}) => ['logs', agent],
	'rad events --json': () => ['events'],
	'rad hook install --json': () => ['hook', 'install', 'claude'],
	'rad hook status --json': () => ['hook', 'status'],
	'rad hook uninstall --json': () => ['hook', 'uninstall', 'claude'],
	'rad config set --json': () => ['config', 'set', 'bell', 'bell'],
	'rad config list --json': () => ['config', 'list'],
	'rad config unset --json': () => ['config', 'unset', 'bell'],
	'rad doctor --json': () => ['doctor'],
};

/** In an order in which each has something to do. */
const UNDOING: Typed = {
	'rad checkpoint list --json': () => ['checkpoint', 'list'],
	'rad checkpoint show --json': ({first}) => ['checkpoint', 'show', first],
	'rad checkpoint diff --json': ({first}) => ['checkpoint', 'diff', first],
	'rad checkpoint create --json': () => ['checkpoint', 'create'],
	'rad checkpoint restore --dry-run --json': ({first}) => ['checkpoint', 'restore', first, '--dry-run'],
	'rad checkpoint restore --json': ({first}) => ['checkpoint', 'restore', first, '--yes'],
	'rad checkpoint undo --dry-run --json': () => ['checkpoint', 'undo', '--dry-run'],
	'rad checkpoint undo --json': () => ['checkpoint', 'undo', '--yes'],
	'rad checkpoint verify --json': () => ['checkpoint', 'verify'],
	'rad checkpoint prune --json': () => ['checkpoint', 'prune', '--keep', '1'],
};

const ANSWERING: Typed = {
	'rad run --detach --json': () => ['run', 'gate', '--detach'],
	'rad approve --json': ({run}) => ['approve', run],
	'rad reject --json': ({run}) => ['reject', run],
	'rad resume --json': ({run}) => ['resume', run],
	'rad resume --detach --json': ({run}) => ['resume', run, '--detach'],
	'rad cancel <run> --json': ({run}) => ['cancel', run],
	'rad cancel <agent> --json': ({agent}) => ['cancel', agent],
};

/** Needs a restore that was cut short, or an agent that is at work: the record is a fake one, what prints it is real. */
const FAKED: Typed = {
	'rad checkpoint resume --json': () => ['checkpoint', 'resume'],
	'rad request restore --json': () => ['request', 'restore'],
};

const shapeOf = (label: string): ShapeName => {
	const output = JSON_OUTPUTS.find(each => toCommand(each) === label);
	if (output === undefined) throw new Error(`no command prints ${label}`);
	return output.shape;
};

const check = (label: string, text: string): void => {
	expect(text, label).not.toMatch(/^(?:|\[\]|null)\n?$/);
	expect({label, mistakes: findMistakes(shapeOf(label), text)}).toEqual({label, mistakes: []});
};

const see = async (typed: Typed, label: string, place: Place): Promise<void> => {
	const words = typed[label]?.(place) ?? [];
	const {stdout, stderr} = await rad([...words, '--json'], place.scratch);
	expect({label, stderr}).toEqual({label, stderr: ''});
	check(label, stdout);
};

const makePlace = async (): Promise<Place> => {
	const scratch = await makeScratch(newFolder(), {full: FULL, gate: GATE, sleep: SLEEP});
	expect(await rad(['run', 'full', '--input', 'issue=12'], scratch)).toMatchObject({code: 1});
	const run = await runOf(scratch);
	const {agents, checkpoints} = await radJson<{agents: readonly Agent[]; checkpoints: readonly Checkpoint[]}>(['show', run.id], scratch);
	const [[agent], [first]] = [agents, checkpoints];
	if (agent === undefined || first === undefined) throw new Error('the run must have both');
	return {scratch, run: run.id, agent: agent.id, first: first.id};
};

const awaitStatus = async (scratch: Scratch, status: Run['status']): Promise<Run> => {
	await until(async () => (await runOf(scratch)).status === status);
	return runOf(scratch);
};

// Starts the program many times.
describe('what the commands print with --json is what is published', {timeout: 300_000}, () => {
	it('for every one of them', () => {
		const seen = [LOOKING, UNDOING, ANSWERING, FAKED].flatMap(Object.keys);

		expect(seen.toSorted()).toEqual(JSON_OUTPUTS.map(toCommand).toSorted());
	});

	it('by schemas that miss no field and take no other', () => {
		const run = toRunJson(aRun());
		const {id, ...rest} = run;

		expect(findMistakes('run-list', JSON.stringify([run]))).toEqual([]);
		expect(findMistakes('run-list', JSON.stringify([{...run, more: 1}]))).not.toEqual([]);
		expect(findMistakes('run-list', JSON.stringify([rest]))).not.toEqual([]);
		expect(findMistakes('run', JSON.stringify({...run, id}))).not.toEqual([]);
		expect(findMistakes('run-line', `{"type":"run.started","runId":"a","seq":1,"at":2}\n{"type":"run.started","runId":"a","seq":1}\n`)).not.toEqual(
			[],
		);
	});

	it('of those that look', async () => {
		const place = await makePlace();
		writeFileSync(path.join(place.scratch.cwd, '.radium/workflows/mistakes.yaml'), WITH_MISTAKES);

		for (const label of Object.keys(LOOKING)) await see(LOOKING, label, place);
	});

	it('of those that undo', async () => {
		const place = await makePlace();

		for (const label of Object.keys(UNDOING)) await see(UNDOING, label, place);
		expect((await rad(['checkpoint', 'resume', '--json'], place.scratch)).stdout).toBe('null\n');
	});

	it('of those that answer, stop and go on', async () => {
		const scratch = await makeScratch(newFolder(), {gate: GATE, sleep: SLEEP});
		const place: Place = {scratch, run: '', agent: '', first: ''};

		await see(ANSWERING, 'rad run --detach --json', place);
		await see(ANSWERING, 'rad approve --json', {...place, run: (await awaitStatus(scratch, 'waiting')).id});
		await awaitStatus(scratch, 'completed');

		const driver = startRad(['run', 'gate', '--json'], scratch);
		const {id} = await awaitStatus(scratch, 'waiting');
		driver.child.kill('SIGKILL');
		check('rad run --json', (await driver.ended).stdout);
		await see(ANSWERING, 'rad resume --detach --json', {...place, run: id});
		await awaitStatus(scratch, 'waiting');
		await see(ANSWERING, 'rad reject --json', {...place, run: id});
		await awaitStatus(scratch, 'failed');

		const second = startRad(['run', 'gate', '--json'], scratch);
		const deserted = await awaitStatus(scratch, 'waiting');
		second.child.kill('SIGKILL');
		await second.ended;
		await awaitStatus(scratch, 'interrupted');
		expect(await rad(['approve', deserted.id], scratch)).toMatchObject({code: 0});
		await see(ANSWERING, 'rad resume --json', {...place, run: deserted.id});

		await rad(['run', 'sleep', '--detach'], scratch);
		let agent: Agent | undefined;
		await until(async () => {
			agent = (await agentsOf(scratch)).find(({stepId, status}) => stepId === 'sleep' && status === 'running');
			return agent !== undefined;
		});
		await see(ANSWERING, 'rad cancel <agent> --json', {...place, agent: agent?.id ?? ''});
		await awaitStatus(scratch, 'failed');
		await rad(['run', 'gate', '--detach'], scratch);
		await see(ANSWERING, 'rad cancel <run> --json', {...place, run: (await awaitStatus(scratch, 'waiting')).id});
	});

	it('of those that need what is cut short', async () => {
		const situation = {fake: aWorkspace({cutShort: anId('cp', 1)}), environment: {RAD_REQUEST_TOKEN: 'token'}};
		const open = async () => aRequest({status: 'granted', decidedBy: 'policy'});
		const rad = {requests: {...situation.fake.rad.requests, open}};

		for (const label of Object.keys(FAKED)) {
			const {out} = await runWords([...(FAKED[label]?.({} as Place) ?? []), '--json'], {...situation, rad});
			check(label, out);
		}
	});

	it.each([
		['a wrong word', ['runs', '--jsn', '--json'], 2],
		['a workflow with mistakes', ['run', 'mistakes', '--json'], 2],
		['what is not there', ['show', 'run_zzzzzzzzzz', '--json'], 3],
		['a command without --json', ['workflow', 'graph', 'gate', '--json'], 2],
	])('of a failure: %s', async (_, words, expected) => {
		const scratch = await makeScratch(newFolder(), {gate: GATE, mistakes: WITH_MISTAKES});

		const {code, stdout, stderr} = await rad(words, scratch);

		expect({code, stdout, mistakes: findMistakes('error', stderr)}).toEqual({code: expected, stdout: '', mistakes: []});
	});
});
