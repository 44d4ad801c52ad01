import {mkdtempSync, realpathSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import process from 'node:process';
import {bundleProgram} from './bundle.ts';
import type {Row} from './report.ts';
import {type IngestEffort, measureIngest, measureSize} from './store-ingest.ts';
import {measureRefresh, type RefreshEffort} from './store-refresh.ts';
import {measureTree, type TreeEffort} from './store-tree.ts';
import {checkKills, measureNotify, measureWriters, type WritersEffort} from './store-writers.ts';
import type {Suite, SuiteOptions} from './suite.ts';

type Effort = {readonly ingest: IngestEffort; readonly writers: WritersEffort; readonly tree: TreeEffort; readonly refresh: RefreshEffort};

const QUICK: Effort = {
	ingest: {single: 5, batches: 1, rounds: 1, filled: [100], sizeRows: 500},
	writers: {processes: [2], events: 10, kills: 1, heardSeconds: 0.2},
	tree: {agents: [50], rounds: 1},
	refresh: {agents: [1, 50], times: 5},
};

const toEffort = ({isQuick, files, rounds}: SuiteOptions): Effort => {
	if (isQuick) return QUICK;
	const largest = Number(process.env['RAD_BENCH_ROWS'] ?? 0);
	return {
		ingest: {
			single: 2000,
			batches: 100,
			rounds: rounds ?? 5,
			filled: files ?? [1000, 100_000, 1_000_000, ...(largest > 0 ? [largest] : [])],
			sizeRows: 100_000,
		},
		writers: {processes: [2, 4, 8, 16], events: 500, kills: 20, heardSeconds: 10},
		tree: {agents: [1000, 10_000, 100_000], rounds: rounds ?? 5},
		refresh: {agents: [1, 1000, 10_000, 100_000], times: 300},
	};
};

/** The database below everything: writing, alone and together, size, trees, what is left after kills, and who hears of it. */
export const storeSuite: Suite = {
	summary: 'the store: writing, alone and together, its size, trees of agents, kill -9, and how soon others hear of it',
	run: async options => {
		const effort = toEffort(options);
		const base = realpathSync(mkdtempSync(join(tmpdir(), 'rad-bench-store-')));
		try {
			const writer = await bundleProgram(options.root, 'store-worker');
			const rows: Row[] = [];
			const parts = {
				writing: () => measureIngest(base, effort.ingest),
				size: async () => [measureSize(base, effort.ingest)],
				trees: () => measureTree(base, effort.tree),
				refreshing: () => measureRefresh(base, effort.refresh),
				'writing together': () => measureWriters(base, writer, effort.writers),
				killing: async () => [await checkKills(base, writer, effort.writers)],
				'hearing of it': () => measureNotify(base, writer, effort.writers),
			};
			for (const [name, measurePart] of Object.entries(parts)) {
				options.report(name);
				rows.push(...(await measurePart()));
			}
			return rows;
		} finally {
			rmSync(base, {recursive: true, force: true, maxRetries: 5});
		}
	},
};
