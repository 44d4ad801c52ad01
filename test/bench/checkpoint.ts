import {rmSync} from 'node:fs';
import {basename, join} from 'node:path';
import process from 'node:process';
import {buildProgram, type LoadedProgram, type Program} from './checkpoint-program.ts';
import {FEW, toListRows, toRows} from './checkpoint-rows.ts';
import {createSamples, measure, type Samples} from './measure.ts';
import {limit, type Row} from './report.ts';
import {type Origin, openRepository, type Repository} from './repository.ts';
import {createShadow, type Shadow} from './shadow.ts';
import type {Suite, SuiteOptions} from './suite.ts';

/** How much is done. `many` files are changed where the targets speak of a thousand, `listed` checkpoints are listed. */
type Effort = {
	readonly origins: readonly Origin[];
	readonly firstRounds: number;
	readonly rounds: number;
	readonly many: number;
	readonly listed: number;
};

const toEffort = ({isQuick, repository, files, rounds}: SuiteOptions): Effort => {
	const sizes = files ?? (isQuick ? [300] : [1000, 10_000, 80_000]);
	const origins =
		repository === null ? sizes.map((count): Origin => ({kind: 'generated', files: count})) : [{kind: 'clone', path: repository} as const];
	if (isQuick) return {origins, firstRounds: 1, rounds: 1, many: 20, listed: 3};
	return {origins, firstRounds: Math.min(3, rounds ?? 3), rounds: rounds ?? 5, many: 1000, listed: 1000};
};

// The memory that the whole program may have, whatever the size of the tree.
const MOST_MEMORY_MB = 150;

/** Checkpoints, against `git status` and against a shadow repository. */
export const checkpointSuite: Suite = {
	summary: 'checkpoints: making, listing, previewing and restoring them',
	run: async options => {
		const effort = toEffort(options);
		const rows: Row[] = [];
		const program = await buildProgram(options.root);
		for (const origin of effort.origins) rows.push(...(await measureTree(origin, effort, program.run, options.report)));
		rows.push(...(await measureList(effort, program.run, options.report)), toMemoryRow(program));
		return rows;
	},
};

const toMemoryRow = ({peakMb}: LoadedProgram): Row => limit('all of these', 'peak memory of rad', peakMb(), 'MB', MOST_MEMORY_MB);

type Bench = {readonly repository: Repository; readonly shadow: Shadow; readonly rad: Program; readonly samples: Samples; readonly many: number};

const measureTree = async (origin: Origin, effort: Effort, rad: Program, report: (text: string) => void): Promise<Row[]> => {
	const name = origin.kind === 'clone' ? basename(origin.path) : `${origin.files.toLocaleString('en-US')} files`;
	report(`${name}: making the repository`);
	const repository = await openRepository(origin);
	try {
		const bench = {repository, shadow: createShadow(repository), rad, samples: createSamples(), many: effort.many};
		for (let round = 1; round <= effort.firstRounds; round += 1) {
			report(`${name}: first checkpoint, round ${round} of ${effort.firstRounds}`);
			measureFirst(bench);
		}
		const base = rad(repository, {action: 'create'}).result;
		for (let round = 1; round <= effort.rounds; round += 1) {
			report(`${name}: round ${round} of ${effort.rounds}`);
			await measureRound(bench, base, round);
		}
		return toRows({name, files: repository.files.length, many: effort.many}, bench.samples);
	} finally {
		repository.remove();
	}
};

const measureFirst = ({repository, shadow, rad, samples}: Bench): void => {
	rmSync(join(repository.cwd, '.git/rad'), {recursive: true, force: true});
	shadow.clear();
	samples.add('first', rad(repository, {action: 'create'}));
	samples.add('shadow first', shadow.save());
};

const WRITES = 5;
const STATUS = ['git', 'status', '--porcelain=v2', '-z'];

/** Changes the tree once for everybody, then lets each take its turn; leaves it as it was. */
const measureRound = async ({repository, shadow, rad, samples, many}: Bench, base: string, round: number): Promise<void> => {
	const edit = (count: number) => repository.edit(count, round * 10);
	const save = (name: string): string => {
		const cost = rad(repository, {action: 'create'});
		samples.add(name, cost);
		samples.add(`shadow ${name}`, shadow.save());
		return cost.result;
	};
	samples.add('status', measure([...STATUS, '--untracked-files=all'], repository));
	samples.add('plain status', measure(STATUS, repository));
	save('unchanged');
	await edit(1);
	save('one');
	const written = repository.files.slice(round * WRITES, (round + 1) * WRITES);
	if (process.platform === 'linux') samples.add('one known', rad(repository, {action: 'write', paths: written}));
	await edit(FEW);
	samples.add('few', rad(repository, {action: 'create'}));
	const together = repository.files.slice(0, FEW);
	if (process.platform === 'linux') samples.add('few known', rad(repository, {action: 'write', paths: together, atOnce: FEW}));
	await edit(many);
	const target = save('many');
	await edit(1);
	samples.add('preview', rad(repository, {action: 'preview', id: target}));
	samples.add('restore one', rad(repository, {action: 'restore', id: target}));
	await edit(FEW);
	samples.add('restore few', rad(repository, {action: 'restore', id: target}));
	await edit(many);
	samples.add('restore many', rad(repository, {action: 'restore', id: target}));
	rad(repository, {action: 'restore', id: base});
	await repository.reset();
	await edit(FEW);
	samples.add('checkout', measure(['git', 'checkout', '--quiet', 'HEAD', '--', '.'], repository));
	await settle({repository, shadow, rad}, base);
};

const settle = async ({repository, shadow, rad}: Pick<Bench, 'repository' | 'shadow' | 'rad'>, base: string): Promise<void> => {
	rad(repository, {action: 'restore', id: base});
	await repository.reset();
	rad(repository, {action: 'create'});
	shadow.save();
};

/** How long a list takes does not depend on the size of the tree, so a small one will do; many checkpoints of a large one would take an hour. */
const measureList = async ({rounds, listed}: Effort, rad: Program, report: (text: string) => void): Promise<Row[]> => {
	report(`making ${listed} checkpoints to list`);
	const samples = createSamples();
	const repository = await openRepository({kind: 'generated', files: 50});
	try {
		for (let round = 0; round < rounds; round += 1) samples.add('empty', rad(repository, {action: 'list'}));
		rad(repository, {action: 'create', count: listed});
		for (let round = 0; round < rounds; round += 1) samples.add('list', rad(repository, {action: 'list'}));
		return toListRows(samples, listed);
	} finally {
		repository.remove();
	}
};
