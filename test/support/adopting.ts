import path from 'node:path';
import type {SessionKeeper} from '../../source/agents/engine.ts';
import {createEngines} from '../../source/agents/engines/create-engines.ts';
import {type ImportOptions, importSessions} from '../../source/agents/import-sessions.ts';
import {createSqliteLock} from '../../source/checkpoint/sqlite-lock.ts';
import {createIds} from '../../source/domain/ids.ts';
import {openSqliteStore} from '../../source/monitoring/sqlite-store.ts';
import {createSystemClock} from '../../source/system-clock.ts';
import {createPricing} from '../../source/telemetry/pricing.ts';

export const SELF = {pid: 1, startTime: '1', bootId: 'b'} as const;

const engines = createEngines({
	nodePath: 'node',
	playerFile: 'p',
	recordingsDirectory: '/nowhere',
	hookFile: 'h',
	agentFile: 'api-agent.js',
	geminiHookSettings: '/nowhere/settings.json',
	findProgram: () => undefined,
});

const find = (name: string): SessionKeeper => engines.keepers.find(keeper => keeper.name === name) ?? fail(name);

const fail = (name: string): never => {
	throw new Error(`${name} must be an engine that keeps sessions`);
};

/** A home folder with an empty store in it; the clock goes on by a millisecond each time it is read. */
export const openHome = (home: string, startedAt: number) => {
	const store = openSqliteStore(path.join(home, 'monitoring.db'), {create: true});
	let now = startedAt;
	const clock = {now: () => now++, elapsed: () => now, sleep: async () => {}};
	let random = 0;
	const pass = (ms: number): void => {
		now += ms;
	};
	return {home, store, clock, pass, ids: createIds({now: () => now, randomInt: below => random++ % below})};
};

/** Where an engine keeps its sessions below a home folder. */
export const sessionsOf = (home: string, engine: string): string => find(engine).findRecordsDirectory({HOME: home}) ?? fail(engine);

/** Imports what one engine has kept in a home folder. */
export const importHome = async (
	{home, store, clock, ids}: Omit<ReturnType<typeof openHome>, 'pass'>,
	engine: string,
	change: Partial<Pick<ImportOptions, 'folder' | 'since' | 'signal' | 'onProgress'>> = {},
) => {
	const [result] = await importSessions({
		store,
		engines: [find(engine)],
		environment: {HOME: home},
		pricing: createPricing(),
		clock,
		ids,
		self: SELF,
		folder: null,
		since: 0,
		redact: text => text,
		withLock: createSqliteLock({
			path: path.join(home, 'import.lock'),
			holderPath: path.join(home, 'import.json'),
			subject: 'an import',
			busy: 'STORE_BUSY',
			clock: createSystemClock(),
			identify: () => SELF,
		}),
		signal: new AbortController().signal,
		...change,
	});
	return result;
};
