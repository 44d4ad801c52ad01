import {existsSync, readFileSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {isHookEngine, isWritingTool} from './agents/adopted/hook-engines.ts';
import {parseSessionCall} from './agents/hook-call.ts';
import {findCacheFile, runCompiled} from './compiled-program.ts';
import type * as Work from './tool-hook.ts';

// The program that coding agents call before a tool runs when people use them without rad: `node tool-hook.cjs <engine>`, the call on
// standard input. It is started for each write, so it loads the parts that make a checkpoint only where there is a workspace.
const EXIT_BLOCKED = 2;

/** True when there is a workspace at or above a folder; whether it may be used is asked later. */
const hasWorkspace = (folder: string): boolean =>
	existsSync(path.join(folder, '.radium')) || (path.dirname(folder) !== folder && hasWorkspace(path.dirname(folder)));

const loadWork = () => runCompiled<typeof Work>(process, path.join(__dirname, 'tool-hook-work.cjs'), findCacheFile(process.env, 'tool-hook'));

/** @throws when the call could not be saved; the agent may write all the same unless the policy says otherwise. */
const work = async (engine: string | undefined, body: string): Promise<void> => {
	if (!isHookEngine(engine)) throw new Error('usage: tool-hook.cjs <engine>');
	const told = parseSessionCall(body);
	if (told === undefined) throw new Error(`what ${engine} sent is not understood`);
	if (!isWritingTool(engine, told.write.tool) || !hasWorkspace(told.cwd)) return;
	const {exports, keep} = loadWork();
	await exports.takeCall(process, engine, told);
	keep();
};

/** What holds where it cannot be found out is that no agent is held up. */
const isBlockingFor = async (folder: string): Promise<boolean> => {
	if (process.env['RAD_HOOK_POLICY'] === 'block') return true;
	try {
		return (await loadWork().exports.findPolicy(process, folder)) === 'block';
	} catch {
		return false;
	}
};

/** Rad asks the agents that it runs itself. */
const isOfRad = (process.env['RAD_AGENT_ID'] ?? '') !== '';

const main = async (): Promise<void> => {
	let body = '';
	try {
		if (!isOfRad) {
			body = readFileSync(0, 'utf8');
			await work(process.argv[2], body);
		}
		process.stdout.write('{}\n');
	} catch (error) {
		const reason = (error instanceof Error ? error.message : String(error)).replaceAll('\n', ' ');
		const isBlocking = await isBlockingFor(parseSessionCall(body)?.cwd ?? process.cwd());
		process.stderr.write(
			isBlocking ? `rad: the write was not made, since no checkpoint could be stored: ${reason}\n` : `rad: no checkpoint: ${reason}\n`,
		);
		if (isBlocking) process.exitCode = EXIT_BLOCKED;
		else process.stdout.write('{}\n');
	}
};

void main();
