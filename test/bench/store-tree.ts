import {join} from 'node:path';
import {applyFigures} from '../../source/monitoring/run-figures.ts';
import {openConnection} from '../../source/monitoring/sqlite-open.ts';
import {openSqliteStore} from '../../source/monitoring/sqlite-store.ts';
import {toTreeRows} from '../../source/views/agent-tree.ts';
import {sumSubtrees} from '../../source/views/usage.ts';
import {anId} from '../support/builders.ts';
import {createSamples, measureHere} from './measure.ts';
import {limit, type Row, relate} from './report.ts';
import {fillStore} from './store-fill.ts';

export type TreeEffort = {readonly agents: readonly number[]; readonly rounds: number};

const AT_MOST = {read: 0.6, changesMs: 0.1} as const;
/** So many agents change between two pictures. */
const CHANGED = 20;

const WHOLE_RECORDS =
	`every record is read whole, with its 24 columns, and made an object before the tree is; the prototype read three numbers of each. Most of the time goes into
the objects.`.replaceAll('\n', ' ');

const COPIED = 'the list of agents and the usage of all are never changed, and so copied for each change: a third of a microsecond for each agent.';

const RECURSIVE = `
	WITH RECURSIVE tree (id, depth, place) AS (
		SELECT id, 0, printf('%010d', n) FROM agents WHERE parent_id IS NULL
		UNION ALL SELECT a.id, depth + 1, place || printf('%010d', a.n) FROM tree JOIN agents a ON a.parent_id = tree.id)
	SELECT a.*, tree.depth FROM tree JOIN agents a ON a.id = tree.id ORDER BY tree.place`;

/** The tree of a run's agents: read and ordered, and the usage of everything below each summed up. */
export const measureTree = async (base: string, {agents, rounds}: TreeEffort): Promise<readonly Row[]> => {
	const rows: Row[] = [];
	for (const count of agents) rows.push(...(await measureCount(join(base, `tree-${count}.db`), count, rounds)));
	return rows;
};

const measureCount = async (file: string, agents: number, rounds: number): Promise<readonly Row[]> => {
	fillStore(file, {agents, usage: agents}, {create: true});
	const [store, connection] = [openSqliteStore(file, {create: false}), openConnection(file, {create: false})];
	const samples = createSamples();
	const runId = anId('run', 1);
	const recursive = connection.prepare(RECURSIVE);
	const listed = await store.listAgents({runId});
	let known = applyFigures(runId, undefined, await store.listFigures(runId, 0));
	const own = new Map((await store.sumUsageByAgent({runId})).map(each => [each.agentId, each]));
	for (let round = 0; round < rounds; round += 1) {
		samples.add('rad', await measureHere(async () => void toTreeRows(await store.listAgents({runId}))));
		samples.add('recursive', await measureHere(() => void recursive.all()));
		samples.add('sums', await measureHere(() => void sumSubtrees(listed, new Map(own))));
		const changed = listed.slice(0, CHANGED).map(agent => ({agent: {...agent, exitCode: round + 1}, usage: own.get(agent.id) ?? null}));
		samples.add(
			'changes',
			await measureHere(() => {
				known = applyFigures(runId, known, {revision: round + 2, changed, isWhole: false});
			}),
		);
	}
	store.close();
	connection.close();
	const [rad, peer, sums] = ['rad', 'recursive', 'sums'].map(name => samples.medianOf(name)?.cpuMs ?? Number.NaN) as [number, number, number];
	const changes = samples.medianOf('changes')?.wallMs ?? Number.NaN;
	const scene = `db/tree, ${agents.toLocaleString('en-US')} agents`;
	const yardstick = {name: 'recursive query', value: peer};
	return [
		{...relate(scene, 'read and ordered', {value: rad, unit: 'ms CPU'}, yardstick, {atMost: AT_MOST.read}), cause: WHOLE_RECORDS},
		relate(scene, 'usage of each with all below it', {value: sums, unit: 'ms CPU'}, yardstick),
		{...limit(scene, `${CHANGED} agents changed`, changes, 'ms', AT_MOST.changesMs), cause: COPIED},
	];
};
