import {describe, expect, test} from 'vitest';
import {reduce} from '../../../source/tui/reduce.ts';
import {selectedAgent, snapshotOf, treeOf} from '../../../source/tui/selectors.ts';
import type {JobOutcome, State} from '../../../source/tui/state.ts';
import {aCheckpoint, aLogLine, anAgent, anId, aRequest, aRestorePlan, aRun, aStep, T0} from '../../support/builders.ts';
import type {FakeData} from '../../support/fake-rad.ts';
import {aLoadedState, aState, stateAfter} from '../../support/frames.tsx';
import {sampleRun} from '../../support/sample-run.ts';

const load = async (state: State, data: Partial<FakeData>): Promise<State> => {
	const snapshot = snapshotOf(await aLoadedState(data));
	if (snapshot === undefined) throw new Error('nothing was loaded');
	return stateAfter(state, {type: 'data-loaded', snapshot, now: T0});
};

const end = (state: State, outcome: JobOutcome): State =>
	state.job === null ? state : stateAfter(state, {type: 'job-ended', job: state.job, outcome});

const previewed: JobOutcome = {kind: 'previewed', plan: aRestorePlan()};

describe('what the costs are told by', () => {
	test.each([
		[['t'], 'agent'],
		[['t', 't', 'right', 'l'], 'model'],
		[['left'], 'day'],
		[['h', 'h', 't'], 'day'],
	])('is chosen in the pane of the costs: %j', async (keys, grouping) => {
		expect(stateAfter(await aLoadedState(sampleRun()), '3', ...keys).grouping).toBe(grouping);
	});

	test('stays in any other pane', async () => {
		expect(stateAfter(await aLoadedState(sampleRun()), 't', 'right', '2', 't', '4', 'left').grouping).toBe('model');
	});
});

describe('the selected agent', () => {
	const working = {runs: [aRun()], agents: [anAgent({status: 'completed'}), anAgent({id: anId('agt', 2)})]};

	test('is the one that works, until the user moves', async () => {
		const state = await aLoadedState(working);
		expect(state.selectedAgentId).toBe(anId('agt', 2));

		const moved = stateAfter(state, 'k');
		const later = await load(moved, {...working, agents: [...working.agents, anAgent({id: anId('agt', 3)})]});

		expect(later.selectedAgentId).toBe(anId('agt', 1));
	});

	test('goes along to the next that works when its own work is over', async () => {
		const state = await aLoadedState(working);

		const later = await load(state, {
			...working,
			agents: [anAgent({status: 'completed'}), anAgent({id: anId('agt', 2), status: 'completed'}), anAgent({id: anId('agt', 3)})],
		});

		expect(later.selectedAgentId).toBe(anId('agt', 3));
		expect(later.log.agentId).toBe(anId('agt', 3));
	});

	test('stays when the list changes above it', async () => {
		const state = stateAfter(await aLoadedState(working), 'k', 'j');

		const later = await load(state, {...working, agents: [anAgent({id: anId('agt', 9), status: 'completed'}), ...working.agents]});

		expect(later.selectedAgentId).toBe(anId('agt', 2));
	});

	test('is the folded parent when it was hidden below it', async () => {
		const state = stateAfter(await aLoadedState(sampleRun()), 'k', 'k');
		expect(selectedAgent(state)?.name).toBe('limiter');

		const folded = stateAfter(state, 'p', 'space');
		expect(selectedAgent(folded)?.name).toBe('implement');
		expect(treeOf(folded).map(row => row.agent.name)).toEqual(['plan', 'implement', 'tests', 'review']);

		const allFolded = stateAfter(state, 'E');
		expect(selectedAgent(allFolded)?.name).toBe('implement');
	});

	test('goes from problem to problem and around', async () => {
		const state = await aLoadedState(sampleRun());

		const names = ['n', 'n', 'n'].map((_, index, keys) => selectedAgent(stateAfter(state, ...keys.slice(0, index + 1)))?.name);

		expect(names).toEqual(['tests', 'review', 'tests']);
	});
});

describe('the log', () => {
	const lines = (count: number) => Array.from({length: count}, (_, index) => aLogLine(`line ${index}`));
	const withLines = async (count: number): Promise<State> =>
		stateAfter(await aLoadedState({runs: [aRun()], agents: [anAgent()]}), '2', {type: 'log-received', agentId: anId('agt'), lines: lines(count)});
	const more = {type: 'log-received', agentId: anId('agt'), lines: lines(3)} as const;

	test('pauses when it is scrolled up and keeps its place while lines arrive', async () => {
		const paused = stateAfter(await withLines(100), 'k');

		const later = stateAfter(paused, more);

		expect(later.log.pause).toEqual({end: 99, seen: 100});
	});

	test('follows again at its end', async () => {
		const state = stateAfter(await withLines(100), 'k', 'k', 'j');
		expect(state.log.pause).not.toBeNull();

		expect(stateAfter(state, 'j').log.pause).toBeNull();
		expect(stateAfter(state, 'G').log.pause).toBeNull();
		expect(stateAfter(state, 'f').log.pause).toBeNull();
	});

	test('cannot be scrolled above its first page', async () => {
		const state = stateAfter(await withLines(100), 'g', 'k', 'pageup');

		expect(state.log.pause?.end).toBe(10);
	});

	test('does not pause when everything is in sight', async () => {
		expect(stateAfter(await withLines(3), 'k').log.pause).toBeNull();
	});

	test('lets the oldest lines go and keeps the numbers of the others', async () => {
		const state = stateAfter(await withLines(100), 'k', {type: 'log-received', agentId: anId('agt'), lines: lines(5000)});

		expect(state.log.lines).toHaveLength(5000);
		expect(state.log.dropped).toBe(100);
		expect(state.log.pause).toEqual({end: 99, seen: 100});
	});

	test('takes no lines of an agent that was left', async () => {
		const state = await aLoadedState(sampleRun());

		const later = stateAfter(state, {type: 'log-received', agentId: anId('agt', 1), lines: lines(3)});

		expect(later.log).toBe(state.log);
	});
});

describe('a restore', () => {
	test('is not begun by y before the user was told what it would change', async () => {
		const asked = stateAfter(await aLoadedState(sampleRun()), 'r', 'y');

		expect(asked.job).toEqual({kind: 'preview', checkpointId: anId('cp', 4)});
		expect(asked.notice?.text).toContain('Wait');
	});

	test('is begun by y, stopping the agents that were named', async () => {
		const confirmed = stateAfter(end(stateAfter(await aLoadedState(sampleRun()), 'r'), previewed), 'y');

		expect(confirmed.job).toEqual({kind: 'restore', checkpointId: anId('cp', 4), stopRuns: true});
	});

	test('stops nothing where nothing runs', async () => {
		const idle = {runs: [aRun({status: 'completed', endedAt: T0})], agents: [anAgent({status: 'completed'})], checkpoints: [aCheckpoint()]};

		const confirmed = stateAfter(end(stateAfter(await aLoadedState(idle), 'r'), previewed), 'y');

		expect(confirmed.job).toMatchObject({kind: 'restore', stopRuns: false});
	});

	test.each(['n', 'escape', 'q', 'ctrl+c'])('is not begun by %s', async key => {
		const state = stateAfter(end(stateAfter(await aLoadedState(sampleRun()), 'r'), previewed), key);

		expect(state.job).toBeNull();
	});

	test('that was previewed with Enter needs r and y', async () => {
		const preview = end(stateAfter(await aLoadedState(sampleRun()), '4', 'enter'), previewed);

		expect(stateAfter(preview, 'y').job).toBeNull();
		expect(stateAfter(preview, 'r', 'y').job).toMatchObject({kind: 'restore'});
	});

	test('tells how it ended and what undoes it', async () => {
		const restoring = stateAfter(end(stateAfter(await aLoadedState(sampleRun()), 'r'), previewed), 'y');

		const restored = end(restoring, {
			kind: 'restored',
			result: {
				restored: aCheckpoint({id: anId('cp', 4)}),
				safety: aCheckpoint({id: anId('cp', 5), kind: 'safety'}),
				changes: [],
				kept: [],
				hasHeadMoved: false,
			},
		});

		expect(restored.notice?.text).toBe('✔ Restored cp_0000000004 (0 files changed). Press u to undo.');
		// Also before the workspace was read again.
		expect(stateAfter(restored, 'u').dialog).toMatchObject({kind: 'restore', checkpointId: anId('cp', 5)});
	});

	test('that fails says why and what to do', async () => {
		const restoring = stateAfter(end(stateAfter(await aLoadedState(sampleRun()), 'r'), previewed), 'y');

		const failed = end(restoring, {kind: 'failed', problem: {message: 'An agent is at work.', hint: 'rad cancel run_1'}});

		expect(failed.notice).toEqual({tone: 'bad', text: 'An agent is at work. Try: rad cancel run_1'});
		expect(failed.job).toBeNull();
	});

	test('is undone to the newest safety checkpoint, after a question', async () => {
		const data = {
			...sampleRun(),
			checkpoints: [
				aCheckpoint({id: anId('cp', 1), kind: 'safety'}),
				aCheckpoint({id: anId('cp', 2), kind: 'safety'}),
				aCheckpoint({id: anId('cp', 3)}),
			],
		};

		const asked = stateAfter(await aLoadedState(data), 'u');

		expect(asked.dialog).toMatchObject({kind: 'restore', checkpointId: anId('cp', 2), isAsking: true, isUndo: true});
	});

	test('is offered for the newest checkpoint until the user goes to another', async () => {
		const state = await aLoadedState(sampleRun());
		const newer = {...sampleRun(), checkpoints: [...(sampleRun().checkpoints ?? []), aCheckpoint({id: anId('cp', 9)})]};

		const unmoved = await load(state, newer);
		const moved = await load(stateAfter(state, '4', 'j'), newer);

		expect(stateAfter(unmoved, 'r').dialog).toMatchObject({checkpointId: anId('cp', 9)});
		expect(stateAfter(moved, 'r').dialog).toMatchObject({checkpointId: anId('cp', 3)});
	});

	test('ignores the preview of a checkpoint that the user has left', async () => {
		const first = stateAfter(await aLoadedState(sampleRun()), '4', 'enter');
		const second = stateAfter(first, 'escape', 'j', 'enter');

		const late = first.job === null ? second : stateAfter(second, {type: 'job-ended', job: first.job, outcome: previewed});

		expect(late.dialog).toMatchObject({kind: 'restore', checkpointId: anId('cp', 3), plan: {face: 'loading'}});
	});
});

describe('requests', () => {
	const asking = {
		...sampleRun(),
		requests: [aRequest({runId: anId('run', 2), agentId: anId('agt', 4), subject: {kind: 'restore', checkpointId: anId('cp', 3)}})],
	};

	test('open by themselves and compare at once', async () => {
		const state = await aLoadedState(asking);

		expect(state.dialog).toMatchObject({kind: 'request'});
		expect(state.job).toEqual({kind: 'preview', checkpointId: anId('cp', 3)});
	});

	test('wait while another dialog is open', async () => {
		const busy = stateAfter(await aLoadedState(sampleRun()), '?');

		const later = await load(busy, asking);

		expect(later.dialog).toMatchObject({kind: 'help'});
		expect(stateAfter(later, 'escape').dialog).toMatchObject({kind: 'request'});
	});

	test.each([
		['y', true],
		['n', false],
		['escape', false],
	])('are decided by %s', async (key, isGranted) => {
		const state = stateAfter(end(await aLoadedState(asking), previewed), key);

		expect(state.job).toEqual({kind: 'decide', requestId: anId('req'), isGranted, edited: null});
		expect(state.dialog).toBeNull();
	});

	test('do not come back after they were decided', async () => {
		const deciding = stateAfter(end(await aLoadedState(asking), previewed), 'y');

		const decided = end(deciding, {kind: 'decided', request: aRequest({status: 'granted'})});

		expect(decided.dialog).toBeNull();
	});

	test('go away when somebody else has decided them', async () => {
		const state = await aLoadedState(asking);

		expect((await load(state, sampleRun())).dialog).toBeNull();
	});

	test('to do something again need no comparison', async () => {
		const replay = {...asking, requests: [aRequest({subject: {kind: 'replay', callId: 'c', tool: 'Write', argumentsJson: '{}', writes: []}})]};

		expect(stateAfter(await aLoadedState(replay), 'y').job).toMatchObject({kind: 'decide', isGranted: true});
	});

	describe('to make a call again', () => {
		const call = {file_path: 'a.ts', content: 'one'};
		const subject = {kind: 'replay', callId: 'c', tool: 'Write', argumentsJson: JSON.stringify(call), writes: ['a.ts']} as const;
		const offered = {...asking, requests: [aRequest({subject})]};
		const edit = (state: State, text: string): State => stateAfter(state, {type: 'call-edited', requestId: anId('req'), text});

		test('can be edited, and are done as edited when the user says so', async () => {
			const state = stateAfter(await aLoadedState(offered), 'e');
			expect(state.terminalWish).toEqual({kind: 'edit', requestId: anId('req'), text: 'one', extension: '.ts'});

			const edited = edit(state, 'two');
			expect(edited.dialog).toMatchObject({kind: 'request', edited: JSON.stringify({...call, content: 'two'})});
			expect(stateAfter(edited, 'e').terminalWish).toMatchObject({text: 'two'});
			expect(stateAfter(edited, 'y').job).toEqual({
				kind: 'decide',
				requestId: anId('req'),
				isGranted: true,
				edited: JSON.stringify({...call, content: 'two'}),
			});
			expect(stateAfter(edited, 'n').job).toMatchObject({isGranted: false, edited: null});
		});

		test('stay as they were when nothing was changed, or when somebody else was faster', async () => {
			const state = await aLoadedState(offered);

			expect(edit(state, 'one')).toMatchObject({dialog: {edited: null}, notice: {text: 'Nothing was changed.'}});
			expect(edit({...state, dialog: null, job: {kind: 'list-workflows'}}, 'two').notice?.text).toContain('decided meanwhile');
		});

		test('are not edited where a restore is asked for', async () => {
			const state = stateAfter(end(await aLoadedState(asking), previewed), 'e');

			expect(state.terminalWish).toBeNull();
			expect(state.notice?.text).toBe('e: Only a call that is offered again can be edited.');
		});
	});
});

describe('steps that wait for a person', () => {
	const run = aRun({status: 'waiting'});
	const aGate = (stepId: string) =>
		aStep({
			runId: run.id,
			stepId,
			status: 'waiting',
			question: {about: 'gate', message: 'Go on?', show: [], outputs: {}, until: null, onTimeout: 'reject'},
		});
	const waiting = {runs: [run], steps: [aGate('accept')], agents: [], requests: []};

	test.each([
		['y', true],
		['n', false],
	])('are shown by themselves, and decided by %s', async (key, isApproved) => {
		const state = await aLoadedState(waiting);

		expect(state.dialog).toMatchObject({kind: 'gate', stepId: 'accept'});
		expect(stateAfter(state, key)).toMatchObject({dialog: null, job: {kind: 'answer', runId: run.id, stepId: 'accept', isApproved}});
	});

	test('are not shown again after they were put off, until they are asked for', async () => {
		const later = await load(stateAfter(await aLoadedState(waiting), 'escape'), waiting);

		expect(later).toMatchObject({dialog: null, job: null});
		expect(stateAfter(later, 'd').dialog).toMatchObject({kind: 'gate', stepId: 'accept'});
	});

	test('come one after the other, and not back after they were decided', async () => {
		const two = {...waiting, steps: [aGate('accept'), aGate('deploy')]};
		const answering = stateAfter(await aLoadedState(two), 'y');

		const answered = end(answering, {kind: 'answered', step: {...aGate('accept'), decision: {isApproved: true, by: 'user', comment: null}}});

		expect(answered.dialog).toMatchObject({kind: 'gate', stepId: 'deploy'});
		expect(answered.notice?.text).toContain('accept is approved');
	});

	test('go away when somebody else has decided them', async () => {
		const state = await aLoadedState(waiting);

		expect((await load(state, {...waiting, steps: []})).dialog).toBeNull();
	});

	test('that could not be answered say why, and are gone', async () => {
		const answering = stateAfter(await aLoadedState(waiting), 'y');

		const failed = end(answering, {kind: 'failed', problem: {message: 'It was decided in the meantime.', hint: null}});

		expect(failed).toMatchObject({dialog: null, notice: {tone: 'bad', text: 'It was decided in the meantime.'}});
	});
});

describe('agents', () => {
	test('are stopped alone after a yes only, unless they are over or live in another', async () => {
		const atFirst = stateAfter(await aLoadedState(sampleRun()), '1', 'g');

		const asked = stateAfter(atFirst, 'j', 'x');
		expect(asked).toMatchObject({job: null, dialog: {kind: 'stop-agent', agentId: anId('agt', 2)}});
		expect(stateAfter(asked, 'y').job).toEqual({kind: 'stop-agent', agentId: anId('agt', 2)});
		expect(stateAfter(asked, 'escape').job).toBeNull();
		expect(stateAfter(atFirst, 'x').notice?.text).toBe('x: The selected agent is not at work.');
		expect(stateAfter(atFirst, 'j', 'j', 'j', 'x').notice?.text).toBe('x: It lives in the process of the agent above it.');
	});

	test('tell what became of them', async () => {
		const stopping = stateAfter(await aLoadedState(sampleRun()), '1', 'g', 'j', 'x', 'y');

		const stopped = end(stopping, {kind: 'agent-stopped', agent: anAgent({name: 'implement', status: 'cancelled'})});

		expect(stopped).toMatchObject({job: null, notice: {text: 'implement is cancelled.'}});
	});
});

describe('runs', () => {
	test('are stopped after a yes only', async () => {
		const asked = stateAfter(await aLoadedState(sampleRun()), 'X');

		expect(asked.job).toBeNull();
		expect(stateAfter(asked, 'y').job).toEqual({kind: 'stop', runId: anId('run', 2), how: 'now'});
		expect(stateAfter(asked, 'escape').job).toBeNull();
	});

	test('that wait for their turn are not followed as the newest', async () => {
		const queued = aRun({id: anId('run', 3), workflow: 'release', status: 'queued', startedAt: T0});
		const state = await aLoadedState({...sampleRun(), runs: [...(sampleRun().runs ?? []), queued]});

		expect(state).toMatchObject({choice: 'newest', data: {value: {run: {id: anId('run', 2)}}}});
		expect(stateAfter(state, 'H', 'g', 'enter').choice).toBe(queued.id);
	});

	test('can be chosen; the newest one is followed by later ones', async () => {
		const state = await aLoadedState(sampleRun());

		expect(stateAfter(state, 'H', 'j', 'enter').choice).toBe(anId('run', 1));
		expect(stateAfter(state, 'H', 'enter').choice).toBe('newest');
	});
});

describe('keys', () => {
	test('that can do nothing say why', async () => {
		const state = stateAfter(await aLoadedState({}), 'S');

		expect(state.notice?.text).toBe('S: Nothing is running.');
		expect(state.dialog).toBeNull();
	});

	test('take the last notice away', async () => {
		const state = stateAfter(await aLoadedState({}), 'S', 'j');

		expect(state.notice).toBeNull();
	});

	test.each(['q', 'ctrl+c'])('%s leaves from everywhere and starts nothing', async key => {
		const state = await aLoadedState(sampleRun());

		for (const open of [[], ['?'], ['H'], ['r'], ['S'], ['4', 'z']]) {
			const left = stateAfter(state, ...open, key);
			expect(left.isLeaving).toBe(true);
			expect(left.job?.kind ?? 'preview').toBe('preview');
		}
	});

	test('scroll a dialog no further than its end', () => {
		const state = stateAfter(aState(), '?', 'G');

		expect(stateAfter(state, 'j').dialog).toEqual(state.dialog);
		expect(stateAfter(state, 'k').dialog).not.toEqual(state.dialog);
	});
});

test('old figures stay in sight when the workspace cannot be read any more', async () => {
	const state = await aLoadedState(sampleRun());

	const stale = reduce(state, {type: 'data-failed', problem: {message: 'It is locked.', hint: null}});

	expect(stale.data).toBe(state.data);
	expect(stale.staleness?.message).toBe('It is locked.');
	expect((await load(stale, sampleRun())).staleness).toBeNull();
});
