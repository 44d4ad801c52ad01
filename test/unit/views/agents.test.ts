import {describe, expect, test} from 'vitest';
import {AGENT_STATUSES, RUN_STATUSES, STEP_STATUSES} from '../../../source/domain/status.ts';
import {formatAgentDuration, formatEngine, formatOutcome} from '../../../source/views/agent-text.ts';
import {toTreeRows} from '../../../source/views/agent-tree.ts';
import {labelAgent, labelRun, labelStep} from '../../../source/views/status-label.ts';
import {displayWidth} from '../../../source/views/width.ts';
import {anAgent, anId, T0} from '../../support/builders.ts';

describe('the tree of agents', () => {
	const child = (id: number, parent: number | null) =>
		anAgent({id: anId('agt', id), name: `a${id}`, parentId: parent === null ? null : anId('agt', parent)});

	test('draws children below their parent, in the given order', () => {
		const rows = toTreeRows([child(1, null), child(2, 1), child(3, 1), child(4, 2), child(5, null), child(6, 5)]);

		expect(rows.map(({agent, guide}) => `${guide}${agent.name}`)).toEqual(['a1', '├─a2', '│ └─a4', '└─a3', 'a5', '└─a6']);
		expect(rows.map(({depth, childCount}) => [depth, childCount])).toEqual([
			[0, 2],
			[1, 1],
			[2, 0],
			[1, 0],
			[0, 1],
			[1, 0],
		]);
	});

	test('makes an agent a root when its parent is not in the list', () => {
		expect(toTreeRows([child(2, 1)]).map(({depth}) => depth)).toEqual([0]);
	});
});

describe('an agent in words', () => {
	test('never passes a recording for the program that it plays back', () => {
		expect(formatEngine({engine: 'claude', isRecording: false})).toBe('claude');
		expect(formatEngine({engine: 'recorded', isRecording: true})).toBe('recording');
		expect(formatEngine({engine: 'claude', isRecording: true})).toBe('claude (recording)');
	});

	test('has an exit code where that tells more', () => {
		expect(formatOutcome({status: 'failed', isUnattended: false, exitCode: 3})).toBe('failed (exit 3)');
		expect(formatOutcome({status: 'failed', isUnattended: false, exitCode: 0})).toBe('failed');
		expect(formatOutcome({status: 'timed_out', isUnattended: false, exitCode: 143})).toBe('timed out');
		expect(formatOutcome({status: 'running', isUnattended: true, exitCode: null})).toBe('running (unattended)');
	});

	test('lasts until it ended, or until now', () => {
		expect(formatAgentDuration({startedAt: T0, endedAt: T0 + 2000}, T0 + 9000)).toBe('2.0s');
		expect(formatAgentDuration({startedAt: T0, endedAt: null}, T0 + 9000)).toBe('9.0s');
	});
});

test('every status has a symbol that is one column wide, and a word', () => {
	const labels = [
		...AGENT_STATUSES.map(status => labelAgent({status, isUnattended: false})),
		...RUN_STATUSES.map(status => labelRun({status})),
		...STEP_STATUSES.map(status => labelStep({status})),
	];

	for (const {symbol, word} of labels) expect([displayWidth(symbol), word.length > 3], word).toEqual([1, true]);
});
