import {chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import type {Scratch} from '../../support/scratch-repo.ts';

/** System calls that change what is on the disk, or begin to. */
export const SYSCALLS = [
	...['openat', 'write', 'pwrite64', 'pwritev', 'ftruncate', 'copy_file_range', 'sendfile', 'fsync', 'fdatasync'],
	...['rename', 'renameat', 'renameat2', 'link', 'linkat', 'symlink', 'symlinkat', 'unlink', 'unlinkat', 'mkdir', 'mkdirat', 'rmdir'],
	...['chmod', 'fchmod', 'fchmodat', 'utimensat', 'futimesat'],
];

/** One call of the system by rad itself or by one of the gits that it starts, told by name and number (`read-tree.2`). */
export type Point = {readonly actor: string; readonly syscall: string; readonly when: number};

/** Who dies when a git is killed: it alone, while rad goes on, or rad at the same moment. */
export type Fate = 'git alone' | 'everything';

/** A `git` that stands before the real one in the PATH of a scratch folder and lets strace follow it when it is told to. */
export type GitWrapper = {
	readonly environment: Readonly<Record<string, string>>;
	readonly pass: () => void;
	readonly record: () => void;
	readonly kill: (point: Point, fate: Fate) => void;
	/** True when the git of the last `kill` was killed. */
	readonly hasKilled: () => boolean;
	/** What was recorded since `record`. */
	readonly points: () => Point[];
};

const toScript = (folder: string, git: string): string => `#!/bin/sh
. '${folder}/plan'
number=1
while ! mkdir "${folder}/calls/$1.$number" 2>/dev/null; do number=$((number + 1)); done
if [ "$mode" = record ]; then
	exec strace -f -qq -o "${folder}/calls/$1.$number/trace" -e trace=${SYSCALLS.join(',')} '${git}' "$@"
fi
if [ "$mode" = kill ] && [ "$1.$number" = "$actor" ]; then
	strace -f -qq -o /dev/null -e trace="$syscall" -e inject="$syscall:signal=KILL:when=$when" '${git}' "$@"
	code=$?
	[ $code = 137 ] || exit $code
	touch '${folder}/calls/killed'
	[ "$fate" = everything ] && kill -9 $PPID
	kill -9 $$
fi
exec '${git}' "$@"
`;

/** Puts the wrapper into a scratch folder. `git` is the absolute path of the real one. */
export const installGitWrapper = ({base, environment}: Scratch, git: string): GitWrapper => {
	const folder = join(base, 'wrapper');
	const calls = join(folder, 'calls');
	const plan = (values: Readonly<Record<string, string>>): void => {
		rmSync(calls, {recursive: true, force: true});
		mkdirSync(calls, {recursive: true});
		writeFileSync(
			join(folder, 'plan'),
			Object.entries(values)
				.map(([name, value]) => `${name}='${value}'\n`)
				.join(''),
		);
	};
	const traceOf = (name: string): string => join(calls, name, 'trace');
	plan({mode: 'pass'});
	writeFileSync(join(folder, 'git'), toScript(folder, git));
	chmodSync(join(folder, 'git'), 0o755);
	return {
		environment: {...environment, PATH: `${folder}:${environment['PATH']}`},
		pass: () => plan({mode: 'pass'}),
		record: () => plan({mode: 'record'}),
		kill: ({actor, syscall, when}, fate) => plan({mode: 'kill', actor, syscall, when: String(when), fate}),
		hasKilled: () => existsSync(join(calls, 'killed')),
		points: () =>
			readdirSync(calls)
				.filter(name => existsSync(traceOf(name)))
				.flatMap(name => toPoints(name, readFileSync(traceOf(name), 'latin1'))),
	};
};

/** Reads what strace wrote of one actor. Calls that change nothing by themselves are counted, since strace counts them, but are no points. */
export const toPoints = (actor: string, trace: string): Point[] => {
	const counts = new Map<string, number>();
	return trace.split('\n').flatMap(line => {
		const [, thread, syscall] = /^(\d+) +(\w+)\(/.exec(line) ?? [];
		if (thread === undefined || syscall === undefined) return [];
		const when = (counts.get(`${thread} ${syscall}`) ?? 0) + 1;
		counts.set(`${thread} ${syscall}`, when);
		return isHarmless(syscall, line) ? [] : [{actor, syscall, when}];
	});
};

// Reading, telling the parent something on a standard stream, and waking a thread of one's own.
const isHarmless = (syscall: string, line: string): boolean =>
	(syscall === 'openat' && !/"(?!\/dev\/null").*(?:O_WRONLY|O_RDWR|O_CREAT)/.test(line)) ||
	(syscall === 'write' && (/write\([12], /.test(line) || /, "(?:\*|\\1(?:\\0){7})", \d\)/.test(line)));
