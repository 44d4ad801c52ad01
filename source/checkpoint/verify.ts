import type {VerifyResult} from '../domain/records.ts';
import {checkObjects} from './check-objects.ts';
import type {SavedCheckpoint} from './checkpoint-record.ts';
import {showName, toFileName} from './file-name.ts';
import {listIds, listRecords} from './store.ts';
import {measureStore} from './store-files.ts';
import {withSignal} from './tree-git.ts';
import type {Workbench} from './workbench.ts';

type Damage = VerifyResult['damaged'][number];

/** Objects of one checkpoint, by name, with the path that they have in it, or null for one without. */
type Listing = {readonly paths: ReadonlyMap<string, string | null>; readonly problem: string | null};

/** Reads and hashes everything that the checkpoints of a work tree hold. */
export const verifyCheckpoints = async (unbound: Workbench, signal: AbortSignal): Promise<VerifyResult> => {
	const bench = {...unbound, git: withSignal(unbound.git, signal)};
	const {place, git, onProgress} = bench;
	onProgress?.({stage: 'list-objects', done: 0, total: null});
	const ids = await listIds(place, git);
	const records = await listRecords(place, git);
	const readable = new Set(records.map(({checkpoint}) => checkpoint.id));
	const unreadable = ids.filter(id => !readable.has(id)).map((id): Damage => ({checkpointId: id, problems: ['it cannot be read']}));
	const all = await listObjects(bench, records);
	const {broken} = await checkObjects(git, place, [...all.paths.keys()], onProgress);
	const isSound = broken.size === 0 && all.problem === null;
	const damaged = isSound ? [] : await nameDamage(bench, records, broken);
	return {checkpoints: ids.length, objects: all.paths.size, damaged: [...unreadable, ...damaged], size: measureStore(place)};
};

const nameDamage = async (bench: Workbench, records: readonly SavedCheckpoint[], broken: ReadonlyMap<string, string>): Promise<Damage[]> => {
	const damages: Damage[] = [];
	for (const record of records) {
		const {paths, problem} = await listObjects(bench, [record]);
		const problems = [...broken].filter(([object]) => paths.has(object)).map(([object, what]) => `${nameObject(object, paths.get(object))} ${what}`);
		if (problem !== null) problems.push(problem);
		if (problems.length > 0) damages.push({checkpointId: record.checkpoint.id, problems});
	}
	return damages;
};

const nameObject = (object: string, path: string | null | undefined): string => path ?? `object ${object.slice(0, 12)}`;

/** What some checkpoints hold. A missing object is listed too; a tree that cannot be read hides what is below it, and is the problem. */
const listObjects = async ({git, missingOk}: Workbench, records: readonly SavedCheckpoint[]): Promise<Listing> => {
	if (records.length === 0) return {paths: new Map(), problem: null};
	const missing = missingOk.length > 0 ? '--missing=allow-any' : '--missing=print';
	const stdin = Buffer.from(records.map(({commit}) => `${commit}\n`).join(''));
	const {exitCode, stdout, stderr} = await git.attempt(['rev-list', '--objects', missing, '--stdin'], {stdin});
	const lines = stdout.toString('latin1').split('\n').filter(Boolean);
	const paths = new Map(lines.map(line => toEntry(line.replace(/^\?/, ''))));
	return {paths, problem: exitCode === 0 ? null : (stderr.trim().split('\n')[0] ?? 'it cannot be read')};
};

const toEntry = (line: string): readonly [string, string | null] => {
	const space = line.indexOf(' ');
	if (space === -1) return [line, null];
	const path = line.slice(space + 1);
	return [line.slice(0, space), path === '' ? null : showName(toFileName(Buffer.from(path, 'latin1')))];
};
