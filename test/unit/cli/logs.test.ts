import {Readable} from 'node:stream';
import {describe, expect, test} from 'vitest';
import {RadError} from '../../../source/domain/failures.ts';
import {aLogLine, anAgent, anId, aRun, T0} from '../../support/builders.ts';
import {aWorkspace, BUILD, PLAN, RUN_ID} from './example-workspace.ts';
import {collect, runWords} from './run-words.ts';

const EXPLORE = anId('agt', 2);

type Printed = {readonly agentId: string; readonly agentName: string; readonly text: string};

const linesOf = (out: string): readonly Printed[] => out.split('\n').flatMap(line => (line === '' ? [] : [JSON.parse(line) as Printed]));
const textsOf = (out: string): readonly string[] => linesOf(out).map(({text}) => text);

describe('rad logs', () => {
	test('takes the newest agent when none is named', async () => {
		expect((await runWords(['logs'], {fake: aWorkspace()})).out).toContain('1 test failed');
	});

	test('says that no agent has run', async () => {
		expect(await runWords(['logs'])).toMatchObject({
			exitCode: 3,
			out: '',
			err: 'rad: No agent has run in this workspace yet.\n  try: rad run <workflow>\n',
		});
	});

	test('keeps tabs and removes what could steer a terminal', async () => {
		const fake = aWorkspace({logs: {[BUILD]: [aLogLine('\ta\u001B[2J\u0007b')]}});

		expect((await runWords(['logs'], {fake})).out).toBe('2026-03-01T14:00:00.000Z\tout\t\ta\u{FFFD}b\n');
	});

	test('prints nothing at all for -n 0', async () => {
		expect(await runWords(['logs', '-n', '0'], {fake: aWorkspace(), isTerminal: true})).toMatchObject({exitCode: 0, out: '', err: ''});
	});

	test.each([
		['running', 'plan has printed nothing yet.\n'],
		['completed', 'plan printed nothing.\n'],
	] as const)('says that there is nothing of an agent that is %s', async (status, err) => {
		const fake = aWorkspace({agents: [anAgent({id: PLAN, name: 'plan', status})], logs: {}});

		expect(await runWords(['logs'], {fake, isTerminal: true})).toMatchObject({exitCode: 0, out: '', err});
	});

	test('follows until the reader goes away', async () => {
		const fake = aWorkspace({agents: [anAgent({id: PLAN})]});
		const gone = collect().stream;
		gone.destroy();

		expect(await runWords(['logs', '-f'], {fake, out: gone})).toMatchObject({exitCode: 0, err: ''});
	});

	test('follows until Ctrl-C', async () => {
		const fake = aWorkspace({agents: [anAgent({id: PLAN})]});
		const controller = new AbortController();

		const following = runWords(['logs', '-f', '--json'], {fake, signal: controller.signal});
		await new Promise<void>(resolve => setImmediate(resolve));
		fake.log(PLAN, aLogLine('more'));
		controller.abort('SIGINT');

		const {exitCode, out} = await following;
		expect(exitCode).toBe(130);
		expect(textsOf(out)).toEqual(['I will look at the limiter first.', 'Read src/limiter.ts', 'more']);
	});

	test('hands raw bytes to a pipe unchanged', async () => {
		const bytes = Buffer.from([0x1b, 0x5b, 0x33, 0x31, 0x6d, 0xff, 0x00, 0x0a]);
		const fake = aWorkspace();
		const out = collect();

		await runWords(['logs', '--raw'], {
			fake,
			out: out.stream,
			rad: {logs: {...fake.rad.logs, raw: async () => Readable.from([bytes.subarray(0, 3), bytes.subarray(3)])}},
		});

		expect(out.bytes()).toEqual(bytes);
	});

	test.each([
		[['--grep', 'WILL LOOK'], ['I will look at the limiter first.']],
		[['--level', 'done'], ['Read src/limiter.ts']],
		[['--since', '4m59s'], ['Read src/limiter.ts']],
		[['--since', '2026-03-01T14:00:01Z', '--level', 'said'], []],
		[['--grep', 'l', '-n', '1'], ['Read src/limiter.ts']],
	])('prints only the lines that fit %j', async (flags, texts) => {
		const {out, exitCode} = await runWords(['logs', PLAN, '--json', ...flags], {fake: aWorkspace()});

		expect(exitCode).toBe(0);
		expect(textsOf(out)).toEqual(texts);
	});

	test('tells how to see more of the same', async () => {
		const fake = aWorkspace();

		expect(await runWords(['logs', PLAN, '-n', '1', '--grep', "'l", '--level', 'all', '--since', '10m'], {fake})).toMatchObject({err: ''});
		expect((await runWords(['logs', PLAN, '-n', '1', '--grep=l', '--level', 'all', '--since', '10m'], {fake})).err).toBe(
			`There are earlier lines: rad logs ${PLAN} --level all --grep=l --since 2026-03-01T13:55:00.000Z -n 10\n`,
		);
	});

	test('says that no line fits', async () => {
		expect(await runWords(['logs', PLAN, '--grep', 'no such text'], {fake: aWorkspace(), isTerminal: true})).toMatchObject({
			exitCode: 0,
			out: '',
			err: 'No line of plan fits.\n',
		});
	});

	test.each([
		['--since', 'yesterday'],
		['--level', 'loud'],
		['--grep', ''],
	])('refuses %s %j', async (flag, value) => {
		expect(await runWords(['logs', flag, value], {fake: aWorkspace()})).toMatchObject({exitCode: 2, out: ''});
	});

	test.each([
		['on a terminal', ['--raw'], true],
		['with --grep', ['--raw', '--grep', 'text'], false],
		['with --level', ['--raw', '--level', 'all'], false],
		['with --since', ['--raw', '--since', '10m'], false],
		['with -n', ['--raw', '-n', '3'], false],
		['with --json', ['--raw', '--json'], false],
	])('refuses raw bytes %s', async (_, flags, isTerminal) => {
		expect(await runWords(['logs', ...flags], {fake: aWorkspace(), isTerminal})).toMatchObject({exitCode: 2, out: ''});
	});
});

describe('rad logs of several agents', () => {
	const explored = [aLogLine('Looking for callers', {kind: 'text', at: T0 + 500}), aLogLine('Found 3', {kind: 'result', at: T0 + 4500})];
	const aSplitWorkspace = () => {
		const fake = aWorkspace();
		fake.log(EXPLORE, ...explored);
		return fake;
	};

	test('puts the lines of a run in the order of their times, each with its agent', async () => {
		const {out, err} = await runWords(['logs', RUN_ID], {fake: aSplitWorkspace()});

		expect(out).toBe(
			[
				`${PLAN}\tplan\t2026-03-01T14:00:00.000Z\ttext\tI will look at the limiter first.`,
				`${BUILD}\tbuild\t2026-03-01T14:00:00.000Z\trad\tnpm test`,
				`${EXPLORE}\tFind the callers of the limiter\t2026-03-01T14:00:00.500Z\ttext\tLooking for callers`,
				`${BUILD}\tbuild\t2026-03-01T14:00:01.000Z\tout\t\tat limiter.ts:12`,
				`${BUILD}\tbuild\t2026-03-01T14:00:02.000Z\terr\t1 test failed`,
				`${PLAN}\tplan\t2026-03-01T14:00:04.000Z\ttool\tRead src/limiter.ts`,
				`${EXPLORE}\tFind the callers of the limiter\t2026-03-01T14:00:04.500Z\tresult\tFound 3`,
				'',
			].join('\n'),
		);
		expect(err).toBe('');
	});

	test.each([
		[
			[PLAN, '--children'],
			[PLAN, EXPLORE, PLAN, EXPLORE],
		],
		[
			[EXPLORE, '--children'],
			[EXPLORE, EXPLORE],
		],
		[
			[BUILD, PLAN],
			[BUILD, PLAN, BUILD, BUILD, PLAN],
		],
		[
			[BUILD, RUN_ID, BUILD],
			[BUILD, PLAN, EXPLORE, BUILD, BUILD, PLAN, EXPLORE],
		],
	])('takes %j, each agent once', async (words, ids) => {
		const {out} = await runWords(['logs', ...words, '--json'], {fake: aSplitWorkspace()});

		expect(linesOf(out).map(({agentId}) => agentId)).toEqual(ids);
	});

	test('tells the agent in every line of JSON, also of one', async () => {
		const {out} = await runWords(['logs', PLAN, '-n', '1', '--json'], {fake: aSplitWorkspace()});

		expect(linesOf(out)).toEqual([{agentId: PLAN, agentName: 'plan', at: T0 + 4000, kind: 'tool', text: 'Read src/limiter.ts'}]);
	});

	test('counts the last lines of all together', async () => {
		const {out, err} = await runWords(['logs', RUN_ID, '-n', '3'], {fake: aSplitWorkspace()});

		expect(out.split('\n').map(line => line.split('\t')[0])).toEqual([BUILD, PLAN, EXPLORE, '']);
		expect(err).toBe(`There are earlier lines: rad logs ${RUN_ID} -n 30\n`);
	});

	test('counts only lines that fit', async () => {
		const {out, err} = await runWords(['logs', PLAN, '--children', '-n', '1', '--grep', 'look'], {fake: aSplitWorkspace()});

		expect(out).toBe(`${EXPLORE}\tFind the callers of the limiter\t2026-03-01T14:00:00.500Z\ttext\tLooking for callers\n`);
		expect(err).toBe(`There are earlier lines: rad logs ${PLAN} --children --grep=look -n 10\n`);
	});

	test('shows a person names in a column, cut where they are long, coloured only where colours are on', async () => {
		const situation = {isTerminal: true, columns: 100};
		const plain = await runWords(['logs', RUN_ID, '-n', '2'], {...situation, fake: aSplitWorkspace()});
		const coloured = await runWords(['logs', RUN_ID, '-n', '2'], {...situation, fake: aSplitWorkspace(), color: true});

		expect(plain.out).toMatch(/^plan {17}\d\d:\d\d:\d\d tool {2}│ Read src\/limiter\.ts\nFind the callers of… \d\d:\d\d:\d\d result│ Found 3\n$/);
		expect(coloured.out).toContain('\u001B[36mplan                 \u001B[0m');
	});

	test('lets no name steer a terminal or add a field', async () => {
		const fake = aWorkspace({agents: [anAgent({id: PLAN, name: 'a\u001B[2J\tb\nc'})], logs: {[PLAN]: [aLogLine('text')]}});

		expect((await runWords(['logs', PLAN, '--children'], {fake})).out).toBe(`${PLAN}\ta b c\t2026-03-01T14:00:00.000Z\tout\ttext\n`);
	});

	test('tells the attempts of a step apart', async () => {
		const OTHER = anId('agt', 4);
		const agents = [1, 2].map(attempt => anAgent({id: attempt === 1 ? PLAN : OTHER, name: 'tests', stepId: 'tests', attempt}));
		const fake = aWorkspace({agents, logs: {[PLAN]: [aLogLine('one')], [OTHER]: [aLogLine('two')]}});

		const {out} = await runWords(['logs', PLAN, OTHER], {fake, isTerminal: true});

		expect(out.split('\n').map(line => line.slice(0, 17))).toEqual(['tests (attempt 1)', 'tests (attempt 2)', '']);
	});

	test('passes over agents without a log, and says so; fails when none has one', async () => {
		const agents = [anAgent({id: PLAN, name: 'plan'}), anAgent({id: BUILD, name: 'build', logFile: null, status: 'completed', endedAt: T0})];
		const fake = aWorkspace({agents});

		expect(await runWords(['logs', RUN_ID, '-n', '1'], {fake})).toMatchObject({
			exitCode: 0,
			out: `${PLAN}\tplan\t2026-03-01T14:00:04.000Z\ttool\tRead src/limiter.ts\n`,
			err: expect.stringContaining('There is no log of 1 agent of these.\n'),
		});
		expect(await runWords(['logs', BUILD, '--children'], {fake})).toMatchObject({exitCode: 3, out: ''});
		expect(await runWords(['logs', BUILD, '-f'], {fake})).toMatchObject({exitCode: 3, out: ''});
	});

	test.each([
		[{agents: []}, 'No agent of it has started yet.\n'],
		[{logs: {}}, 'None of these agents has printed anything.\n'],
	])('says that there is nothing', async (change, err) => {
		expect(await runWords(['logs', RUN_ID], {fake: aWorkspace(change), isTerminal: true})).toMatchObject({exitCode: 0, out: '', err});
	});

	test('follows a run until it is over, with the agents that start meanwhile', async () => {
		const LATE = anId('agt', 9);
		const fake = aWorkspace({runs: [aRun({id: RUN_ID, status: 'running'})]});
		const done = fake.data().agents;
		const live = anAgent({id: anId('agt', 8), name: 'live', status: 'running'});
		fake.update({agents: [...done, live]});
		fake.log(live.id, aLogLine('live: first', {at: T0 + 1500}));
		const out = collect();
		const following = runWords(['logs', RUN_ID, '-f', '-n', '3', '--json'], {fake, out: out.stream});
		const sees = async (text: string): Promise<void> => {
			while (!textsOf(out.text()).includes(text)) await new Promise<void>(resolve => setImmediate(resolve));
		};

		await sees('live: first');
		fake.log(live.id, aLogLine('live: second', {at: T0}));
		const late = anAgent({id: LATE, name: 'late', status: 'running'});
		fake.log(LATE, aLogLine('late: first'));
		fake.update({agents: [...done, live, late]});
		await sees('late: first');
		fake.log(LATE, aLogLine('late: last'));
		fake.update({agents: [...done, ...[live, late].map(agent => ({...agent, status: 'completed' as const, endedAt: T0}))]});
		fake.update({runs: [aRun({id: RUN_ID, status: 'completed'})]});

		expect((await following).exitCode).toBe(0);
		expect(textsOf(out.text())).toEqual(['live: first', '1 test failed', 'Read src/limiter.ts', 'live: second', 'late: first', 'late: last']);
	});

	test('ends at once where all are over', async () => {
		const {exitCode, out} = await runWords(['logs', PLAN, '--children', '-f', '-n', '1', '--json'], {fake: aSplitWorkspace()});

		expect(exitCode).toBe(0);
		expect(textsOf(out)).toEqual(['Found 3']);
	});

	test('fails when a log cannot be followed', async () => {
		const fake = aWorkspace({agents: [anAgent({id: PLAN, status: 'running'})]});
		const follow = () => Promise.reject(new RadError('PATH_UNSAFE', 'It is a link.'));

		expect((await runWords(['logs', PLAN, '-f'], {fake, rad: {logs: {...fake.rad.logs, follow}}})).exitCode).toBe(7);
	});

	test.each([
		['a run', [RUN_ID, '--raw']],
		['two agents', [PLAN, BUILD, '--raw']],
		['children', [PLAN, '--children', '--raw']],
	])('refuses the raw bytes of %s', async (_, words) => {
		expect(await runWords(['logs', ...words], {fake: aWorkspace()})).toMatchObject({exitCode: 2, out: ''});
	});

	test.each([
		['run_zzzzzzzzzz', 3],
		['agt_zzzzzzzzzz', 3],
	])('knows no %s', async (word, exitCode) => {
		expect(await runWords(['logs', PLAN, word], {fake: aWorkspace()})).toMatchObject({exitCode, out: ''});
	});
});

describe('the pager of rad logs', () => {
	const long = (count: number) => aWorkspace({logs: {[PLAN]: Array.from({length: count}, (_, index) => aLogLine(`line ${index}`))}});
	const createPager = (isThere = true) => {
		const shown: string[] = [];
		const show = async (text: string): Promise<boolean> => {
			if (isThere) shown.push(text);
			return isThere;
		};
		return {shown, pager: {rows: () => 10, show}};
	};

	test.each([
		[9, 0],
		[10, 1],
	])('is used on a terminal of ten rows for %i lines %i times', async (count, times) => {
		const {shown, pager} = createPager();
		const plain = await runWords(['logs', PLAN], {fake: long(count), isTerminal: true});
		const {out} = await runWords(['logs', PLAN], {fake: long(count), isTerminal: true, pager});

		expect(shown).toEqual(times === 0 ? [] : [plain.out]);
		expect(out).toBe(times === 0 ? plain.out : '');
	});

	test('counts the rows that long lines take', async () => {
		const fake = aWorkspace({logs: {[PLAN]: [aLogLine('x'.repeat(9 * 80))]}});
		const {shown, pager} = createPager();

		await runWords(['logs', PLAN], {fake, isTerminal: true, color: true, pager});

		expect(shown).toHaveLength(1);
	});

	test('gets the colours of the terminal, and nothing that steers it', async () => {
		const logs = {[PLAN]: Array.from({length: 10}, () => aLogLine('\u001B[2Jx', {kind: 'err'}))};
		const {shown, pager} = createPager();

		await runWords(['logs', PLAN], {fake: aWorkspace({logs}), isTerminal: true, color: true, pager});

		expect(shown[0]).toContain('\u001B[31merr   \u001B[0m');
		expect(shown[0]?.replaceAll(/\u001B\[\d+m/g, '')).not.toContain('\u001B');
	});

	test.each([
		['into a pipe', [], false],
		['as JSON', ['--json'], true],
		['without one', ['--no-pager'], true],
		['when following', ['-f'], true],
	])('is not used %s', async (_, flags, isTerminal) => {
		const {shown, pager} = createPager();

		const {out, exitCode} = await runWords(['logs', PLAN, ...flags], {fake: long(50), isTerminal, pager});

		expect({exitCode, shown, lines: out.match(/line \d+/g)?.length}).toEqual({exitCode: 0, shown: [], lines: 50});
	});

	test('leaves the printing to rad when there is no such program', async () => {
		const {pager} = createPager(false);

		const {out} = await runWords(['logs', PLAN], {fake: long(50), isTerminal: true, pager});

		expect(out.match(/line \d+/g)).toHaveLength(50);
	});
});
