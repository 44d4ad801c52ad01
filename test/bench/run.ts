import {readFileSync, writeFileSync} from 'node:fs';
import process from 'node:process';
import {parseArgs} from 'node:util';
import {renderDocs} from './docs.ts';
import {type BenchDocument, describeMachine, type Figure, joinDocuments, toFigure} from './document.ts';
import {formatRows} from './report.ts';
import {SUITES} from './suites.ts';

const USAGE = `npm run bench -- [SUITE…] [--quick] [--repo DIR] [--files N,N] [--rounds N] [--json FILE]
npm run bench -- --write-docs FILE…

${Object.entries(SUITES)
	.map(([name, {summary}]) => `  ${name.padEnd(10)}  ${summary}`)
	.join('\n')}

  Without a name, every suite runs.

  --quick        little and once: only whether it runs
  --repo DIR     measure on a copy of this repository instead of generated ones
  --files N,N    sizes: of trees, histories, stores; how many steps or agents; MB of output, for logs
  --rounds N     how often each figure is measured, the median counts; minutes of the load, for tui
  --json FILE    write the figures to a file too
  --write-docs   write docs/benchmarks.md from such files; of a suite in several of them, the last counts

  RAD_BENCH_ROWS=5000000  so many rows of telemetry in the largest stores of start and store
`;

const OPTIONS = {
	quick: {type: 'boolean', default: false},
	repo: {type: 'string'},
	files: {type: 'string'},
	rounds: {type: 'string'},
	json: {type: 'string'},
	'write-docs': {type: 'boolean', default: false},
	help: {type: 'boolean', short: 'h', default: false},
} as const;

const PAGE = 'docs/benchmarks.md';

type Values = ReturnType<typeof parse>['values'];

const parse = (args: readonly string[]) => parseArgs({args: [...args], options: OPTIONS, allowPositionals: true});

const readNumbers = (text: string | undefined): readonly number[] | null => {
	const numbers = text?.split(',').map(Number) ?? null;
	if (numbers?.some(number => !(number > 0))) throw new Error(`--files and --rounds take numbers above 0, not ${text}`);
	return numbers;
};

const tell = (text: string): void => void process.stderr.write(`${text}\n`);

const runSuites = async (names: readonly string[], values: Values): Promise<BenchDocument> => {
	const figures: Figure[] = [];
	const skipped: Array<BenchDocument['skipped'][number]> = [];
	for (const name of names) {
		tell(`— ${name}`);
		const rows = await SUITES[name]?.run({
			root: process.cwd(),
			isQuick: values.quick,
			repository: values.repo ?? null,
			files: readNumbers(values.files),
			rounds: readNumbers(values.rounds)?.[0] ?? null,
			report: tell,
			skip: text => {
				tell(`left out: ${text}`);
				skipped.push({suite: name, text});
			},
		});
		process.stdout.write(formatRows(rows ?? []));
		figures.push(...(rows ?? []).map(row => toFigure(name, row)));
	}
	return {day: new Date().toISOString().slice(0, 10), machine: describeMachine(), isQuick: values.quick, figures, skipped};
};

const writeDocs = (files: readonly string[]): void => {
	const document = joinDocuments(files.map(file => JSON.parse(readFileSync(file, 'utf8')) as BenchDocument));
	writeFileSync(PAGE, renderDocs(document, Object.fromEntries(Object.entries(SUITES).map(([name, {summary}]) => [name, summary]))));
	tell(`wrote ${PAGE}`);
};

/** Returns the exit code, which tells whether the suites ran, never whether they were fast. */
const main = async (args: readonly string[]): Promise<number> => {
	const {values, positionals} = parse(args);
	if (values.help) {
		process.stdout.write(USAGE);
		return 0;
	}
	const isDocs = values['write-docs'];
	const isUnknown = (name: string): boolean => !Object.hasOwn(SUITES, name);
	if (isDocs ? positionals.length === 0 : positionals.some(isUnknown)) {
		process.stderr.write(USAGE);
		return 2;
	}
	if (isDocs) {
		writeDocs(positionals);
		return 0;
	}
	const document = await runSuites(positionals.length > 0 ? positionals : Object.keys(SUITES), values);
	if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(document, undefined, '\t')}\n`);
	return 0;
};

try {
	process.exitCode = await main(process.argv.slice(2));
} catch (error) {
	if (!(error instanceof TypeError) || !('code' in error) || !String(error.code).startsWith('ERR_PARSE_ARGS_')) throw error;
	process.stderr.write(`${error.message}\n\n${USAGE}`);
	process.exitCode = 2;
}
