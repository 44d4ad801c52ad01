import {existsSync, mkdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {isDeepStrictEqual} from 'node:util';
import {expect} from 'vitest';
import {createProcessTable} from '../../../source/agents/create-process-table.ts';
import type {RadEvent} from '../../../source/domain/events.ts';
import {EXIT} from '../../../source/domain/failures.ts';
import type {RunId} from '../../../source/domain/ids.ts';
import type {Run} from '../../../source/domain/records.ts';
import {isRunOver} from '../../../source/domain/status.ts';
import {openSqliteStore} from '../../../source/monitoring/sqlite-store.ts';
import type {Store} from '../../../source/monitoring/store-port.ts';
import {toLayout} from '../../../source/workspace/layout.ts';
import {realClock} from '../../integration/checkpoint/support.ts';
import {BIN, makeScratch, rad, type Scratch, startRad} from '../../support/rad.ts';
import {tellFigures} from '../tell-figures.ts';
import {DEATH, type Death} from './death.ts';

/** A workspace with the workflows that are killed. */
export type Workspace = {
	readonly scratch: Scratch;
	/** One line for each time that a step of the shell was carried out; outside the work tree, so that no restore takes a line away. */
	readonly ledger: string;
	/** The step `note` ends only when this file is there. */
	readonly gate: string;
};

export type Stories = Readonly<Record<Workflow, Story>>;

export type Workflow = 'chain' | 'undo' | 'command';

/** What a run has done, as far as nothing of it may depend on how often its rad died. */
type Story = {
	readonly ledger: readonly string[];
	/** In order, without those that were lost. */
	readonly attempts: readonly string[];
	readonly endedSteps: readonly string[];
	readonly requests: readonly string[];
	/** How many restores its events tell of. */
	readonly restores: number;
	readonly usage: unknown;
};

/** The first step leaves a process in a session of its own behind; the last one needs what the two before it have told. */
const toChain = (ledger: string, gate: string): string => `version: 1
steps:
  - id: note
    run: |
      echo "$RAD_RUN_ID note" >> '${ledger}'
      setsid sleep 300 &
      until test -e '${gate}'; do sleep 0.05; done
      echo n=1 >> "$RAD_OUTPUT"
  - { id: plan, recording: plan, speed: 1000, prompt: Plan it }
  - id: sum
    needs: [note, plan]
    run: echo "$RAD_RUN_ID sum $N \${PLAN:+planned}" >> '${ledger}'
    env: { N: "\${{ steps.note.outputs.n }}", PLAN: "\${{ steps.plan.outputs.text }}" }
`;

/** An agent breaks a file and asks for a restore of its step; it is granted the first time only. */
const toUndo = (ledger: string): string => `version: 1
steps:
  - id: base
    run: echo "$RAD_RUN_ID base" >> '${ledger}'; rm -rf src
  - { id: ask, recording: restore, speed: 1000, restore: own-step, prompt: Break it and ask for an undo }
  - id: after
    run: echo "$RAD_RUN_ID after $(ls src)" >> '${ledger}'
`;

/** The same by command; it is stopped where it would wait for ever, also when it has not heard of the grant yet. Only what is denied ends it. */
const toCommand = (ledger: string): string => `version: 1
steps:
  - id: ask
    restore: own-step
    run: |
      echo "$RAD_RUN_ID ask" >> '${ledger}'; touch broken
      "$NODE" "$RAD" request restore || code=$?
      test "\${code:-0}" = ${EXIT.refused} || sleep 300
      rm broken
    env: { NODE: "${process.execPath}", RAD: "${BIN}" }
`;

export const makeWorkspace = async (folder: string): Promise<Workspace> => {
	const [ledger, gate] = [path.join(folder, 'ledger'), path.join(folder, 'gate')];
	mkdirSync(folder);
	writeFileSync(ledger, '');
	writeFileSync(gate, '');
	return {ledger, gate, scratch: await makeScratch(folder, {chain: toChain(ledger, gate), undo: toUndo(ledger), command: toCommand(ledger)})};
};

/** What each workflow does when nobody disturbs it. */
export const tellUndisturbed = async (workspace: Workspace): Promise<Stories> => {
	const tell = async (workflow: Workflow): Promise<Story> => {
		expect(await rad(['run', workflow], workspace.scratch)).toMatchObject({code: 0});
		return tellStory(workspace, (await findRun(workspace)).id);
	};
	return {chain: await tell('chain'), undo: await tell('undo'), command: await tell('command')};
};

/** Looks into the store without touching what it says: a command of rad would mend it first. */
const withStore = async <Result>({scratch}: Workspace, look: (store: Store) => Promise<Result>): Promise<Result> => {
	const store = openSqliteStore(toLayout(scratch.cwd).database, {create: false});
	try {
		return await look(store);
	} finally {
		store.close();
	}
};

/** The newest run. */
const findRun = async (workspace: Workspace): Promise<Run> => {
	const [run] = await withStore(workspace, store => store.listRuns());
	if (run === undefined) throw new Error('there must be a run');
	return run;
};

const listEvents = (store: Store, runId: RunId): Promise<readonly RadEvent[]> =>
	store.listEvents(0, 10_000, runId).then(events => events.map(({event}) => event));

const tellStory = (workspace: Workspace, runId: RunId): Promise<Story> =>
	withStore(workspace, async store => {
		const agents = (await store.listAgents({runId})).filter(({parentId}) => parentId === null);
		const outcomes = (await listEvents(store, runId)).flatMap(event => (event.type === 'step.attempt-ended' ? [event] : []));
		const kept = agents.filter(({status}) => status !== 'lost');
		return {
			ledger: readFileSync(workspace.ledger, 'utf8')
				.split('\n')
				.filter(line => line.startsWith(runId))
				.map(line => line.slice(runId.length + 1)),
			attempts: kept.map(({name, status, stepId, attempt}) => {
				const ends = outcomes.filter(event => event.stepId === stepId && event.attempt === attempt);
				return `${name} ${status}, step told: ${ends.map(({outcome}) => outcome.status).join(' and ')}`;
			}),
			endedSteps: (await listEvents(store, runId)).flatMap(event => (event.type === 'step.ended' ? [`${event.stepId} ${event.status}`] : [])),
			requests: (await store.listRequests({runId})).map(({stepId, status, decidedBy}) => `${stepId} ${status} by ${decidedBy}`),
			restores: (await listEvents(store, runId)).filter(({type}) => type === 'checkpoint.restored').length,
			usage: await store.sumUsage({runId}),
		};
	});

const processes = createProcessTable(process.platform);

/** Everything that has to hold of a run that was killed and resumed until it was over. */
const checkRun = async (workspace: Workspace, runId: RunId, undisturbed: Story, tale: string): Promise<void> => {
	const orphans = processes.findMarked('RAD_RUN_ID', runId);
	const story = await tellStory(workspace, runId);
	tellFigures({'runs killed': 1, orphans: orphans.length, 'runs with lost, torn or doubled rows': isDeepStrictEqual(story, undisturbed) ? 0 : 1});
	expect(orphans, tale).toEqual([]);
	expect(story, tale).toEqual(undisturbed);
	await withStore(workspace, async store => {
		expect(await store.getRun(runId), tale).toMatchObject({status: 'completed', error: null});
		for (const {status, error} of await store.listAgents({runId})) {
			// That only its rad died is no reason for an agent at work to be lost.
			if (status === 'lost') expect(error, tale).toMatch(/^it was never started$|^its process is gone and left no exit code$/);
		}
		expect(
			(await store.listAttempts(runId)).filter(({endedAt}) => endedAt === null),
			tale,
		).toEqual([]);
		expect(await store.listRequests({runId, status: 'pending'}), tale).toEqual([]);
		const endings = (await listEvents(store, runId)).filter(event => event.type === 'run.status-changed' && isRunOver(event.status));
		expect(endings, tale).toHaveLength(1);
	});
};

/** What goes wrong in a round, in order: the first death is one of `rad run`, each other one of a `rad resume`. */
export type Round = {
	readonly workflow: Workflow;
	readonly deaths: readonly Death[];
	/** Keeps the step `note` at work until the last death. */
	readonly isSlow?: boolean;
};

/** Kills a run as often as is told, goes on with it to its end, and checks what has come out. */
export const playRound = async (
	workspace: Workspace,
	program: string,
	undisturbed: Stories,
	{workflow, deaths, isSlow = false}: Round,
): Promise<void> => {
	if (isSlow) rmSync(workspace.gate);
	let runId: RunId | undefined;
	for (const [index, death] of deaths.entries()) {
		const args = runId === undefined ? ['run', workflow] : ['resume', runId];
		const ending = await startRad(args, {...workspace.scratch, program, env: {[DEATH]: JSON.stringify(death)}}).ended;
		expect(ending.code, `death ${index + 1}, ${JSON.stringify(death)}, did not come: ${ending.stdout}${ending.stderr}`).toBeNull();
		tellFigures({kills: 1});
		runId ??= (await findRun(workspace)).id;
	}
	if (!existsSync(workspace.gate)) writeFileSync(workspace.gate, '');
	if (runId === undefined) throw new Error('a round needs a death');
	await finish(workspace, runId, undisturbed[workflow], JSON.stringify(deaths));
};

/** Goes on with a run unless its ending was committed before its rad died, and checks it. */
const finish = async (workspace: Workspace, runId: RunId, undisturbed: Story, tale: string): Promise<void> => {
	const run = await withStore(workspace, store => store.getRun(runId));
	if (run?.status !== 'completed') expect(await rad(['resume', runId], workspace.scratch), tale).toMatchObject({code: 0});
	await checkRun(workspace, runId, undisturbed, tale);
};

// About what the longer of the two takes, with the start of the program.
const LONGEST_MS = 4000;

/** Kills the built program at random moments of a run and of what resumes it; returns how many of the kills came before its end. */
export const playRandomRound = async (workspace: Workspace, workflow: Workflow, undisturbed: Story, kills: number): Promise<number> => {
	const known = await withStore(workspace, store => store.listRuns());
	const delays: number[] = [];
	let runId: RunId | undefined;
	for (let kill = 0; kill < kills; kill += 1) {
		const started = performance.now();
		const {child, ended} = startRad(runId === undefined ? ['run', workflow] : ['resume', runId], workspace.scratch);
		const delayMs = Math.random() * (LONGEST_MS / kills);
		await Promise.race([realClock.sleep(delayMs), ended]);
		child.kill('SIGKILL');
		if ((await ended).code !== null) break;
		delays.push(performance.now() - started);
		const runs = await withStore(workspace, store => store.listRuns());
		runId = runs.length > known.length ? runs[0]?.id : undefined;
	}
	if (runId !== undefined) await finish(workspace, runId, undisturbed, `killed after ${delays.map(Math.round).join(', ')} ms`);
	tellFigures({kills: delays.length});
	return delays.length;
};
