import {writeFileSync} from 'node:fs';
import process from 'node:process';
import {parseArgs} from 'node:util';
import {checkpointSuite} from './checkpoint.ts';
import {crowdSuite} from './crowd.ts';
import {executorSuite} from './executor.ts';
import {hookSuite} from './hook.ts';
import {importSuite} from './import.ts';
import {formatRows} from './report.ts';
import type {Suite} from './suite.ts';
import {tuiSuite} from './tui.ts';

const SUITES: Readonly<Record<string, Suite>> = {
	checkpoint: checkpointSuite,
	crowd: crowdSuite,
	executor: executorSuite,
	hook: hookSuite,
	import: importSuite,
	tui: tuiSuite,
};

const USAGE = `npm run bench -- SUITE [--quick] [--repo DIR] [--files N,N] [--rounds N] [--json FILE]

${Object.entries(SUITES)
	.map(([name, {summary}]) => `  ${name}  ${summary}`)
	.join('\n')}

  --quick      little and once: only whether it runs
  --repo DIR   measure on a copy of this repository instead of generated ones
  --files N,N  sizes of the generated trees; how many session files, steps or agents
  --rounds N   how often each figure is measured, the median counts; minutes of the load, for tui
  --json FILE  write the figures to a file too
`;

const OPTIONS = {
	quick: {type: 'boolean', default: false},
	repo: {type: 'string'},
	files: {type: 'string'},
	rounds: {type: 'string'},
	json: {type: 'string'},
} as const;

/** Returns the exit code, which tells whether the suite ran, never whether it was fast. */
const main = async (args: readonly string[]): Promise<number> => {
	const {values, positionals} = parseArgs({args: [...args], options: OPTIONS, allowPositionals: true});
	const suite = SUITES[positionals[0] ?? ''];
	if (suite === undefined || positionals.length > 1) {
		process.stderr.write(USAGE);
		return 2;
	}
	const rows = await suite.run({
		root: process.cwd(),
		isQuick: values.quick,
		repository: values.repo ?? null,
		files: values.files?.split(',').map(Number) ?? null,
		rounds: values.rounds === undefined ? null : Number(values.rounds),
		report: text => void process.stderr.write(`${text}\n`),
	});
	process.stdout.write(formatRows(rows));
	if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(rows, undefined, '\t')}\n`);
	return 0;
};

process.exitCode = await main(process.argv.slice(2));
