import {quote} from '../../domain/quote.ts';
import type {Engine, SessionKeeper} from '../engine.ts';
import type {FindProgram} from '../find-program.ts';
import {createApiEngine} from './api/api-engine.ts';
import {createClaudeEngine} from './claude/claude-engine.ts';
import {createCodexEngine} from './codex/codex-engine.ts';
import {copilotSessions} from './copilot/copilot-sessions.ts';
import {findHookSettings} from './gemini/find-hook-settings.ts';
import {createGeminiEngine} from './gemini/gemini-engine.ts';
import {createOpencodeEngine} from './opencode/opencode-engine.ts';
import {qwenSessions} from './qwen/qwen-sessions.ts';
import {createRecordedEngine, type RecordedEngineOptions} from './recorded/recorded-engine.ts';
import {createShellEngine} from './shell/shell-engine.ts';

/** All engines of this rad. */
export type Engines = {
	readonly find: (name: string) => Engine | undefined;
	/** In the order in which they are shown to users. */
	readonly names: readonly string[];
	/** Whose sessions can be imported, in the same order; some of them rad cannot run. */
	readonly keepers: readonly SessionKeeper[];
};

export type EnginesOptions = RecordedEngineOptions & {
	/** The built agent that calls the API of a model. */
	readonly agentFile: string;
	/** The built program that some engines call before a tool runs. */
	readonly hookFile: string;
	/** Settings by which Gemini CLI calls it, see `findHookSettings`. */
	readonly geminiHookSettings: string;
	readonly findProgram: FindProgram;
};

export const createEngines = (options: EnginesOptions): Engines => {
	const hookCommand = [options.nodePath, options.hookFile].map(quote).join(' ');
	const engines = [
		createShellEngine(),
		createRecordedEngine(options),
		createClaudeEngine(options),
		createCodexEngine({...options, hookCommand}),
		createGeminiEngine({...options, hookCommand, hookSettingsFile: findHookSettings(options.geminiHookSettings)}),
		createOpencodeEngine(options),
		createApiEngine(options),
	];
	return {
		find: name => engines.find(engine => engine.name === name),
		names: engines.map(engine => engine.name),
		keepers: [...engines.flatMap(toKeeper), copilotSessions, qwenSessions],
	};
};

const toKeeper = ({name, history, findRecordsDirectory}: Engine): readonly SessionKeeper[] =>
	history === null ? [] : [{name, history, findRecordsDirectory}];
