import {spawn} from '@lydell/node-pty';
import xterm from '@xterm/headless';

type Options = {
	readonly command: string;
	readonly args: readonly string[];
	readonly columns: number;
	readonly rows: number;
	readonly cwd?: string;
	readonly env?: Readonly<Record<string, string | undefined>>;
};

/** A program in a real pseudo terminal, with a model of what its screen shows. */
export type TerminalSession = {
	readonly pid: number;
	/** Sends keys as a terminal would: `\r` is Enter, `\u001b` Esc. Send Esc alone; with a key behind it, it is Alt and that key. */
	readonly type: (keys: string) => void;
	readonly resize: (columns: number, rows: number) => void;
	/** The screen's rows without trailing spaces, joined by line breaks. */
	readonly screenText: () => string;
	/** True while the alternate screen is shown. */
	readonly isAlternate: () => boolean;
	readonly isCursorHidden: () => boolean;
	/** Everything that a program can leave behind in a terminal besides text, but for the settings of `stty`. */
	readonly modes: () => Readonly<Record<string, unknown>>;
	/** Everything that the program wrote so far. */
	readonly written: () => string;
	/** Resolves with the screen's text as soon as it satisfies the condition; rejects with the last screen when that takes too long. */
	readonly waitFor: (isReached: (screen: string) => boolean, timeoutMs?: number) => Promise<string>;
	/** Resolves when the program is gone and all that it wrote was read. */
	readonly exit: Promise<{readonly exitCode: number; readonly signal: number | undefined}>;
	readonly kill: (signal?: string) => void;
	/** Closes the window: nobody reads any more, and the program is told so. */
	readonly hangUp: () => void;
};

// Ink draws only its last frame when it believes that it runs in a build server, tests change what is loaded, and the settings of whoever
// runs the tests change what rad does.
const REMOVED = ['CI', 'CONTINUOUS_INTEGRATION', 'NODE_ENV', 'VITEST', 'NO_COLOR', 'FORCE_COLOR', 'RAD_LAUNCHED', 'XDG_CONFIG_HOME', 'TMUX', 'STY'];

export const openTerminal = ({command, args, columns, rows, cwd, env = {}}: Options): TerminalSession => {
	const inherited = Object.entries(process.env).filter(([name]) => !REMOVED.includes(name) && !name.startsWith('VITEST_'));
	const environment = Object.fromEntries(
		Object.entries({...Object.fromEntries(inherited), TERM: 'xterm-256color', ...env}).filter(([, value]) => value !== undefined),
	);
	const model = new xterm.Terminal({cols: columns, rows, allowProposedApi: true, scrollback: 1000});
	const pty = spawn(command, [...args], {
		cols: columns,
		rows,
		cwd: cwd ?? process.cwd(),
		env: environment as Record<string, string>,
		name: 'xterm-256color',
	});
	const checks = new Set<() => void>();
	let written = '';
	let isCursorHidden = false;
	let title: string | null = null;
	model.onTitleChange(text => {
		title = text;
	});
	// Questions that the program asks the terminal are answered, as by a real one.
	model.onData(answer => pty.write(answer));
	pty.onData(data => {
		written += data;
		model.write(data, () => {
			for (const check of checks) check();
		});
		for (const [, mode] of data.matchAll(/\u001b\[\?25([hl])/g)) isCursorHidden = mode === 'l';
	});
	const screenText = (): string => {
		const buffer = model.buffer.active;
		return Array.from({length: model.rows}, (_, row) => buffer.getLine(buffer.baseY + row)?.translateToString(true) ?? '').join('\n');
	};
	const waitFor: TerminalSession['waitFor'] = (isReached, timeoutMs = 20_000) =>
		new Promise((resolve, reject) => {
			const finish = (end: () => void): void => {
				clearTimeout(timer);
				checks.delete(check);
				end();
			};
			// In the middle of a synchronised update a person sees the picture before, and the model a half.
			const check = (): void => {
				if (model.modes.synchronizedOutputMode) return;
				const screen = screenText();
				if (isReached(screen)) finish(() => resolve(screen));
			};
			const timer = setTimeout(
				() => finish(() => reject(new Error(`The screen never showed what was waited for. It shows:\n${screenText()}`))),
				timeoutMs,
			);
			checks.add(check);
			check();
		});
	const exit = new Promise<{exitCode: number; signal: number | undefined}>(resolve => {
		pty.onExit(({exitCode, signal}) => model.write('', () => resolve({exitCode, signal})));
	});
	return {
		pid: pty.pid,
		type: keys => pty.write(keys),
		resize: (newColumns, newRows) => {
			model.resize(newColumns, newRows);
			pty.resize(newColumns, newRows);
		},
		screenText,
		isAlternate: () => model.buffer.active.type === 'alternate',
		isCursorHidden: () => isCursorHidden,
		modes: () => ({...model.modes, isAlternate: model.buffer.active.type === 'alternate', isCursorHidden, title}),
		written: () => written,
		waitFor,
		exit,
		kill: signal => pty.kill(signal),
		hangUp: () => (pty as unknown as {readonly destroy: () => void}).destroy(),
	};
};
