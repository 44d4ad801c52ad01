import {readdirSync, readFileSync} from 'node:fs';

/** The kernel counts processor time in hundredths of a second. */
const TICK_MS = 10;

const readStat = (pid: number): readonly string[] => {
	const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
	return text.slice(text.lastIndexOf(')') + 2).split(' ');
};

/** Of the process and not of its children: user and system time are fields 14 and 15 of proc(5). */
export const readCpuMs = (pid: number): number => {
	const fields = readStat(pid);
	return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
};

export const listChildren = (parent: number): readonly number[] =>
	readdirSync('/proc')
		.filter(name => /^\d+$/.test(name))
		.map(Number)
		.filter(pid => {
			try {
				return Number(readStat(pid)[1]) === parent;
			} catch {
				// Gone since it was listed.
				return false;
			}
		});

/** True of a process that has ended, and that its parent has not asked about. */
export const isDead = (pid: number): boolean => {
	try {
		return readStat(pid)[0] === 'Z';
	} catch {
		return false;
	}
};

export const readPeakMb = (pid: number): number => readMb(pid, 'VmHWM');

export const readMemoryMb = (pid: number): number => readMb(pid, 'VmRSS');

const readMb = (pid: number, field: string): number =>
	Number(new RegExp(`${field}:\\s+(\\d+) kB`).exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
