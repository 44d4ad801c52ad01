import {spawnSync} from 'node:child_process';
import {mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, statSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import process from 'node:process';
import {fileURLToPath} from 'node:url';
import {toLayout} from '../../source/workspace/layout.ts';
import {createSamples, measure, type Place, type Samples} from './measure.ts';
import {compare, limit, type Row, relate} from './report.ts';
import {fillStore} from './store-fill.ts';
import type {Suite, SuiteOptions} from './suite.ts';

const ROUNDS = 15;
const AT_MOST = {
	list: 1.35,
	listOfGh: 0.65,
	version: 1.15,
	help: 3,
	frame: 8.5,
	frameOfInk: 0.35,
	growthMs: 2,
	frameGrowth: 1.5,
	files: 3,
	kilobytes: 80,
} as const;
/** The largest store that is measured has as many telemetry rows as this says, 5,000,000 in full; by default five for each agent. */
const ROWS_VARIABLE = 'RAD_BENCH_ROWS';
const ROWS_OF_AGENT = 5;

const CAUSES = {
	start: 'the program’s own code is read and compiled at each start, and SQLite’s native module is loaded; only what a command needs should be.',
	list: 'compiling the JavaScript of rad and of better-sqlite3, and the checks with which a store is opened, take longer than the query.',
	frame: 'Ink, React and Yoga are loaded before the first frame, and a dashboard reads the whole run that it shows.',
} as const;

type Command = {readonly name: string; readonly words: readonly string[]};

const LIST: Command = {name: 'start/list', words: ['monitor', 'list', '--json', '--limit', '50']};
const FRAME: Command = {name: 'top/first-frame', words: ['top', '--once']};
const PLAIN: readonly Command[] = [
	{name: 'start/version', words: ['--version']},
	{name: 'start/help', words: ['--help']},
];

/** Programs that list things too: whether each is there is looked up once. */
const PEERS = [
	{name: 'gh alias list', argv: ['gh', 'alias', 'list']},
	{name: 'git worktree list', argv: ['git', 'worktree', 'list']},
	{name: 'sqlite3 -json', argv: ['sqlite3', '-json', '.radium/monitoring.db', 'SELECT * FROM agents ORDER BY n DESC LIMIT 50']},
	{name: 'ccusage --version', argv: ['ccusage', '--version']},
] as const;

/** The least that Ink draws, from its package as it is. */
const INK = {
	name: 'unbundled Ink, one word',
	argv: [
		process.execPath,
		'--input-type=module',
		'--eval',
		"import {render, Text} from 'ink'; import {createElement} from 'react'; render(createElement(Text, null, 'hello')).unmount();",
	],
} as const;

/** What starting rad takes, beside a Node.js that does nothing, in stores of several sizes. Needs the built program. */
export const startSuite: Suite = {
	summary: 'starting: lists, version, help, first picture, in stores of up to 100,000 agents',
	run: async options => {
		const base = realpathSync(mkdtempSync(join(tmpdir(), 'rad-bench-start-')));
		try {
			return await measureAll(base, options);
		} finally {
			rmSync(base, {recursive: true, force: true, maxRetries: 5});
		}
	},
};

type Scene = {readonly agents: number; readonly place: Place};

const measureAll = async (base: string, {root, isQuick, files, rounds, report, skip}: SuiteOptions): Promise<readonly Row[]> => {
	const program = join(root, 'bin/rad.cjs');
	const scenes = toSizes(isQuick, files).map(agents => {
		report(`a store of ${agents.toLocaleString('en-US')} agents`);
		return {agents, place: openScene(base, program, agents, isQuick)};
	});
	const [first, last] = [scenes[0], scenes.at(-1)];
	if (first === undefined || last === undefined) return [];
	const peers = PEERS.filter(({name, argv: [file, ...args]}) => {
		const isThere = spawnSync(file, args, {...first.place, stdio: 'ignore'}).status === 0;
		if (!isThere) skip(`${name}: it is not installed, or does not run here`);
		return isThere;
	});
	const samples = createSamples();
	for (let round = 1; round <= (isQuick ? 1 : (rounds ?? ROUNDS)); round += 1) {
		report(`round ${round}`);
		const run = (name: string, argv: readonly string[], place: Place): void => samples.add(name, measure(argv, place));
		const rad = ({name, words}: Command, {agents, place}: Scene): void => run(`${name} ${agents}`, [process.execPath, program, ...words], place);
		run('node', [process.execPath, '-e', '0'], first.place);
		for (const command of PLAIN) rad(command, first);
		for (const scene of scenes) for (const command of [LIST, FRAME]) rad(command, scene);
		for (const {name, argv} of peers) run(name, argv, first.place);
		run(INK.name, INK.argv, {...first.place, cwd: root});
	}
	return [...toRows(scenes, samples), ...toInkRow(first, samples), ...toPeerRows(first, peers, samples), ...countModules(base, program, first)];
};

const toSizes = (isQuick: boolean, files: readonly number[] | null): readonly number[] => {
	if (isQuick) return [1, 20];
	return files ?? (process.env[ROWS_VARIABLE] === undefined ? [1, 100, 1000, 10_000] : [1, 100, 1000, 10_000, 100_000]);
};

const openScene = (base: string, program: string, agents: number, isQuick: boolean): Place => {
	const [home, cwd] = [join(base, `home-${agents}`), join(base, `work-${agents}`)];
	for (const folder of [home, cwd]) mkdirSync(folder);
	const place = {cwd, env: {PATH: process.env['PATH'] ?? '', HOME: home, RAD_STATE_DIR: join(base, `state-${agents}`)}};
	measure(['git', 'init', '--quiet'], place);
	measure([process.execPath, program, 'init'], place);
	const most = Number(process.env[ROWS_VARIABLE] ?? 0);
	const usage = isQuick || most === 0 ? agents * ROWS_OF_AGENT : Math.min(agents * 50, most);
	const {database} = toLayout(cwd);
	rmSync(database, {force: true});
	fillStore(database, {agents, usage}, {create: true});
	return place;
};

const toScene = (agents: number): string => `${agents.toLocaleString('en-US')} agent${agents === 1 ? '' : 's'}`;

const toRows = (scenes: readonly Scene[], samples: Samples): readonly Row[] => {
	const node = samples.medianOf('node');
	const [first, last] = [scenes[0], scenes.at(-1)];
	if (node === undefined || first === undefined || last === undefined) return [];
	const yardstick = {name: 'node -e 0', cost: node};
	const beside = ({name}: Command, {agents}: Scene, atMost: number | undefined, cause: string): readonly Row[] => {
		const cost = samples.medianOf(`${name} ${agents}`);
		return cost === undefined ? [] : [{...compare(toScene(agents), name, cost, yardstick, atMost), cause}];
	};
	const growth = (name: string): readonly [number, number] => {
		const [small, large] = [first, last].map(({agents}) => samples.medianOf(`${name} ${agents}`)?.cpuMs ?? Number.NaN);
		return [small ?? Number.NaN, large ?? Number.NaN];
	};
	const [smallList, largeList] = growth(LIST.name);
	const [smallFrame, largeFrame] = growth(FRAME.name);
	const name = `${toScene(first.agents)} to ${toScene(last.agents)}`;
	return [
		...PLAIN.flatMap(command => beside(command, first, command.name === 'start/version' ? AT_MOST.version : AT_MOST.help, CAUSES.start)),
		...scenes.flatMap(scene => beside(LIST, scene, scene === first ? AT_MOST.list : undefined, CAUSES.start)),
		{...limit(name, `${LIST.name}, growth`, largeList - smallList, 'ms CPU', AT_MOST.growthMs), cause: CAUSES.list},
		...scenes.flatMap(scene => beside(FRAME, scene, scene === first ? AT_MOST.frame : undefined, CAUSES.frame)),
		{
			...relate(
				name,
				`${FRAME.name}, growth`,
				{value: largeFrame, unit: 'ms CPU'},
				{name: toScene(first.agents), value: smallFrame},
				{atMost: AT_MOST.frameGrowth},
			),
			cause: CAUSES.frame,
		},
	];
};

const toInkRow = ({agents}: Scene, samples: Samples): readonly Row[] => {
	const [frame, ink] = [samples.medianOf(`${FRAME.name} ${agents}`), samples.medianOf(INK.name)];
	if (frame === undefined || ink === undefined) return [];
	return [{...compare(toScene(agents), FRAME.name, frame, {name: INK.name, cost: ink}, AT_MOST.frameOfInk), cause: CAUSES.frame}];
};

const toPeerRows = ({agents}: Scene, peers: ReadonlyArray<(typeof PEERS)[number]>, samples: Samples): readonly Row[] =>
	peers.flatMap(({name}) => {
		const [rad, peer] = [samples.medianOf(`${LIST.name} ${agents}`), samples.medianOf(name)];
		if (rad === undefined || peer === undefined) return [];
		const atMost = name === 'gh alias list' ? AT_MOST.listOfGh : undefined;
		return [{...compare(toScene(agents), LIST.name, rad, {name, cost: peer}, atMost), cause: CAUSES.start}];
	});

/** Asks V8 which files it ran, in whatever way they were loaded. */
const countModules = (base: string, program: string, {agents, place}: Scene): readonly Row[] => {
	const folder = join(base, 'coverage');
	measure([process.execPath, program, ...LIST.words], {...place, env: {...place.env, NODE_V8_COVERAGE: folder}});
	const reports = readdirSync(folder).map(
		name => JSON.parse(readFileSync(join(folder, name), 'utf8')) as {readonly result: ReadonlyArray<{readonly url: string}>},
	);
	const files = [...new Set(reports.flatMap(({result}) => result.map(({url}) => url)))]
		.filter(url => url.startsWith('file:'))
		.map(url => fileURLToPath(url));
	const kilobytes = files.reduce((sum, file) => sum + statSync(file).size, 0) / 1000;
	return [
		{...limit(toScene(agents), 'start/modules, files of JavaScript', files.length, '', AT_MOST.files), cause: CAUSES.start},
		{...limit(toScene(agents), 'start/modules, their size', kilobytes, 'kB', AT_MOST.kilobytes), cause: CAUSES.start},
	];
};
