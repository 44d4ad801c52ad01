import {statSync} from 'node:fs';
import {join} from 'node:path';
import type {UsageRecord} from '../../source/domain/records.ts';
import {type Connection, openConnection} from '../../source/monitoring/sqlite-open.ts';
import {openSqliteStore} from '../../source/monitoring/sqlite-store.ts';
import type {Store} from '../../source/monitoring/store-port.ts';
import {anId, aUsageRecord} from '../support/builders.ts';
import {createSamples, measureHere, type Samples} from './measure.ts';
import {demand, type Row, relate} from './report.ts';
import {fillStore} from './store-fill.ts';

export type IngestEffort = {
	readonly single: number;
	readonly batches: number;
	readonly rounds: number;
	readonly filled: readonly number[];
	readonly sizeRows: number;
};

const BATCH = 100;
const AT_MOST = {single: 3.2, batched: 2, growth: 1.5, size: 0.45} as const;
const AT_LEAST = {single: 20_000, batched: 250_000} as const;

const DURABLE =
	`a transaction is on the disk before it counts (synchronous=FULL), as is promised for what was paid; waiting for the disk is most of it, and the
bare insert waits as well. The target was measured without that.`.replaceAll('\n', ' ');
const TWO_INDEXES =
	`a row has fifteen values, whose limits are checked, and stands in two indexes: by agent and message, so that nothing counts twice, and by time. Totals are summed when they are
asked for, and no second copy of them is written.`.replaceAll('\n', ' ');
const TEXT_IDS =
	`each row names its agent, message and model in full, and does so again in the index that keeps a message from counting twice; numbers in their place
would need a table of names and a new form of every store.`.replaceAll('\n', ' ');

const createRecords = (): ((count: number) => readonly UsageRecord[]) => {
	let made = 0;
	return count =>
		Array.from({length: count}, () => {
			made += 1;
			return aUsageRecord({agentId: anId('agt', 1), messageId: `msg_02${String(made).padStart(20, '0')}`, at: Date.UTC(2026, 10, 1) + made});
		});
};

/** The least that can be written: numbers alone, without an index. */
const BARE =
	'CREATE TABLE bare (n INTEGER PRIMARY KEY, agent INTEGER, at INTEGER, model INTEGER, tin INTEGER, tout INTEGER, tcr INTEGER, tcw INTEGER, cost INTEGER) STRICT';

const createBareInsert = (connection: Connection): ((records: readonly UsageRecord[]) => void) => {
	connection.exec(BARE);
	const insert = connection.prepare('INSERT INTO bare (agent, at, model, tin, tout, tcr, tcw, cost) VALUES (?, ?, ?, ?, ?, ?, ?, ?)');
	const insertAll = connection.transaction((records: readonly UsageRecord[]) => {
		for (const {at, tokens, costNanoUsd} of records)
			insert.run(1, at, 1, tokens.input, tokens.output, tokens.cacheRead, tokens.cacheWrite, costNanoUsd);
	});
	return records => insertAll.immediate(records);
};

export const measureIngest = async (base: string, {single, batches, rounds, filled}: IngestEffort): Promise<readonly Row[]> => {
	const samples = createSamples();
	const take = createRecords();
	const bare = openConnection(join(base, 'bare.db'), {create: true});
	const insertBare = createBareInsert(bare);
	const stores = [0, ...filled].map(usage => ({usage, store: openFilled(join(base, `ingest-${usage}.db`), usage)}));
	for (let round = 0; round < rounds; round += 1) {
		const [first] = stores;
		if (first !== undefined) samples.add('one', await measureRecording(first.store, chunk(take(single), 1)));
		samples.add('bare one', await measureBare(insertBare, chunk(take(single), 1)));
		for (const {usage, store} of stores) samples.add(`batch ${usage}`, await measureRecording(store, chunk(take(batches * BATCH), BATCH)));
		samples.add('bare batch', await measureBare(insertBare, chunk(take(batches * BATCH), BATCH)));
	}
	for (const {store} of stores) store.close();
	bare.close();
	return toRows(samples, {single, batched: batches * BATCH, filled});
};

const openFilled = (file: string, usage: number): Store => {
	fillStore(file, {agents: Math.max(1, Math.ceil(usage / 50)), usage}, {create: true});
	return openSqliteStore(file, {create: false});
};

const chunk = (records: readonly UsageRecord[], size: number): ReadonlyArray<readonly UsageRecord[]> =>
	Array.from({length: records.length / size}, (_, index) => records.slice(index * size, (index + 1) * size));

const measureRecording = (store: Store, chunks: ReadonlyArray<readonly UsageRecord[]>) =>
	measureHere(async () => {
		for (const usage of chunks) await store.recordProgress({usage}, 0);
	});

const measureBare = (insert: (records: readonly UsageRecord[]) => void, chunks: ReadonlyArray<readonly UsageRecord[]>) =>
	measureHere(() => {
		for (const records of chunks) insert(records);
	});

type Counts = {readonly single: number; readonly batched: number; readonly filled: readonly number[]};

const toRows = (samples: Samples, {single, batched, filled}: Counts): readonly Row[] => {
	const perEvent = (name: string, count: number): number => (1000 * (samples.medianOf(name)?.cpuMs ?? Number.NaN)) / count;
	const [one, batch] = [perEvent('one', single), perEvent('batch 0', batched)];
	const beside = (name: string, value: number, peer: number, atMost: number): Row =>
		relate('db/ingest', name, {value, unit: 'µs CPU'}, {name: 'bare insert', value: peer}, {atMost});
	return [
		{...beside('an event by itself', one, perEvent('bare one', single), AT_MOST.single), cause: TWO_INDEXES},
		{...demand('db/ingest', 'events by themselves, of CPU time', 1e6 / one, '/s', AT_LEAST.single), cause: DURABLE},
		{...beside(`an event of ${BATCH} at once`, batch, perEvent('bare batch', batched), AT_MOST.batched), cause: TWO_INDEXES},
		{...demand('db/ingest', `events, ${BATCH} at once, of CPU time`, 1e6 / batch, '/s', AT_LEAST.batched), cause: TWO_INDEXES},
		...filled.map(usage => {
			const scene = `db/ingest, into ${usage.toLocaleString('en-US')} rows`;
			const value = perEvent(`batch ${usage}`, batched);
			return relate(
				scene,
				`an event of ${BATCH} at once`,
				{value, unit: 'µs CPU'},
				{name: 'into an empty store', value: batch},
				{atMost: AT_MOST.growth},
			);
		}),
	];
};

/** As the first form of the store had it: text throughout. */
const SEED = `
	CREATE TABLE seed (id TEXT PRIMARY KEY, agent_id TEXT NOT NULL, timestamp TEXT NOT NULL, provider TEXT, model TEXT, input_tokens INTEGER, output_tokens INTEGER,
		cache_read_tokens INTEGER, cost REAL);
	CREATE INDEX seed_by_agent ON seed (agent_id, timestamp);`;

/** A random id of the length of a UUID, which such rows have. */
const SEED_ROWS = `
	WITH RECURSIVE numbers (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM numbers WHERE i < ?)
	INSERT INTO seed SELECT lower(hex(randomblob(18))), '00000000-0000-4000-8000-' || printf('%012d', i / 50), strftime('%Y-%m-%dT%H:%M:%fZ', 1788220800 + i, 'unixepoch'),
		'anthropic', 'claude-opus-5-5', 12, 400, 20000, 0.012 FROM numbers`;

export const measureSize = (base: string, {sizeRows}: IngestEffort): Row => {
	const sizeOf = (name: string, usage: number): number => {
		fillStore(join(base, name), {agents: Math.ceil(sizeRows / 50), usage}, {create: true});
		return statSync(join(base, name)).size;
	};
	const rad = (sizeOf('size-full.db', sizeRows) - sizeOf('size-empty.db', 0)) / sizeRows;
	const connection = openConnection(join(base, 'seed.db'), {create: true});
	const pages = (): number => Number(connection.pragma('page_count', {simple: true})) * Number(connection.pragma('page_size', {simple: true}));
	const before = pages();
	connection.exec(SEED);
	connection.prepare(SEED_ROWS).run(sizeRows);
	const seed = (pages() - before) / sizeRows;
	connection.close();
	return {
		...relate('db/size', 'a row with its indexes', {value: rad, unit: 'B'}, {name: 'text throughout', value: seed}, {atMost: AT_MOST.size}),
		cause: TEXT_IDS,
	};
};
