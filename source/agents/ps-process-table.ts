import {spawnSync} from 'node:child_process';
import type {ProcessIdentity} from '../domain/records.ts';
import type {ProcessTable} from './process-table.ts';
import {sendSignal} from './send-signal.ts';

/** The process table of systems without `/proc`, read from `ps`. Start times have a resolution of a second there. */
export const createPsProcessTable = (): ProcessTable => {
	const bootId = 'ps';
	const look = (pid: number): {readonly identity: ProcessIdentity; readonly isZombie: boolean} | undefined => {
		const [line] = runPs(['-p', String(pid), '-o', 'stat=,lstart=']);
		const [, state, startTime] = /^\s*(\S+)\s+(.+?)\s*$/.exec(line ?? '') ?? [];
		return state === undefined || startTime === undefined ? undefined : {identity: {pid, startTime, bootId}, isZombie: state.startsWith('Z')};
	};
	const identify = (pid: number): ProcessIdentity | undefined => look(pid)?.identity;
	const isAlive = (identity: ProcessIdentity): boolean => {
		const now = look(identity.pid);
		return now !== undefined && !now.isZombie && now.identity.startTime === identity.startTime;
	};
	const listMarked: ProcessTable['listMarked'] = name => {
		const mark = ` ${name}=`;
		return runPs(['-A', '-E', '-ww', '-o', 'pid=,command=']).flatMap(line => {
			const start = line.indexOf(mark);
			const identity = start === -1 ? undefined : identify(Number.parseInt(line, 10));
			const [value = ''] = line.slice(start + mark.length).split(' ', 1);
			return identity === undefined ? [] : [{identity, value}];
		});
	};
	return {
		identify,
		isAlive,
		listMarked,
		findMarked: (name, value) => listMarked(name).flatMap(marked => (marked.value === value ? [marked.identity] : [])),
		// It tells no session by its number.
		findMembers: leader =>
			runPs(['-A', '-o', 'pid=,pgid=']).flatMap(line => {
				const [pid, group] = line.trim().split(/ +/).map(Number);
				const identity = pid === undefined || group !== leader.pid ? undefined : identify(pid);
				return identity !== undefined && isAlive(identity) ? [identity] : [];
			}),
		signal: (identity, signal) => isAlive(identity) && sendSignal(identity.pid, signal),
		signalGroup: (leader, signal) => isAlive(leader) && sendSignal(-leader.pid, signal),
	};
};

const runPs = (args: readonly string[]): readonly string[] => {
	const {stdout} = spawnSync('ps', args, {encoding: 'utf8', env: {LC_ALL: 'C', PATH: '/bin:/usr/bin'}, maxBuffer: 64 * 1024 * 1024});
	return (stdout ?? '').split('\n').filter(line => line !== '');
};
