import type {Engine} from '../engine.ts';
import type {FindProgram} from '../find-program.ts';
import {createClaudeEngine} from './claude/claude-engine.ts';
import {createCodexEngine} from './codex/codex-engine.ts';
import {createRecordedEngine, type RecordedEngineOptions} from './recorded/recorded-engine.ts';
import {createShellEngine} from './shell/shell-engine.ts';

/** All engines of this rad. */
export type Engines = {
	readonly find: (name: string) => Engine | undefined;
	/** In the order in which they are shown to users. */
	readonly names: readonly string[];
};

export type EnginesOptions = RecordedEngineOptions & {
	/** The built program that some engines call before a tool runs. */
	readonly hookFile: string;
	readonly findProgram: FindProgram;
};

export const createEngines = (options: EnginesOptions): Engines => {
	const hookCommand = [options.nodePath, options.hookFile].map(quoteForShell).join(' ');
	const engines = [createShellEngine(), createRecordedEngine(options), createClaudeEngine(options), createCodexEngine({...options, hookCommand})];
	return {
		find: name => engines.find(engine => engine.name === name),
		names: engines.map(engine => engine.name),
	};
};

const quoteForShell = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;
