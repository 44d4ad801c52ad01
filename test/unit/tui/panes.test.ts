import {describe, expect, test} from 'vitest';
import {clean, fitLine, line, lineWidth, span, widthOf} from '../../../source/tui/line.ts';
import {viewAgents} from '../../../source/tui/panes/agents.ts';
import {viewCheckpoints} from '../../../source/tui/panes/checkpoints.ts';
import {viewLog} from '../../../source/tui/panes/log.ts';
import {viewTotals} from '../../../source/tui/panes/totals.ts';
import {displayWidth} from '../../../source/views/width.ts';
import {aCheckpoint, aLogLine, anAgent, anId, aRun, aStep, aUsageRecord, tokens} from '../../support/builders.ts';
import {aLoadedState, aState, drawScreen, findMisfit, stateAfter} from '../../support/frames.tsx';
import {sampleRun, spendingRun} from '../../support/sample-run.ts';

const texts = (lines: ReturnType<typeof viewLog>['lines']): readonly string[] =>
	lines.map(({spans}) =>
		spans
			.map(({text}) => text)
			.join('')
			.trimEnd(),
	);

describe('a row', () => {
	test('is cut and filled to exactly its width, wide characters included', () => {
		for (const text of ['short', 'exactly ten', '你好世界你好世界', 'naïve é́́ text that is long', '👩‍👩‍👧 family']) {
			expect(lineWidth(fitLine(line(span(text), 'more'), 10).spans)).toBe(10);
		}
	});

	test('ends with … when a later piece does not fit any more', () => {
		expect(texts([fitLine(line('12345', '67890', 'x'), 10)])).toEqual(['123456789…']);
		expect(texts([fitLine(line('12345', '67890'), 10)])).toEqual(['1234567890']);
	});

	test('holds no control character, whoever built it', () => {
		const {spans} = fitLine(line('\u001b]52;c;Zm9v\u0007a\rb\tc\u202e'), 40);

		expect(spans.map(({text}) => text).join('')).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/);
	});

	test('is measured as everybody else measures it, also where there is a shorter way', () => {
		for (let code = 0x20; code < 0x3100; code += 1) {
			const character = clean(String.fromCodePoint(code));
			if (widthOf(character) !== displayWidth(character)) throw new Error(`U+${code.toString(16)} is measured as ${widthOf(character)}`);
		}
	});

	test('of a megabyte costs no more than a long one', () => {
		expect(clean('x'.repeat(1_000_000))).toHaveLength(4096);
	});
});

describe('agents', () => {
	test.each([
		[49, 'recording'],
		[56, 'recording'],
		[76, 'recording'],
	])('that play a recording say so at %i columns', async (columns, word) => {
		const state = await aLoadedState(sampleRun());

		expect(texts(viewAgents(state, {columns, rows: 10}).lines).find(text => text.includes('plan'))).toContain(word);
	});

	test('are followed by the steps that ended without one, and the header counts what was not done', async () => {
		const steps = [
			aStep({status: 'failed'}),
			aStep({stepId: 'deploy', position: 1, status: 'skipped', reason: 'build failed'}),
			aStep({stepId: 'tell', position: 2, status: 'cancelled'}),
			aStep({stepId: 'later', position: 3, status: 'pending'}),
		];
		const state = await aLoadedState({runs: [aRun({status: 'failed'})], steps, agents: [anAgent({status: 'failed'})]}, {columns: 120, rows: 40});

		expect(texts(viewAgents(state, {columns: 76, rows: 10}).lines).slice(2)).toEqual(['  ○ deploy  skipped: build failed', '  ■ tell  cancelled']);
		expect(drawScreen(state).split('\n')[0]).toContain('0/4 steps, 1 failed, 1 cancelled, 1 skipped');
	});

	test('leave the steps without one to the end of a list that is too long', async () => {
		const agents = Array.from({length: 9}, (_, index) => anAgent({id: anId('agt', index + 1), name: `agent ${index}`, status: 'completed'}));
		const steps = [aStep({stepId: 'deploy', status: 'skipped', reason: 'build failed'})];
		const state = await aLoadedState({runs: [aRun()], steps, agents});

		expect(texts(viewAgents(stateAfter(state, 'g'), {columns: 76, rows: 6}).lines).at(-1)).toContain('agent 4');
		expect(texts(viewAgents(stateAfter(state, 'G'), {columns: 76, rows: 6}).lines).at(-1)).toBe('  ○ deploy  skipped: build failed');
	});

	test('say that a parent counts what is below it, where there is such a parent', async () => {
		const flat = await aLoadedState({runs: [aRun()], agents: [anAgent()]});

		expect(texts(viewAgents(await aLoadedState(sampleRun()), {columns: 76, rows: 10}).lines)[0]).toContain('AGENT + sub-agents');
		expect(texts(viewAgents(flat, {columns: 76, rows: 10}).lines)[0]).not.toContain('sub-agents');
	});

	test('keep the selected one in sight in a long list', async () => {
		const agents = Array.from({length: 1000}, (_, index) => anAgent({id: anId('agt', index + 1), name: `agent ${index}`, status: 'completed'}));
		const state = stateAfter(await aLoadedState({runs: [aRun()], agents}), 'g', ...Array<string>(500).fill('j'));

		const view = viewAgents(state, {columns: 76, rows: 12});

		expect(view.lines).toHaveLength(12);
		expect(texts(view.lines).find(text => text.startsWith('❯'))).toContain('agent 500');
	});
});

describe('the log', () => {
	test('counts the lines that came since it was paused', async () => {
		const state = stateAfter(await aLoadedState(sampleRun()), '2', 'f', {
			type: 'log-received',
			agentId: anId('agt', 6),
			lines: [aLogLine('new'), aLogLine('newer')],
		});

		const view = viewLog(state, {columns: 76, rows: 20});

		expect(view.status).toBe('PAUSED  2 new, f follows');
		expect(texts(view.lines).join()).not.toContain('new');
	});

	test.each([
		['exit code 2', 'exit code 2', ['compiling', '✖ exit code 2']],
		[
			'exit code 2; stopped 1 process that it had left running',
			'exit code 2',
			['compiling', '✖ exit code 2; stopped 1 process that it had left running'],
		],
		['exit code 2', null, ['compiling', '✖ exit code 2']],
		['something else', 'exit code 2', ['compiling', 'rad    something else', '✖ exit code 2']],
	])('tells a reason once: %s, %s', async (said, error, rows) => {
		const agent = anAgent({status: 'failed', exitCode: 2, error});
		const logs = {[agent.id]: [aLogLine('compiling'), aLogLine(said, {kind: 'rad'})]};
		const state = await aLoadedState({runs: [aRun()], agents: [agent], logs});

		expect(texts(viewLog(state, {columns: 46, rows: 9}).lines).map(text => text.trim())).toEqual(rows);
	});

	test.each([
		[80, '─ a rather long name of …  FOLLOW  1 line ─╮'],
		[120, '─ 2 Log a rather long name of an ag… ─ FOLLOW  1 line ─╮'],
	])('tells what it does beside a long name at %i columns', async (columns, title) => {
		const agent = anAgent({name: 'a rather long name of an agent that nobody would type'});
		const size = {columns, rows: 24};
		const state = await aLoadedState({runs: [aRun()], agents: [agent], logs: {[agent.id]: [aLogLine('x')]}}, size);

		expect(drawScreen(state)).toContain(title);
	});

	test('ends with the reason of a failure', async () => {
		const agent = anAgent({status: 'failed', exitCode: 3, error: 'The command ended with exit code 3.'});
		const state = await aLoadedState({runs: [aRun()], agents: [agent], logs: {[agent.id]: [aLogLine('compiling')]}});

		expect(texts(viewLog(state, {columns: 76, rows: 5}).lines).at(-1)).toBe('✖ The command ended with exit code 3.');
	});
});

describe('the totals', () => {
	test('mark a sum as a lower bound when a price is missing', async () => {
		const state = await aLoadedState(sampleRun());

		const [cost] = texts(viewTotals(state, {columns: 76, rows: 12}).lines);

		expect(cost).toContain('≥$8.29');
		expect(cost).toContain('1 response has no price');
	});

	test('tell that the money of a recording was not spent now', async () => {
		const recorded = anAgent({isRecording: true});
		const data = {runs: [aRun()], agents: [recorded], usage: [aUsageRecord()]};
		const mixed = {
			...data,
			agents: [recorded, anAgent({id: anId('agt', 2)})],
			usage: [aUsageRecord(), aUsageRecord({agentId: anId('agt', 2), messageId: 'm2'})],
		};

		const firstOf = async (workspace: typeof data) => texts(viewTotals(await aLoadedState(workspace), {columns: 76, rows: 12}).lines).slice(0, 2);

		expect(await firstOf(data)).toEqual(['Cost          $0.0100*  recorded: nothing was spent now', expect.stringMatching(/^Tokens/) as string]);
		expect(await firstOf(mixed)).toEqual(['Cost          $0.0200*  as the engine reports it', '  * $0.0100 of it is recorded and was not spent now']);
	});

	test('has shares that add up to 100', async () => {
		const usage = [aUsageRecord({tokens: tokens({input: 1, cacheRead: 1, cacheWrite: 1})})];

		const {lines} = viewTotals(await aLoadedState({runs: [aRun()], agents: [anAgent()], usage}), {columns: 76, rows: 12});

		const shares = texts(lines).flatMap(text => /^ {2}\w.* (\d+)% {2}/.exec(text)?.[1] ?? []);
		expect(shares).toEqual(['34', '33', '33', '0']);
	});

	test('tell of agents alone: each cost stands in one row, the dearest first', async () => {
		const state = stateAfter(await aLoadedState(spendingRun()), '3', 't');

		const {table} = viewTotals(state, {columns: 76, rows: 17});

		expect(table.map(row => Object.values(row)[0]?.trim())).toEqual([
			'implement (attempt 1)',
			'limiter',
			'plan (attempt 1)',
			'handlers',
			'review (attempt 1)',
		]);
		expect(Object.keys(table[0] ?? {})[0]?.trim()).toBe('AGENT alone');
	});

	test('mark what is recorded in each row, and keep the digits below each other', async () => {
		const costs = async (...keys: readonly string[]) =>
			viewTotals(stateAfter(await aLoadedState(spendingRun()), '3', ...keys), {columns: 76, rows: 17}).table.map(row => Object.values(row).at(-1));

		expect(await costs()).toEqual(['  $10.20 ', '   $1.88*', '      n/a']);
		expect(await costs('t', 't')).toEqual(['  $10.20 ', '   $1.88*', '      n/a']);
		expect(await costs('left')).toEqual([' ≥$12.08*', '   $4.20 ']);
	});

	test('tell of the days of all runs also where this one has not used anything', async () => {
		const data = spendingRun();
		const fresh = {...data, usage: (data.usage ?? []).filter(({agentId}) => agentId === anId('agt', 9))};
		const state = stateAfter(await aLoadedState(fresh), '3');

		expect(viewTotals(state, {columns: 76, rows: 12}).table).toEqual([]);
		expect(viewTotals(stateAfter(state, 'left'), {columns: 76, rows: 12}).table).toHaveLength(1);
	});

	test('say that they are being read when the table is not there yet', async () => {
		const {data} = await aLoadedState(spendingRun());
		const value = data.face === 'ready' ? data.value : undefined;
		const state = value === undefined ? aState() : aState(undefined, {data: {face: 'ready', value: {...value, runModels: null}}});

		const view = viewTotals(state, {columns: 76, rows: 12});

		expect(texts(view.lines).at(-1)).toBe('  Reading …');
		expect(view.table).toEqual([]);
	});

	test('show no more rows than anybody reads, however large the screen is', async () => {
		const usage = Array.from({length: 50}, (_, index) => aUsageRecord({model: `model-${index}`, messageId: `m${index}`}));
		const state = stateAfter(await aLoadedState({runs: [aRun()], agents: [anAgent()], usage}), '3', 'z');

		const view = viewTotals(state, {columns: 76, rows: 60});

		expect(view.table).toHaveLength(20);
		expect(view.status).toBe('+ 30 models');
	});

	test('tell how many models there is no room for', async () => {
		const usage = Array.from({length: 9}, (_, index) => aUsageRecord({model: `model-${index}`, messageId: `m${index}`}));
		const state = await aLoadedState({runs: [aRun()], agents: [anAgent()], usage});

		const view = viewTotals(state, {columns: 56, rows: 12});

		expect(view.table).toHaveLength(4);
		expect(view.status).toBe('+ 5 models, z shows all');
	});
});

describe('checkpoints', () => {
	const many = {
		runs: [aRun({workflow: 'nightly'}), aRun({id: anId('run', 2)})],
		checkpoints: [
			aCheckpoint(),
			aCheckpoint({id: anId('cp', 2), kind: 'manual', label: 'mine', runId: null}),
			aCheckpoint({id: anId('cp', 3), runId: anId('run', 2)}),
			aCheckpoint({id: anId('cp', 4), kind: 'write', label: 'before Write src/a.ts', runId: anId('run', 2)}),
		],
	};

	test('before writes stand back behind those before steps, and another run begins with its name', async () => {
		const view = viewCheckpoints(await aLoadedState(many), {columns: 40, rows: 10});

		expect(
			texts(view.lines)
				.slice(1)
				.map(text => text.slice(0, 33).trimEnd()),
		).toEqual([
			expect.stringMatching(/^❯ ○ \d\d:00:00 {3}before Write s/) as string,
			expect.stringMatching(/^ {2}● \d\d:00:00 before build/) as string,
			expect.stringMatching(/^ {2}◆ \d\d:00:00 mine/) as string,
			'── run_0000000001 nightly ───────',
			expect.stringMatching(/^ {2}● \d\d:00:00 before build/) as string,
		]);
	});

	test('show their ids where these fit, else that of the selected one', async () => {
		const state = await aLoadedState(many);

		expect(viewCheckpoints(state, {columns: 52, rows: 10}).status).toBe('');
		expect(texts(viewCheckpoints(state, {columns: 52, rows: 10}).lines)[1]).toContain('cp_0000000004');
		expect(viewCheckpoints(state, {columns: 40, rows: 10}).status).toBe('cp_0000000004');
	});

	test('keep the selected one in sight below the names of runs', async () => {
		const checkpoints = Array.from({length: 40}, (_, index) =>
			aCheckpoint({id: anId('cp', index + 1), runId: anId('run', Math.ceil((index + 1) / 2))}),
		);
		const state = stateAfter(await aLoadedState({runs: [aRun()], checkpoints}), '4', 'G');

		expect(texts(viewCheckpoints(state, {columns: 76, rows: 6}).lines).at(-1)).toMatch(/^❯ .*cp_0000000001$/);
	});

	test('mark the one that undoes the last restore', async () => {
		const state = await aLoadedState({
			runs: [aRun()],
			checkpoints: [aCheckpoint(), aCheckpoint({id: anId('cp', 2), kind: 'safety', target: anId('cp', 1)})],
		});

		const view = viewCheckpoints(state, {columns: 76, rows: 10});

		expect(texts(view.lines).find(text => text.includes('cp_0000000002'))).toContain('u undoes');
		expect(view.status).toBe('↺ restored cp_0000000001');
	});
});

test('hostile names, labels and output reach no screen as control characters', async () => {
	const evil = '\u001b]52;c;Zm9v\u0007\u001b[2J\u009b31m\u0000\rx\u202egnp.exe\u200b\ud800\t';
	const agent = anAgent({name: evil, engine: evil, model: evil, error: evil, status: 'failed', exitCode: null});
	const state = await aLoadedState(
		{
			runs: [aRun({workflow: evil, error: evil, status: 'failed'})],
			agents: [agent],
			usage: [aUsageRecord({model: evil})],
			checkpoints: [aCheckpoint({label: evil})],
			logs: {[agent.id]: [aLogLine(evil), aLogLine('你好 👩‍👩‍👧 é́́́ soft\u00adhyphen \ufeff')]},
		},
		{columns: 160, rows: 40},
	);

	const size = {columns: 160, rows: 40};
	for (const keys of [[], ['3', 'z'], ['4', 'z'], ['H'], ['r']]) {
		const frame = drawScreen(stateAfter(state, ...keys));
		expect(findMisfit(frame, size)).toBeUndefined();
		for (const row of frame.split('\n').slice(1, -1)) {
			expect(displayWidth(row)).toBe(size.columns);
			expect(row).toMatch(/[┓┃┛╮│╯]$/);
		}
	}
});
