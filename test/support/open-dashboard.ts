import {copyFileSync, mkdirSync, mkdtempSync, rmSync} from 'node:fs';
import {createServer, type Socket} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {createInterface} from 'node:readline';
import {build} from 'esbuild';
import {commonJs} from '../../bin/bundle.js';
import type {FakeCommand} from './fake-dashboard.ts';
import {openTerminal, type TerminalSession} from './terminal.ts';

const ROOT = join(import.meta.dirname, '../..');

export type FakeProgram = {readonly bin: string; readonly folder: string; readonly remove: () => void};

/** Builds the dashboard over a fake workspace into a folder of its own, behind the launcher that users start. */
export const buildFakeProgram = async (): Promise<FakeProgram> => {
	const folder = mkdtempSync(join(tmpdir(), 'rad-fake-'));
	mkdirSync(join(folder, 'bin'));
	copyFileSync(join(ROOT, 'bin/rad.cjs'), join(folder, 'bin/rad.cjs'));
	await build({...commonJs, entryPoints: {rad: 'test/support/fake-dashboard.ts'}, outdir: join(folder, 'dist')});
	return {bin: join(folder, 'bin/rad.cjs'), folder, remove: () => rmSync(folder, {recursive: true, force: true})};
};

export type FakeDashboard = {
	readonly terminal: TerminalSession;
	/** The program itself, below the launcher. */
	readonly pid: number;
	readonly tell: (command: FakeCommand) => void;
	readonly close: () => void;
};

type Options = {
	readonly columns: number;
	readonly rows: number;
	readonly env?: Readonly<Record<string, string>>;
	readonly command?: string;
	readonly args?: readonly string[];
};

/** Starts it in a terminal and waits until it can be steered. */
export const openDashboard = async ({bin, folder}: FakeProgram, {columns, rows, env = {}, command, args}: Options): Promise<FakeDashboard> => {
	const path = join(folder, `${Math.random().toString(36).slice(2)}.sock`);
	const server = createServer();
	const connected = new Promise<{socket: Socket; pid: number}>(resolve => {
		server.on('connection', socket => createInterface({input: socket}).once('line', line => resolve({socket, pid: Number(line)})));
	});
	await new Promise<void>(resolve => server.listen(path, resolve));
	const terminal = openTerminal({
		command: command ?? process.execPath,
		args: args ?? [bin, 'top'],
		columns,
		rows,
		env: {TZ: 'UTC', RAD_STATE_DIR: join(folder, 'state'), FAKE_SOCKET: path, RAD_BIN: bin, ...env},
	});
	const {socket, pid} = await connected;
	socket.on('error', () => undefined);
	return {
		terminal,
		pid,
		tell: told => void socket.write(`${JSON.stringify(told)}\n`),
		close: () => {
			socket.destroy();
			server.close();
			terminal.kill('SIGKILL');
		},
	};
};
