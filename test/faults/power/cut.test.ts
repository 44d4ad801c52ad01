import {cpSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import Database from 'better-sqlite3';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {isBelow} from '../../../source/checkpoint/file-name.ts';
import type {RadEvent} from '../../../source/domain/events.ts';
import {EXIT} from '../../../source/domain/failures.ts';
import {RADIUM, RECORDS} from '../../../source/domain/radium.ts';
import type {Agent} from '../../../source/domain/records.ts';
import {openSqliteStore} from '../../../source/monitoring/sqlite-store.ts';
import {toLayout} from '../../../source/workspace/layout.ts';
import {createRandom} from '../../bench/source-text.ts';
import {type Ending, rad} from '../../support/rad.ts';
import {SEED} from '../../support/seed.ts';
import {tellFigures} from '../tell-figures.ts';
import {createDisk, type DiskKind} from './disk.ts';
import {COPY, findObstacle, LINES, type Recording, record} from './scene.ts';

// Each takes a second or two, after ten for what is cut; a night can take hundreds.
const CUTS = Number(process.env['RAD_TEST_CUTS'] ?? 4);
const HANG_MS = 120_000 + CUTS * 20_000;
const OBSTACLE = findObstacle();

let folder: string;
let recording: Recording;

beforeAll(async () => {
	if (OBSTACLE !== '') return;
	folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'rad-power-')));
	recording = await record(folder);
}, HANG_MS);

afterAll(() => {
	if (OBSTACLE === '') rmSync(folder, {recursive: true, force: true, maxRetries: 5});
});

const readFiles = (top: string, isWanted: (name: string) => boolean): ReadonlyMap<string, Buffer> => {
	const entries = readdirSync(top, {recursive: true, withFileTypes: true}).filter(entry => entry.isFile());
	const files = entries.map(entry => path.relative(top, path.join(entry.parentPath, entry.name))).filter(isWanted);
	return new Map(files.map(file => [file, readFileSync(path.join(top, file))]));
};

const isOfRad = (file: string): boolean => /^repo\/(?:\.radium|\.git\/rad)\//.test(file) && !file.endsWith('-shm');
const isRecord = (file: string): boolean => RECORDS.some(name => isBelow(file, `${RADIUM}/${name}`));
const isWork = (file: string): boolean => !file.startsWith('.git/') && !isRecord(file);

/** A moment of the recording after which nothing more reached the disk. */
type Cut = {readonly at: number; readonly kind: DiskKind; readonly tale: string};

/** Makes the folder what is found when the power is back. */
const cutPower = ({base, before, acts}: Recording, index: number): Cut => {
	const chance = createRandom(SEED * 10_000 + index);
	const kind = index % 2 === 0 ? 'strict' : 'journalled';
	const at = Math.floor(chance() * acts.length);
	rmSync(base, {recursive: true});
	cpSync(before, base, COPY);
	const disk = createDisk(base, kind);
	for (const act of acts.slice(0, at + 1)) disk.play(act);
	rmSync(base, {recursive: true});
	disk.writeCut(chance);
	return {at, kind, tale: `cut ${index}, after ${at + 1} of ${acts.length} acts, on a disk that is ${kind}`};
};

type Found = {readonly events: ReadonlyMap<number, RadEvent['type']>; readonly agents: readonly Agent[]; readonly integrity: unknown};

const readStore = async (file: string): Promise<Found> => {
	const store = openSqliteStore(file, {create: false});
	const events = new Map((await store.listEvents(0, 10_000)).map(({seq, event}) => [seq, event.type]));
	const agents = await store.listAgents({});
	store.close();
	const database = new Database(file, {readonly: true});
	const integrity = database.pragma('integrity_check', {simple: true});
	database.close();
	return {events, agents, integrity};
};

/** Which of the agents whose end was told have not all of their lines in their log. */
const findShortLogs = async ({scratch}: Recording, agents: readonly Agent[]): Promise<readonly string[]> => {
	const short: string[] = [];
	for (const {id, name} of agents) {
		const {code, stdout, stderr} = await rad(['logs', id], scratch);
		const lines = stdout.match(/\tline \d$/gm)?.length ?? 0;
		if (code !== 0 || lines !== LINES) short.push(`${name}: ${lines} lines, ${stderr}`);
	}
	return short;
};

const readWork = (folderOfWork: string): string =>
	JSON.stringify([...readFiles(folderOfWork, isWork)].map(([file, bytes]) => [file, bytes.toString()]).sort());

/** The git of a restore that was cut short left its lock on the user's index, which may be somebody else's: rad names it and how to go on. */
const isHeldUp = ({code, stderr}: Ending): boolean => code === EXIT.conflict && stderr.includes(`remove ${recording.scratch.cwd}/.git/index.lock`);
const obey = async (cwd: string): Promise<void> => {
	tellFigures({'locks of git to be removed by hand': 1});
	rmSync(path.join(cwd, '.git/index.lock'));
};

/** Restores what was promised last; tells whether it came back, or was refused by name with nothing changed, or else what came instead. */
const restoreLast = async ({scratch, trees}: Recording, id: string): Promise<string> => {
	const present = readWork(scratch.cwd);
	const restore = () => rad(['checkpoint', 'restore', id, '--yes'], scratch);
	const {code, stderr} = await restore().then(ending => (isHeldUp(ending) ? obey(scratch.cwd).then(restore) : ending));
	const restored = readWork(scratch.cwd);
	if (code === EXIT.done && restored === JSON.stringify([...(trees.get(id) ?? [])].sort())) return 'back';
	const isRefused = (code === EXIT.storage || code === EXIT.notFound) && restored === present;
	return isRefused ? 'refused' : `wrong: ${code} ${stderr}${restored}`;
};

describe.skipIf(OBSTACLE !== '')(`a power cut${OBSTACLE === '' ? '' : ` (skipped: ${OBSTACLE})`}`, () => {
	it('is played on a model that knows everything that rad does to a disk', () => {
		const {base, before, acts} = recording;
		const real = readFiles(base, isOfRad);
		rmSync(base, {recursive: true});
		cpSync(before, base, COPY);

		const disk = createDisk(base, 'strict');
		for (const act of acts) disk.play(act);

		const seen = [...disk.see()].filter(([file]) => isOfRad(file));
		expect(seen.map(([file]) => file).sort()).toEqual([...real.keys()].sort());
		expect(seen.filter(([file, bytes]) => real.get(file)?.equals(bytes) !== true).map(([file]) => file)).toEqual([]);
		expect(acts.filter(({kind}) => kind === 'sync').length).toBeGreaterThan(10);
	});

	it(`loses nothing that was acknowledged, ${CUTS} times`, {timeout: HANG_MS}, async () => {
		const {scratch, said, first} = recording;
		for (let index = 0; index < CUTS; index += 1) {
			const {at, kind, tale} = cutPower(recording, index);
			const known = said.filter(each => each.at <= at).map(({event}) => event);

			const next = await rad(['runs'], scratch);
			const {events, agents, integrity} = await readStore(toLayout(scratch.cwd).database);
			const lost = known.filter(({seq, type}) => events.get(seq) !== type);
			const over = known.flatMap(event => (event.type === 'agent.status-changed' && event.status === 'completed' ? [event.agentId] : []));
			const short = await findShortLogs(
				recording,
				agents.filter(({id, isRecording}) => over.includes(id) && !isRecording),
			);
			const promised = known.findLast(event => event.type === 'checkpoint.created');
			const restored = await restoreLast(recording, promised?.type === 'checkpoint.created' ? promised.checkpointId : first);
			tellFigures({
				'power cuts': 1,
				'acknowledged rows': known.length,
				'lost rows': lost.length,
				'damaged stores': integrity === 'ok' && next.code === 0 ? 0 : 1,
				'logs without their end': short.length,
				'checkpoints brought back': restored === 'back' ? 1 : 0,
				'checkpoints refused by name': restored === 'refused' ? 1 : 0,
				'wrong restores': restored.startsWith('wrong') ? 1 : 0,
			});

			expect(next, tale).toMatchObject({code: 0});
			expect(integrity, tale).toBe('ok');
			expect(lost, tale).toEqual([]);
			expect(short, tale).toEqual([]);
			// Where names may be forgotten in any order nothing of git is safe; it is told, and nothing is changed.
			expect(restored, tale).toMatch(kind === 'strict' ? /^(?:back|refused)$/ : /^back$/);
		}
	});
});
