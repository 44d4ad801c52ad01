import path from 'node:path';
import {quote} from '../../domain/quote.ts';
import {type HookEngine, WRITING_TOOLS} from '../adopted/hook-engines.ts';
import type {HookText} from './hook-text.ts';
import {createJsonHooks} from './jsonc-hooks.ts';
import {createOpencodePlugin} from './opencode-plugin.ts';

/** Where the hook of an engine goes. */
export type HookTarget = {
	readonly engine: HookEngine;
	/** Absolute path of the user's own settings; it need not exist. */
	readonly file: string;
	readonly text: HookText;
	/** What the user should know after installing it, one sentence each. */
	readonly notes: readonly string[];
};

export type TargetOptions = {
	readonly environment: Readonly<Record<string, string | undefined>>;
	/** Absolute path of the home directory. */
	readonly home: string;
	readonly nodePath: string;
	/** Absolute path of the built hook program. */
	readonly hookFile: string;
};

export const toHookTarget = (engine: HookEngine, options: TargetOptions): HookTarget => TARGETS[engine](options);

const toJsonTarget = (
	engine: HookEngine,
	file: string,
	{nodePath, hookFile}: TargetOptions,
	event: string,
	timeout: number,
): Omit<HookTarget, 'notes'> => {
	const command = [...[nodePath, hookFile].map(quote), engine].join(' ');
	// Of a rad that was installed elsewhere, too.
	const isOfRad = (text: string): boolean => /\/tool-hook\.c?js'? (?:claude|gemini|codex)$/.test(text);
	return {engine, file, text: createJsonHooks({file, event, matcher: WRITING_TOOLS[engine], command, timeout, isOfRad})};
};

const toDirectory = (value: string | undefined, fallback: string): string => (value !== undefined && path.isAbsolute(value) ? value : fallback);

const TARGETS: Readonly<Record<HookEngine, (options: TargetOptions) => HookTarget>> = {
	claude: options => {
		const directory = toDirectory(options.environment['CLAUDE_CONFIG_DIR'], path.join(options.home, '.claude'));
		return {...toJsonTarget('claude', path.join(directory, 'settings.json'), options, 'PreToolUse', 120), notes: []};
	},
	gemini: options => ({...toJsonTarget('gemini', path.join(options.home, '.gemini', 'settings.json'), options, 'BeforeTool', 120_000), notes: []}),
	codex: options => {
		const directory = toDirectory(options.environment['CODEX_HOME'], path.join(options.home, '.codex'));
		return {
			...toJsonTarget('codex', path.join(directory, 'hooks.json'), options, 'PreToolUse', 120),
			notes: ['Codex asks at its next start whether you trust the hook; until you do, it is not called, and codex exec never asks.'],
		};
	},
	opencode: options => {
		const file = path.join(toDirectory(options.environment['XDG_CONFIG_HOME'], path.join(options.home, '.config')), 'opencode/plugin/rad.js');
		return {
			engine: 'opencode',
			file,
			text: createOpencodePlugin({file, nodePath: options.nodePath, hookFile: options.hookFile, tools: WRITING_TOOLS.opencode}),
			notes: [
				'With any plugin, opencode installs a package from npm (63 MB) at its first start; without a network that start takes a minute longer.',
			],
		};
	},
};
