import path from 'node:path';
import process from 'node:process';
import {createInterface} from 'node:readline';
import {spawn as spawnPty} from '@lydell/node-pty';
import {listChildren} from '../../bench/processes.ts';
import {BIN, makeScratch, type Scratch, startRad, toTestEnvironment} from '../../support/rad.ts';
import {until} from '../../support/scratch.ts';
import {createEscapeCount, type EscapeCount} from './escape-count.ts';

/** How many rounds a workflow can have at most; those of a soak that ends in time are fewer. */
const MOST_ROUNDS = 1000;
export const CHATTERS = ['one', 'two'] as const;

// What would move the cursor, set the title, write the clipboard and draw over everything if it came through.
const HOSTILE = String.raw`\033[3J\033]0;taken\007\033]52;c;cm0=\007\033[41m\302\2333J\rover`;

const toChatter = (name: string): string => `  - id: chatter-${name}
    needs: []
    workspace: readonly
    timeout: 24h
    run: |
      n=0
      until test -e stop; do n=$((n + 1)); printf '${HOSTILE}\\nline %d\\n' "$n"; sleep 0.1; done
      echo "$n" > said-${name}
`;

/**
 * A run that goes on until the file \`stop\` is there: two agents that talk, and rounds of a shell step that changes files, has them
 * checkpointed and leaves a process behind, and of a recorded agent that uses tokens.
 */
const toFlow = (pauseSeconds: number): string => `version: 1
max_parallel: 4
steps:
${CHATTERS.map(toChatter).join('')}  - id: rounds
    needs: []
    continue_on_error: true
    foreach: { in: [${Array.from({length: MOST_ROUNDS}, (_, index) => index + 1).join(', ')}], as: round }
    steps:
      - id: work
        workspace: readonly
        checkpoint: before
        env: { ROUND: "\${{ round }}" }
        run: |
          test ! -e stop || exit 1
          echo "$ROUND" >> ledger
          mkdir -p made; seq "$ROUND" "$((ROUND + 200))" > "made/$((ROUND % 20))"
          setsid sleep 600 &
          sleep ${pauseSeconds}
      - { id: plan, workspace: readonly, recording: plan, speed: 1000, prompt: Plan it }
`;

/** One end of a pipe or of a terminal, of a rad that looks on. */
export type Onlooker = {
	readonly name: string;
	readonly pid: number;
	readonly escapes: EscapeCount;
	/** Resolves with the exit code. */
	readonly ended: Promise<number | null>;
};

export type SoakScene = {
	readonly scratch: Scratch;
	readonly file: (name: string) => string;
	readonly startRun: () => Onlooker;
	/** Follows something in a pipe, and hands each line on. */
	readonly follow: (words: readonly string[], onLine: (line: string) => void) => Onlooker;
	/** Opens the dashboard in a pseudo-terminal; resolves when it has drawn. */
	readonly openDashboard: () => Promise<Onlooker & {readonly type: (keys: string) => void}>;
};

/** @param pauseSeconds how long each round rests, so that a soak of that length does not come to the end of its rounds. */
export const makeScene = async (folder: string, pauseSeconds: number): Promise<SoakScene> => {
	const scratch = await makeScratch(folder, {soak: toFlow(pauseSeconds)});
	const follow: SoakScene['follow'] = (words, onLine) => {
		const {child, ended} = startRad(words, scratch);
		const escapes = createEscapeCount('none');
		for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: string) => escapes.write(text));
		createInterface({input: child.stdout}).on('line', onLine);
		if (child.pid === undefined) throw new Error('rad could not be started');
		return {name: `rad ${words[0]}`, pid: child.pid, escapes, ended: ended.then(({code}) => code)};
	};
	return {
		scratch,
		file: name => path.join(scratch.cwd, name),
		startRun: () => follow(['run', 'soak'], () => {}),
		follow,
		openDashboard: async () => {
			const pty = spawnPty(process.execPath, [BIN, 'top'], {
				cols: 120,
				rows: 40,
				cwd: scratch.cwd,
				env: toTestEnvironment(scratch.home, {TERM: 'xterm-256color'}),
				name: 'xterm-256color',
			});
			const escapes = createEscapeCount('dashboard');
			let hasDrawn = false;
			pty.onData(text => {
				hasDrawn ||= text.includes('chatter-one');
				escapes.write(text);
			});
			const ended = new Promise<number | null>(resolve => pty.onExit(({exitCode}) => resolve(exitCode)));
			await until(() => hasDrawn);
			const [pid] = listChildren(pty.pid);
			if (pid === undefined) throw new Error('the launcher must have started the dashboard');
			return {name: 'rad top', pid, escapes, ended, type: keys => pty.write(keys)};
		},
	};
};
