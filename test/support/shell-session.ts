import {spawn} from '@lydell/node-pty';

/** What a command wrote to the terminal, without what only controls it, and how it ended. */
export type Answer = {readonly lines: readonly string[]; readonly exitCode: number};

export type ShellSession = {
	/** Runs a line in the shell, as if typed. Says `y` where it asks, and leaves the dashboard with `q` as soon as that is drawn. */
	readonly run: (command: string) => Promise<Answer>;
	readonly close: () => Promise<void>;
};

/** Marks the begin and the end of what a command writes; no program writes it by itself. */
const MARK = '\u001e';
const CONTROL = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007]*\u0007|[=>78])|\r/g;
const QUESTION = /\[y\/N\] $/;
const IS_DRAWN = /\u001b\[\?1049h[\s\S]*Agents/;

/** Opens a shell in a pseudo terminal of 100 columns, with the environment that is given and no other. */
export const openShell = (cwd: string, env: Readonly<Record<string, string>>): ShellSession => {
	const shell = spawn('bash', ['--noprofile', '--norc', '--noediting'], {cols: 100, rows: 40, cwd, env: {...env, PS1: ''}});
	let written = '';
	let hear = (): void => undefined;
	shell.onData(data => {
		written += data;
		hear();
	});
	const gone = new Promise<void>(resolve => shell.onExit(() => resolve()));
	const run = (command: string): Promise<Answer> =>
		new Promise(resolve => {
			written = '';
			let answered = 0;
			hear = () => {
				const [, text = '', exitCode] = written.split(MARK);
				if (exitCode !== undefined && written.split(MARK).length > 3) {
					hear = () => undefined;
					resolve({lines: toLines(text), exitCode: Number(exitCode)});
				} else if (answered < text.length && (QUESTION.test(text) || IS_DRAWN.test(text.slice(answered)))) {
					shell.write(QUESTION.test(text) ? 'y\r' : 'q');
					answered = text.length;
				}
			};
			// In the shell itself, so that cd and variables hold for what comes next. The terminal echoes the line, but not these marks.
			const quoted = `'${command.replaceAll("'", `'\\''`)}'`;
			shell.write(`printf '\\036'; eval ${quoted}; printf '\\036%d\\036' $?\r`);
		});
	return {
		run,
		close: () => {
			shell.kill('SIGKILL');
			return gone;
		},
	};
};

const toLines = (text: string): readonly string[] => {
	const lines = text
		.replaceAll(CONTROL, '')
		.split('\n')
		.map(line => line.trimEnd());
	while (lines.at(-1) === '') lines.pop();
	return lines;
};
