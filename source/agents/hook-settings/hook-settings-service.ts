import {rmSync} from 'node:fs';
import {isFailure, RadError} from '../../domain/failures.ts';
import type {HookChange, HookInfo, HookSettings} from '../../domain/hooks.ts';
import {suggest} from '../../domain/suggest.ts';
import {followLinks, readBytes, replaceBytes} from '../../workspace/settings-file.ts';
import {HOOK_ENGINES, isHookEngine} from '../adopted/hook-engines.ts';
import {type HookTarget, type TargetOptions, toHookTarget} from './hook-targets.ts';
import {createSettingsMemory, type SettingsMemory, toDigest} from './saved-settings.ts';

export type HookSettingsOptions = Omit<TargetOptions, 'home'> & {
	/** Absolute path of rad's own state directory; throws when there is none. */
	readonly findStateDirectory: () => string;
};

/** Puts rad's hook into the settings of coding agents and takes it out again. */
export const createHookSettings = (options: HookSettingsOptions): HookSettings => {
	const find = (engine: string): HookTarget => toHookTarget(toEngine(engine), {...options, home: toHome(options.environment)});
	const memory = (): SettingsMemory => createSettingsMemory(options.findStateDirectory());
	return {
		list: async () => HOOK_ENGINES.map(engine => describe(find(engine))),
		install: async engine => translate(find(engine), target => install(target, memory())),
		uninstall: async engine => translate(find(engine), target => uninstall(target, memory())),
	};
};

const toEngine = (name: string) => {
	if (isHookEngine(name)) return name;
	const meant = suggest(name, HOOK_ENGINES);
	const advice = meant === undefined ? `there are: ${HOOK_ENGINES.join(', ')}` : `did you mean "${meant}"?`;
	throw new RadError('USAGE', `Nothing is known of hooks of "${name.slice(0, 40)}"; ${advice}`, {details: {topic: 'hook install'}});
};

const toHome = ({HOME: home}: HookSettingsOptions['environment']): string => {
	if (home?.startsWith('/') === true) return home;
	throw new RadError('NO_STATE_DIRECTORY', 'The settings of the agents cannot be found: HOME is no absolute path.', {hint: 'set HOME'});
};

const describe = (target: HookTarget): HookInfo => {
	const {engine, file, text} = target;
	try {
		const bytes = readBytes(followLinks(file));
		const found = bytes === null ? 'none' : text.find(toSettingsText(bytes, file));
		return {engine, file, state: STATES[found]};
	} catch (error) {
		if (!isFailure(error, 'SETTINGS_UNUSABLE') && !isSystemError(error)) throw error;
		return {engine, file, state: 'unreadable'};
	}
};

const STATES = {ours: 'installed', other: 'outdated', none: 'missing'} as const;

const install = ({engine, file: named, text, notes}: HookTarget, memory: SettingsMemory): HookChange => {
	const file = followLinks(named);
	const bytes = readBytes(file);
	const present = bytes === null ? null : toSettingsText(bytes, named);
	const found = present === null ? 'none' : text.find(present);
	if (found === 'ours') return {engine, file: named, change: 'none', notes: []};
	const wanted = Buffer.from(text.add(present));
	// Saved first: a crash between the two leaves settings that uninstalling knows to be as they were.
	memory.save(file, {before: toBefore({bytes, present, found, text}, memory.load(file)), written: toDigest(wanted)});
	replaceBytes(file, wanted);
	return {engine, file: named, change: 'installed', notes};
};

type Present = {readonly bytes: Buffer | null; readonly present: string | null; readonly found: string; readonly text: HookTarget['text']};

/** What uninstalling will bring back: of a hook that is replaced, what was there before the hook. */
const toBefore = ({bytes, present, found, text}: Present, saved: ReturnType<SettingsMemory['load']>): Buffer | null => {
	if (found === 'none' || bytes === null || present === null) return bytes;
	if (saved?.written === toDigest(bytes)) return saved.before;
	const rest = text.remove(present);
	return rest === null ? null : Buffer.from(rest);
};

const uninstall = ({engine, file: named, text}: HookTarget, memory: SettingsMemory): HookChange => {
	const file = followLinks(named);
	const bytes = readBytes(file);
	const saved = memory.load(file);
	const present = bytes === null ? null : toSettingsText(bytes, named);
	if (bytes === null || present === null || text.find(present) === 'none') {
		memory.forget(file);
		return {engine, file: named, change: 'none', notes: []};
	}
	const isUntouched = saved?.written === toDigest(bytes);
	const rest = isUntouched ? saved.before : toBytes(text.remove(present));
	if (rest === null) rmSync(file);
	else replaceBytes(file, rest);
	memory.forget(file);
	return {engine, file: named, change: isUntouched ? 'restored' : 'removed', notes: []};
};

const toBytes = (text: string | null): Buffer | null => (text === null ? null : Buffer.from(text));

const toSettingsText = (bytes: Buffer, file: string): string => {
	const text = bytes.toString('utf8');
	if (!Buffer.from(text).equals(bytes)) throw new RadError('SETTINGS_UNUSABLE', `The settings are not UTF-8 text: ${file}`, {hint: 'mend the file'});
	return text;
};

/** What the operating system refuses is named. */
const translate = (target: HookTarget, change: (target: HookTarget) => HookChange): HookChange => {
	try {
		return change(target);
	} catch (cause) {
		if (!isSystemError(cause)) throw cause;
		throw new RadError('SETTINGS_UNUSABLE', `The settings cannot be read or written (${cause.message}): ${target.file}`, {
			cause,
			hint: `make it writable: ${target.file}`,
		});
	}
};

const isSystemError = (error: unknown): error is NodeJS.ErrnoException => error instanceof Error && 'syscall' in error;
