#!/usr/bin/env node
const {closeSync, existsSync, fstatSync, mkdirSync, readFileSync, rmSync, writeFileSync} = require('node:fs');
const path = require('node:path');

const PROGRAM = path.join(__dirname, '../dist/rad.cjs');

/** Commands that take the whole terminal, and so may leave it unusable when they are killed. */
const FULL_SCREEN = ['top', 'demo'];

/** Main screen, cursor, line wrapping; no mouse, no bracketed paste, no half-finished picture, no colour. */
const RESET = ['?2026l', '?1049l', '?25h', '?7h', '?1000l', '?1002l', '?1003l', '?1006l', '?2004l', '0m'].map(code => `\u001b[${code}`).join('');

/** Flags with which they only print, so that nothing has to be given back. */
const PRINTING = /^--(?:once|svg|plain)(?:=|$)/;

// The streams are looked at last: making them takes time that other commands need not lose.
const needsLauncher = () =>
	process.env.RAD_LAUNCHED === undefined &&
	process.argv.slice(2).some(word => FULL_SCREEN.includes(word)) &&
	!process.argv.slice(2).some(word => PRINTING.test(word)) &&
	process.stdin.isTTY === true &&
	process.stdout.isTTY === true;

const stty = (...args) =>
	require('node:child_process')
		.spawnSync('stty', args, {stdio: ['inherit', 'pipe', 'ignore'], encoding: 'utf8'})
		.stdout?.trim();

/**
 * Where a launcher notes how its terminal was, for the next rad in it, should the launcher be killed too; undefined where standard input is no
 * terminal. The number of a device is given to other terminals later: `bornAt` tells one from the other.
 */
const findNote = () => {
	try {
		const stat = fstatSync(0);
		if (!stat.isCharacterDevice()) return undefined;
		return {file: path.join(require(PROGRAM).findStateDirectory(process.env), 'terminals', String(stat.rdev)), bornAt: stat.ctimeMs};
	} catch {
		return undefined;
	}
};

/** Notes how the terminal was while these processes have it; undefined where that is noted already, or cannot be. */
const writeNote = (settings, pids) => {
	const note = findNote();
	if (note === undefined || !settings) return undefined;
	try {
		mkdirSync(path.dirname(note.file), {recursive: true, mode: 0o700});
		writeFileSync(note.file, JSON.stringify({bornAt: note.bornAt, settings, pids}), {mode: 0o600, flag: 'wx'});
		return note.file;
	} catch {
		return undefined;
	}
};

const isAlive = pid => {
	try {
		return process.kill(pid, 0);
	} catch (error) {
		return error.code === 'EPERM';
	}
};

/** Whoever changes the terminal of others is stopped by the system, and would spoil what they do. */
const isInForeground = () =>
	require('node:child_process')
		.spawnSync('ps', ['-o', 'stat=', '-p', String(process.pid)], {encoding: 'utf8'})
		.stdout?.includes('+');

/** Gives the terminal back that a dashboard left as it was when both it and its launcher were killed. */
const mendTerminal = () => {
	const place = findNote();
	if (place === undefined || !existsSync(place.file)) return;
	const note = readNote(place.file);
	const isOfThis = note?.bornAt === place.bornAt;
	if (isOfThis && (note.pids.some(isAlive) || !isInForeground())) return;
	try {
		rmSync(place.file, {force: true});
		if (!isOfThis) return;
		writeFileSync('/dev/tty', RESET);
		stty(note.settings);
		keepSettings();
	} catch {
		// What was asked for is more important.
	}
};

/** Node.js gives a terminal at its end the settings that it had at its start, but for handles that are closed by then. */
const keepSettings = () => {
	const {isatty} = require('node:tty');
	process.on('exit', () => {
		for (const handle of [0, 1, 2]) if (isatty(handle)) closeSync(handle);
	});
};

const readNote = file => {
	try {
		return JSON.parse(readFileSync(file, 'utf8'));
	} catch {
		return undefined;
	}
};

/**
 * Nearly all that a dashboard makes is for one picture. With room of gigabytes, V8 collects that late and holds half as much again; so many MB, of
 * what is young and of the rest, are enough for runs of a hundred thousand agents.
 */
const MEMORY = ['--max-semi-space-size=4', '--max-old-space-size=1024'];

/** Runs the program as a child that this process outlives: nobody else can mend the terminal after a kill -9 or a crash of V8. */
const launch = async () => {
	const {spawn} = require('node:child_process');
	const {constants} = require('node:os');
	const settings = stty('-g');
	const child = spawn(process.execPath, [...MEMORY, ...process.execArgv, __filename, ...process.argv.slice(2)], {
		stdio: 'inherit',
		env: {...process.env, RAD_LAUNCHED: '1'},
	});
	const note = writeNote(settings, [process.pid, child.pid]);
	// Ctrl+C reaches the child too, which decides what it means.
	for (const signal of ['SIGINT', 'SIGQUIT']) process.on(signal, () => {});
	for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
	// A terminal that was closed cannot be mended.
	process.stdout.on('error', () => {});
	const [code, signal] = await new Promise((resolve, reject) => {
		child.once('error', reject);
		child.once('exit', (...ending) => resolve(ending));
	});
	const exitCode = code ?? 128 + constants.signals[signal];
	if (exitCode > 128) {
		process.stdout.write(RESET);
		if (settings) stty(settings);
	}
	if (note !== undefined) rmSync(note, {force: true});
	process.exitCode = exitCode;
};

if (!existsSync(PROGRAM)) {
	console.error('rad: the program is not built yet.\n  try: npm run build');
	process.exitCode = 6;
} else {
	// A shell that asks for words to complete is itself at work on the terminal.
	if (process.env.RAD_LAUNCHED === undefined && process.argv[2] !== '__complete') mendTerminal();
	void (needsLauncher() ? launch() : require(PROGRAM).start());
}
