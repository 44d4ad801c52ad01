#!/usr/bin/env node
const {existsSync} = require('node:fs');
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
	process.exitCode = exitCode;
};

if (!existsSync(PROGRAM)) {
	console.error('rad: the program is not built yet.\n  try: npm run build');
	process.exitCode = 6;
} else if (needsLauncher()) {
	void launch();
} else {
	void require(PROGRAM).start();
}
