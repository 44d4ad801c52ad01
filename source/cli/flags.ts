import {AGENT_STATUSES} from '../domain/status.ts';
import type {FlagSpec, FlagSpecs} from './command.ts';

/** Understood before and after every command. */
export const GLOBAL_FLAGS = {
	workspace: {type: 'text', placeholder: 'DIR', description: 'Work in DIR instead of the current folder.'},
	noColor: {type: 'switch', description: 'Print without colours; NO_COLOR does the same.'},
	quiet: {type: 'switch', short: 'q', description: 'Print results, questions and failures, but no notes and no progress.'},
	debug: {type: 'switch', description: 'Show where in rad a failure happened; RAD_DEBUG=1 does the same.'},
	help: {type: 'switch', short: 'h', description: 'Show the help of a command.'},
	version: {type: 'switch', description: 'Show the version of rad.'},
} as const satisfies FlagSpecs;

/** Flags that several commands have. */
export const JSON_FLAG = {type: 'switch', description: 'Print JSON for scripts.'} as const satisfies FlagSpec;
export const JSON_LINES_FLAG = {type: 'switch', description: 'Print one JSON object a line.'} as const satisfies FlagSpec;
export const SINCE_FLAG = {
	type: 'moment',
	placeholder: 'WHEN',
	description: '10m and 30d mean so long ago; 2026-03-01 and 2026-03-01T14:00 are of your time zone, unless one is named.',
} as const satisfies FlagSpec;
export const RUN_FILTER_FLAG = {type: 'text', placeholder: 'RUN', description: 'Only of this run.'} as const satisfies FlagSpec;
export const WATCH_FLAGS = {
	watch: {type: 'switch', description: 'Draw it again and again, until Ctrl-C.'},
	every: {type: 'duration', placeholder: 'DURATION', description: 'With --watch: how often; 2s when not given.'},
} as const satisfies FlagSpecs;
export const INPUT_FLAG = {
	type: 'texts',
	placeholder: 'NAME=VALUE',
	description: 'Give the workflow an input. Can be repeated.',
} as const satisfies FlagSpec;
export const AGENT_STATUS_FLAG = {
	type: 'choices',
	placeholder: 'STATUS',
	choices: AGENT_STATUSES,
	description: 'Only with this status; several with commas.',
} as const satisfies FlagSpec;

/** How a flag is typed: `--no-color`. */
export const toFlagWord = (name: string): string => `--${name.replaceAll(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)}`;

/** `index` for `noIndex`; any other name is its own. */
export const toPositiveName = (name: string): string => name.replace(/^no([A-Z])/, (_, letter: string) => letter.toLowerCase());

/** The flag that a word names by its long or its short form, as the help has them. */
export const findFlag = (word: string, flags: FlagSpecs): readonly [name: string, flag: FlagSpec] | undefined =>
	Object.entries(flags).find(([name, {short}]) => toFlagWord(name) === word || (short !== undefined && `-${short}` === word));
