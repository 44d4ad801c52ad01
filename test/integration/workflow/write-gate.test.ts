import {describe, expect, it} from 'vitest';
import type {HookAnswer, Hooks, PendingWrite} from '../../../source/agents/hooks-port.ts';
import {RadError} from '../../../source/domain/failures.ts';
import type {CheckpointId} from '../../../source/domain/ids.ts';
import {openWriteGate} from '../../../source/workflow/write-gate.ts';
import {anAgent} from '../../support/builders.ts';
import {createScratches} from '../checkpoint/matrix/row.ts';
import {openService, take} from '../checkpoint/support.ts';

const make = createScratches();

/** A gate on real checkpoints; `ask` is what the agent's process does. */
const aGate = async (spoil: (service: Awaited<ReturnType<typeof openService>>) => object = () => ({})) => {
	const repo = make.emptyRepo();
	repo.write('a.ts', 'a\n');
	repo.write('sub/b.ts', 'b\n');
	repo.git('add', '-A');
	repo.git('commit', '-qm', 'first');
	const service = await openService(repo);
	const step = await take(service);
	let ask: (write: PendingWrite) => Promise<HookAnswer> = () => Promise.reject(new Error('nobody listens yet'));
	const hooks: Hooks = {
		open: async onWrite => {
			ask = onWrite;
			return {url: 'http://127.0.0.1/x', close: async () => {}};
		},
	};
	const noted: Array<readonly [string, CheckpointId]> = [];
	const recorded: CheckpointId[] = [];
	const store = {
		noteToolCheckpoint: async (_: unknown, callId: string, id: CheckpointId) => void noted.push([callId, id]),
		recordCheckpoint: async ({id}: {readonly id: CheckpointId}) => void recorded.push(id),
	};
	const agent = anAgent({checkpointId: step.id});
	const ports = {checkpoints: {...service, ...spoil(service)}, store, hooks, workspaceRoot: repo.root, redact: (text: string) => text};
	const gate = await openWriteGate(ports as unknown as Parameters<typeof openWriteGate>[0], agent);
	return {
		repo,
		service,
		step,
		agent,
		gate,
		noted,
		recorded,
		ask: (write: Partial<PendingWrite>) => ask({callId: 'c', tool: 'Write', files: [], ...write}),
	};
};

describe('the gate before an agent’s writes', () => {
	it('lets a write through when what it overwrites is saved, and tells which checkpoint holds it', async () => {
		const {repo, service, agent, gate, ask, noted, recorded} = await aGate();
		repo.write('a.ts', 'by a command\n');

		expect(await ask({callId: 'c1', files: ['a.ts']})).toEqual({isAllowed: true});

		const [newest] = await service.list();
		expect(newest).toMatchObject({kind: 'write', label: 'before Write a.ts', runId: agent.planId, stepId: agent.stepId, agentId: agent.id});
		expect(gate.checkpointOf({callId: 'c1', writes: []})).toBe(newest?.id);
		expect([noted, recorded]).toEqual([[['c1', newest?.id]], [newest?.id]]);
	});

	it('knows a call by its files where the engine tells its hooks no id, each answer once', async () => {
		const {repo, service, gate, ask} = await aGate();
		repo.write('a.ts', 'by a command\n');

		await ask({callId: '', tool: 'write_file', files: ['a.ts']});

		const [newest] = await service.list();
		expect(gate.checkpointOf({callId: 'other', writes: ['sub/b.ts']})).toBeUndefined();
		expect(gate.checkpointOf({callId: 'write_file-1', writes: ['a.ts']})).toBe(newest?.id);
		expect(gate.checkpointOf({callId: 'write_file-2', writes: ['a.ts']})).toBeUndefined();
	});

	it('takes none where the step’s own still holds everything', async () => {
		const {service, step, gate, ask, recorded} = await aGate();

		await ask({callId: 'c1', files: ['a.ts']});

		expect(gate.checkpointOf({callId: 'c1', writes: []})).toBe(step.id);
		expect(await service.list()).toHaveLength(1);
		expect(recorded).toEqual([]);
	});

	it('takes one for all that ask while another is being taken', async () => {
		const {repo, service, ask, gate} = await aGate();
		repo.write('a.ts', 'A\n');

		const answers = await Promise.all([1, 2, 3, 4, 5].map(number => ask({callId: `c${number}`, files: [`${number}.ts`]})));

		expect(answers).toEqual(Array.from({length: 5}, () => ({isAllowed: true})));
		expect((await service.list()).length).toBeLessThanOrEqual(3);
		expect(gate.checkpointOf({callId: 'c5', writes: []})).toBeDefined();
	});

	it('keeps a write from being made when no checkpoint can be', async () => {
		const {gate, ask, noted} = await aGate(() => ({create: () => Promise.reject(new RadError('CHECKPOINT_FAILED', 'No space left.'))}));

		expect(await ask({callId: 'c1', files: ['a.ts']})).toEqual({isAllowed: false, reason: 'no checkpoint could be made: No space left.'});
		expect(await ask({callId: 'c2', files: ['a.ts']})).toMatchObject({isAllowed: false});
		expect(gate.checkpointOf({callId: 'c1', writes: []})).toBeUndefined();
		expect(noted).toEqual([]);
	});

	it('looks at everything when a file is outside of the workspace or not named, and shows only harmless text', async () => {
		const seen: Array<readonly string[] | undefined> = [];
		const {repo, service, ask} = await aGate(real => ({
			create: (options: Parameters<typeof real.create>[0]) => {
				seen.push(options.paths);
				return real.create(options);
			},
		}));
		repo.write('a.ts', 'A\n');

		await ask({tool: 'Write\u001B[31m', files: ['/etc/passwd']});
		await ask({files: []});
		await ask({files: ['sub/b.ts', './a.ts']});

		expect(seen).toEqual([undefined, undefined, ['sub/b.ts', 'a.ts']]);
		expect((await service.list())[0]?.label).toBe('before Write /etc/passwd');
	});
});
