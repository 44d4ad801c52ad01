import {closeSync, openSync, readdirSync, readSync} from 'node:fs';
import type {ProcessIdentity} from '../domain/records.ts';
import type {ProcessTable} from './process-table.ts';
import {sendSignal} from './send-signal.ts';

/** The process table of Linux, read from `/proc` (see proc(5)). */
export const createProcProcessTable = (): ProcessTable => {
	const bootId = read('/proc/sys/kernel/random/boot_id')?.trim() ?? 'unknown';
	const look = (pid: number): Look | undefined => {
		const stat = read(`/proc/${pid}/stat`);
		if (stat === undefined) return undefined;
		// The second field is the command in brackets and may hold spaces and brackets itself.
		const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
		const [state, , group, session] = fields;
		const startTime = fields[19];
		if (startTime === undefined) return undefined;
		return {identity: {pid, startTime, bootId}, isZombie: state === 'Z' || state === 'X', belongsTo: [Number(group), Number(session)]};
	};
	const identify = (pid: number): ProcessIdentity | undefined => look(pid)?.identity;
	const isAlive = (identity: ProcessIdentity): boolean => {
		const now = identity.bootId === bootId ? look(identity.pid) : undefined;
		return now !== undefined && !now.isZombie && now.identity.startTime === identity.startTime;
	};
	const listMarked: ProcessTable['listMarked'] = name => {
		const mark = `\0${name}=`;
		return listPids().flatMap(pid => {
			const environment = `\0${read(`/proc/${pid}/environ`) ?? ''}`;
			const start = environment.indexOf(mark);
			const identity = start === -1 ? undefined : identify(pid);
			const [value = ''] = environment.slice(start + mark.length).split('\0', 1);
			return identity === undefined ? [] : [{identity, value}];
		});
	};
	return {
		identify,
		isAlive,
		listMarked,
		findMarked: (name, value) => listMarked(name).flatMap(marked => (marked.value === value ? [marked.identity] : [])),
		findMembers: leader => {
			const isAnothers = (look(leader.pid)?.identity.startTime ?? leader.startTime) !== leader.startTime;
			if (isAnothers || leader.bootId !== bootId) return [];
			return listPids().flatMap(pid => {
				const found = look(pid);
				return found?.belongsTo.includes(leader.pid) && !found.isZombie ? [found.identity] : [];
			});
		},
		signal: (identity, signal) => isAlive(identity) && sendSignal(identity.pid, signal),
		signalGroup: (leader, signal) => isAlive(leader) && sendSignal(-leader.pid, signal),
	};
};

type Look = {
	readonly identity: ProcessIdentity;
	readonly isZombie: boolean;
	/** The leaders of its group and of its session. */
	readonly belongsTo: readonly number[];
};

const listPids = (): readonly number[] =>
	readdirSync('/proc')
		.filter(name => /^\d+$/.test(name))
		.map(Number);

const buffer = Buffer.allocUnsafe(16 * 1024);

/**
 * Undefined for a process that is gone or belongs to somebody else. Files of `/proc` tell no size, and every step of a run reads those of
 * all processes: so it takes half the time of `readFileSync`.
 */
const read = (file: string): string | undefined => {
	let handle: number | undefined;
	try {
		handle = openSync(file, 'r');
		let text = '';
		for (let size = -1; size !== 0; ) {
			size = readSync(handle, buffer);
			text += buffer.toString('latin1', 0, size);
		}
		return text;
	} catch {
		return undefined;
	} finally {
		if (handle !== undefined) closeSync(handle);
	}
};
