import {spawnSync} from 'node:child_process';
import {existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {parseArgs} from 'node:util';
import {describeMachine} from '../bench/document.ts';
import {SOAK, SOAK_SECONDS, STAGES, type Stage} from './stages.ts';
import {FIGURES_PATH, joinFigures, type StageFigures, sumCounts} from './table/figures.ts';
import {toPage} from './table/page.ts';
import {PROMISES} from './table/promises.ts';
import {ROWS} from './table.ts';
import {FIGURES_FILE} from './tell-figures.ts';

const USAGE = `npm run test:faults -- [--all [STAGE…]] [--soak MINUTES] [--json FILE]
npm run test:faults -- --write-docs FILE…

${STAGES.map(({name, summary}) => `  ${name.padEnd(10)}  ${summary}`).join('\n')}
  rest        every other test that the table of promises and faults names

  Without --all, all of these tests run, as short as they are in an ordinary run.

  --all          the long figures, stage by stage; hours, or as long as the stages take that are named
  --soak MINUTES how long the soak is; 60 when not given
  --json FILE    write the figures to a file
  --write-docs   take figures from such files into ${FIGURES_PATH} and docs/promises.md
`;

const OPTIONS = {
	all: {type: 'boolean', default: false},
	soak: {type: 'string'},
	json: {type: 'string'},
	'write-docs': {type: 'boolean', default: false},
} as const;

const PAGE = 'docs/promises.md';
const VITEST = 'node_modules/vitest/vitest.mjs';

const tell = (text: string): void => void process.stderr.write(`${text}\n`);

/** All files of tests that prove something of the table. */
const listFiles = (): readonly string[] => [...new Set([...PROMISES, ...ROWS].flatMap(({tests = []}) => tests).map(({file}) => file))].sort();

const REST: Stage = {
	name: 'rest',
	summary: 'every other test of the table',
	promises: [],
	files: ['test/faults', ...listFiles()],
	long: {},
};

const toLong = (stage: Stage, soakMinutes: string | undefined): Stage =>
	stage.name === SOAK && soakMinutes !== undefined ? {...stage, long: {[SOAK_SECONDS]: String(Math.round(Number(soakMinutes) * 60))}} : stage;

const runStage = ({name, summary, files, long}: Stage): StageFigures => {
	const folder = mkdtempSync(path.join(tmpdir(), 'rad-figures-'));
	const file = path.join(folder, 'figures');
	const startedAt = performance.now();
	tell(`— ${name}: ${summary} (${new Date().toISOString().slice(11, 19)} UTC)`);
	const {status} = spawnSync(process.execPath, [VITEST, 'run', '--config', 'test/vitest.config.ts', ...files], {
		env: {...process.env, ...long, [FIGURES_FILE]: file},
		stdio: ['ignore', 2, 2],
	});
	const figures = {
		stage: name,
		day: new Date().toISOString().slice(0, 10),
		machine: describeMachine(),
		tookSeconds: Math.round((performance.now() - startedAt) / 1000),
		isPassed: status === 0,
		counts: existsSync(file) ? sumCounts(readFileSync(file, 'utf8')) : {},
	};
	rmSync(folder, {recursive: true});
	tell(`— ${name}: ${figures.isPassed ? 'passed' : 'FAILED'} after ${figures.tookSeconds} s ${JSON.stringify(figures.counts)}`);
	return figures;
};

const readFigures = (file: string): readonly StageFigures[] => JSON.parse(readFileSync(file, 'utf8')) as readonly StageFigures[];
const toText = (figures: readonly StageFigures[]): string => `${JSON.stringify(figures, undefined, '\t')}\n`;

const writeDocs = (files: readonly string[]): void => {
	const isLong = ({stage}: StageFigures): boolean => STAGES.some(({name}) => name === stage);
	const figures = [FIGURES_PATH, ...files].map(readFigures).reduce(joinFigures, []).filter(isLong);
	writeFileSync(FIGURES_PATH, toText(figures));
	writeFileSync(PAGE, toPage(PROMISES, ROWS, figures));
	tell(`wrote ${FIGURES_PATH} and ${PAGE}`);
};

/** Whether the words make sense together. */
const isUsable = ({values, positionals}: NonNullable<ReturnType<typeof parse>>): boolean => {
	if (values['write-docs']) return positionals.length > 0;
	const isKnown = (name: string): boolean => [...STAGES, REST].some(stage => stage.name === name);
	return positionals.every(isKnown) && (positionals.length === 0 || values.all) && (values.soak === undefined || Number(values.soak) > 0);
};

/** Undefined where a flag is not known or has no value. */
const parse = (args: readonly string[]) => {
	try {
		return parseArgs({args: [...args], options: OPTIONS, allowPositionals: true});
	} catch (error) {
		if (error instanceof TypeError) return undefined;
		throw error;
	}
};

/** Returns the exit code: 0 when every test passed. */
const main = (args: readonly string[]): number => {
	const parsed = parse(args);
	if (parsed === undefined || !isUsable(parsed)) {
		process.stderr.write(USAGE);
		return 2;
	}
	const {values, positionals} = parsed;
	if (values['write-docs']) {
		writeDocs(positionals);
		return 0;
	}
	const chosen = [...STAGES, REST].filter(({name}) => (values.all ? positionals.length === 0 || positionals.includes(name) : name === REST.name));
	const figures: StageFigures[] = [];
	for (const stage of chosen) {
		figures.push(runStage(toLong(stage, values.soak)));
		// After each, so that a night that is broken off has told something.
		if (values.json !== undefined) writeFileSync(values.json, toText(figures));
	}
	return figures.every(({isPassed}) => isPassed) ? 0 : 1;
};

process.exitCode = main(process.argv.slice(2));
