import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {encodeMessage, encodeStart, parseRecording, type RecordedMessage, type RecordingStart} from '../../../source/tui/recording.ts';
import type {Job, JobOutcome, Message} from '../../../source/tui/state.ts';
import {
	aCheckpoint,
	aLogLine,
	anAgent,
	anId,
	aPlannedChange,
	aRequest,
	aRestorePlan,
	aRun,
	aStep,
	aToolCall,
	T0,
	tokens,
} from '../../support/builders.ts';

const START: RecordingStart = {
	rad: '1.2.3',
	size: {columns: 80, rows: 24},
	now: T0,
	utcOffset: 120,
	workspaceName: 'payments-api',
	choice: 'newest',
	canSuspend: true,
	ownKeys: new Map([['stop-run', ['ctrl+k']]]),
};

const FIRST = encodeStart(START);

const write = (...messages: readonly RecordedMessage[]): string => FIRST + messages.map(encodeMessage).join('');

const anyText = fc.string({unit: 'binary'});
const anyMoment = fc.integer({min: 0, max: 8.64e15});
const anyCost = fc.bigInt({min: -(10n ** 30n), max: 10n ** 30n});
const anyCount = fc.nat();
const anyProblem = fc.record({message: anyText, hint: fc.option(anyText)});
const anyAgentId = fc.nat(1000).map(number => anId('agt', number));
const anyUsage = fc.record({
	tokens: fc.constant(tokens({input: 12})),
	responses: anyCount,
	costNanoUsd: anyCost,
	unpriced: anyCount,
	costSource: fc.constantFrom('reported', 'estimated', 'unknown'),
	cacheSavedNanoUsd: anyCost,
});
const anyGroup = fc
	.tuple(anyUsage, anyText, fc.record({responses: anyCount, costNanoUsd: anyCost}))
	.map(([usage, key, recorded]) => ({...usage, key, recorded}));
const anyQuestion = fc.record(
	{
		about: fc.constantFrom('gate', 'usage-limit'),
		block: anyText,
		limit: fc.record({engine: anyText, resetsAt: fc.option(anyMoment)}),
		message: anyText,
		show: fc.constant(['diff', 'outputs'] as const),
		// A name that JSON reads as a member is one that an assignment would not make one.
		outputs: fc.dictionary(
			fc.oneof(anyText, fc.constant('__proto__')),
			fc.dictionary(
				anyText,
				// As JSON keeps it: that has no -0.
				fc.jsonValue().map(value => JSON.parse(JSON.stringify(value))),
			),
		),
		until: fc.option(anyMoment),
		onTimeout: fc.constantFrom('reject', 'approve'),
	},
	{requiredKeys: ['about', 'message', 'show', 'outputs', 'until', 'onTimeout']},
);
const anyStep = fc
	.tuple(anyText, fc.option(anyQuestion))
	.map(([stepId, question]) => ({...aStep({stepId, status: 'waiting'}), question, takenFrom: anId('run', 3)}));
const anyAgent = fc.tuple(anyAgentId, anyText, anyMoment).map(([id, name, startedAt]) => anAgent({id, name, startedAt, exitCode: -1}));
const anySnapshot = fc.record({
	runs: fc.constant([aRun(), aRun({status: 'queued'})]),
	run: fc.option(fc.constant(aRun())),
	runSteps: fc.array(anyStep),
	runAgents: fc.array(anyAgent),
	runTotals: anyUsage,
	runAllowance: fc.record({costNanoUsd: fc.option(anyCount), tokens: fc.option(anyCount), turns: fc.option(anyCount)}),
	runModels: fc.option(fc.array(anyGroup)),
	runCourse: fc.option(
		fc.record({
			spanMs: fc.integer({min: 1}),
			spans: fc.array(fc.tuple(anyGroup, anyMoment).map(([{key: _, ...group}, startsAt]) => ({...group, startsAt}))),
			recent: fc.option(anyGroup),
			recentFrom: anyMoment,
		}),
	),
	runUsage: fc.array(fc.tuple(anyAgentId, anyUsage)).map(pairs => new Map(pairs.map(([agentId, usage]) => [agentId, {...usage, agentId}]))),
	days: fc.option(fc.array(anyGroup)),
	activeAgents: fc.array(anyAgent),
	checkpoints: fc.constant([aCheckpoint(), aCheckpoint({stat: null, uncovered: ['big.iso']})]),
	requests: fc.constant([
		aRequest({subject: {kind: 'restore', checkpointId: anId('cp', 3)}}),
		aRequest({subject: {kind: 'replay', callId: 'c', tool: 'Write', argumentsJson: '{}', writes: ['a']}}),
	]),
	questions: fc.array(
		fc.tuple(anyStep, anyQuestion).map(([step, question]) => ({step, question, changes: {since: anId('cp', 1), files: [aPlannedFile()]}})),
	),
});
const aPlannedFile = () => ({path: 'a.txt', change: 'added', additions: null, deletions: 3}) as const;

const ENDS: ReadonlyArray<readonly [Job, JobOutcome]> = [
	[
		{kind: 'preview', checkpointId: anId('cp', 1)},
		{
			kind: 'previewed',
			plan: aRestorePlan({
				changes: [
					aPlannedChange({
						changedBy: [{kind: 'user'}, {kind: 'step', runId: anId('run', 1), stepId: 'a'}, {kind: 'restore', checkpointId: anId('cp', 2)}],
					}),
				],
				kept: [{path: 'b', reason: 'large'}],
			}),
		},
	],
	[
		{kind: 'restore', checkpointId: anId('cp', 1), stopRuns: true, paths: ['a']},
		{kind: 'restored', result: {restored: aCheckpoint(), safety: null, changes: [aPlannedFile()], kept: [], hasHeadMoved: true}},
	],
	[
		{kind: 'diff', checkpointId: anId('cp', 1), path: 'a'},
		{kind: 'diffed', text: '+a'},
	],
	[
		{kind: 'list-workflows'},
		{
			kind: 'workflows-listed',
			list: [
				{
					name: 'a',
					file: 'a.yaml',
					description: null,
					inputs: [{name: 'task', isRequired: true, description: null}],
					problems: [{file: 'a.yaml', line: 1, column: 1, message: 'no'}],
				},
			],
		},
	],
	[
		{kind: 'start', workflow: 'a', inputs: {task: 'b'}},
		{kind: 'started', run: aRun()},
	],
	[
		{kind: 'stop', runId: anId('run', 1), how: 'now'},
		{kind: 'stopped', run: aRun()},
	],
	[
		{kind: 'stop-agent', agentId: anId('agt', 1)},
		{kind: 'agent-stopped', agent: anAgent()},
	],
	[
		{kind: 'decide', requestId: anId('req', 1), isGranted: false, edited: null},
		{kind: 'decided', request: aRequest({subject: {kind: 'restore', checkpointId: anId('cp', 3)}})},
	],
	[
		{kind: 'answer', runId: anId('run', 1), stepId: 'a', isApproved: true},
		{kind: 'answered', step: aStep()},
	],
	[{kind: 'list-workflows'}, {kind: 'failed', problem: {message: 'no', hint: null}}],
];

/** One of each type; a type without one does not compile. */
const ANY_MESSAGE: {readonly [Type in Message['type']]: fc.Arbitrary<Omit<Extract<Message, {type: Type}>, 'type'>>} = {
	'key-pressed': fc.record({key: anyText}),
	pasted: fc.record({text: anyText}),
	resized: fc.record({size: fc.record({columns: fc.nat(1000), rows: fc.nat(1000)})}),
	ticked: fc.record({now: anyMoment}),
	'data-loaded': fc.record({snapshot: anySnapshot, now: anyMoment}),
	'data-failed': fc.record({problem: anyProblem}),
	'log-received': fc.record({agentId: anyAgentId, lines: fc.array(anyText.map(text => aLogLine(text)))}),
	'log-reopened': fc.record({agentId: anyAgentId, lines: fc.array(anyText.map(text => aLogLine(text)))}),
	'log-failed': fc.record({agentId: anyAgentId, problem: anyProblem}),
	'detail-loaded': fc.record({
		agentId: anyAgentId,
		detail: fc.oneof(
			fc.constant({face: 'loading'} as const),
			fc.record({face: fc.constant('failed'), problem: anyProblem}),
			fc.record({
				face: fc.constant('ready'),
				value: fc.record({
					usage: anyUsage,
					models: fc.array(fc.tuple(anyUsage, anyText, anyText).map(([usage, provider, model]) => ({...usage, provider, model}))),
					toolCalls: fc.constant([aToolCall()]),
					course: fc.record({spanMs: fc.integer({min: 1, max: 1_000_000}), spans: fc.constant([])}),
				}),
			}),
		),
	}),
	'job-ended': fc.constantFrom(...ENDS).map(([job, outcome]) => ({job, outcome})),
	'terminal-wish-granted': fc.record({now: anyMoment}),
	'call-edited': fc.record({requestId: fc.constant(anId('req', 1)), text: anyText}),
	'notice-raised': fc.record({notice: fc.record({tone: fc.constantFrom('good', 'bad', 'quiet'), text: anyText})}),
};

const anyMessage: fc.Arbitrary<Message> = fc.oneof(
	...Object.entries<fc.Arbitrary<object>>(ANY_MESSAGE).map(([type, rest]) => rest.map(each => ({type, ...each}) as Message)),
);

describe('a recording', () => {
	test('is read back exactly as it was written, whatever happened', () => {
		const anyRecorded = fc.record({at: fc.nat(), message: anyMessage});

		fc.assert(
			fc.property(fc.array(anyRecorded, {maxLength: 5}), messages => {
				expect(parseRecording(write(...messages))).toEqual({start: START, messages, isCutShort: false});
			}),
		);
	});

	test('is one line for each message', () => {
		const key = (text: string): RecordedMessage => ({at: 0, message: {type: 'key-pressed', key: text}});

		expect(write(key('\n'), key('\u2028'), key('\ud800')).split('\n')).toHaveLength(5);
	});

	test('ends before a last line that is cut off, wherever that is', () => {
		const whole = write({at: 1, message: {type: 'ticked', now: 5}}, {at: 2, message: {type: 'ticked', now: 6}});
		const ofFirst = FIRST.length;

		for (let end = ofFirst; end <= whole.length; end += 1) {
			const parsed = parseRecording(whole.slice(0, end));

			expect(parsed).toHaveProperty('messages');
			if ('messages' in parsed) expect(parsed.messages.length).toBeLessThanOrEqual(2);
		}
		expect(parseRecording(whole.slice(0, -5))).toMatchObject({messages: [{at: 1}], isCutShort: true});
	});
});

describe('what is no recording', () => {
	const TICK = '{"at":1,"message":{"type":"ticked","now":5}}';

	test.each([
		['nothing at all', '', 1, 'does not begin as'],
		['a text', 'hello\nworld\n', 1, 'does not begin as'],
		['another JSON document', '{"version": 1}\n', 1, 'does not begin as'],
		['a first line that lacks something', FIRST.replace('"now"', '"then"'), 1, '"now" is not'],
		['a screen of a million columns', FIRST.replace('"columns":80', '"columns":1000000'), 1, '"size.columns" is not'],
		['a line of rubbish', `${FIRST}${TICK}\n\u0000\u0001\n${TICK}\n`, 3, 'it is no JSON'],
		['an empty line', `${FIRST}\n${TICK}\n`, 2, 'it is no JSON'],
		['a number for a line', `${FIRST}7\n`, 2, 'it is not what it has to be'],
		['a message that nobody knows', `${FIRST}{"at":1,"message":{"type":"exploded"}}\n`, 2, '"message.type" is not'],
		['a message by the name of a member', `${FIRST}{"at":1,"message":{"type":"__proto__"}}\n`, 2, '"message.type" is not'],
		['a moment that no calendar has', `${FIRST}{"at":1,"message":{"type":"ticked","now":9e15}}\n`, 2, '"message.now" is not'],
		['a time before the start', `${FIRST}{"at":-1,"message":{"type":"ticked","now":5}}\n`, 2, '"at" is not'],
		[
			'a place deep in a message',
			`${FIRST}{"at":1,"message":{"type":"log-received","agentId":"${anId('agt', 1)}","lines":[{"at":1,"kind":"shout","text":""}]}}\n`,
			2,
			'"message.lines.0.kind" is not',
		],
	])('is told with its line: %s', (_, text, line, reason) => {
		expect(parseRecording(text)).toEqual({line, reason: expect.stringContaining(reason), isNewer: false});
	});

	test('a later version is told from rubbish', () => {
		expect(parseRecording(FIRST.replace('"version":1', '"version":2'))).toMatchObject({
			line: 1,
			isNewer: true,
			reason: expect.stringContaining('version 2'),
		});
	});

	test('no text makes the reader throw', () => {
		const anyLine = fc.oneof(
			anyText,
			fc.json(),
			fc.json().map(message => `{"at":1,"message":${message}}`),
		);

		fc.assert(
			fc.property(fc.boolean(), fc.array(anyLine), (hasFirst, lines) => {
				const parsed = parseRecording((hasFirst ? FIRST : '') + lines.join('\n'));

				expect('messages' in parsed || parsed.line > 0).toBe(true);
			}),
		);
	});

	test('does not get members through that a message does not have', () => {
		const parsed = parseRecording(`${FIRST}{"at":1,"message":{"type":"ticked","now":5,"evil":1},"evil":1}\n`);

		expect(parsed).toMatchObject({messages: [{at: 1, message: {type: 'ticked', now: 5}}]});
		expect(JSON.stringify(parsed)).not.toContain('evil');
	});
});
