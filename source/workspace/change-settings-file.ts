import {lstatSync, statSync} from 'node:fs';
import type {DashboardKeys, SettingReport, SettingsTarget} from '../domain/configuration.ts';
import {RadError} from '../domain/failures.ts';
import {formatProblem, type WorkflowProblem} from '../domain/workflow-problem.ts';
import {type Resolved, resolveSettings} from './resolve-settings.ts';
import {followLinks, replaceBytes} from './settings-file.ts';
import {
	type ConfigurationPlaces,
	type FileReading,
	parseFile,
	readSettingsFile,
	readSettingsText,
	type SettingsFile,
	toUserFile,
	toWorkspaceFile,
} from './settings-files.ts';
import {toOutputFailure} from './write-output-file.ts';

export type ChangeOptions = ConfigurationPlaces & {readonly loadKeys: () => Promise<DashboardKeys>};

type Change = {
	readonly file: SettingsFile;
	readonly target: SettingsTarget;
	/** The setting that is changed. */
	readonly key: string;
	/** Makes the new text of the old one; undefined where there is no place for the change in it. */
	readonly edit: (text: string) => string | undefined;
};

type Changed = {readonly file: string; readonly isChanged: boolean; readonly reports: readonly SettingReport[]};

/** Changes a file of settings if what comes out is without a mistake. See `SettingsDesk.set` for what is thrown. */
export const changeSettingsFile = async ({file, target, key, edit}: Change, options: ChangeOptions): Promise<Changed> => {
	const old = readSettingsText(file) ?? '';
	if (typeof old === 'object') throw toUnusable(file, [`${file.shown}: ${old.reason}`]);
	const text = edit(old);
	const judge = createJudge(file, target, options);
	const before = await judge(old);
	if (text === undefined) throw toUnusable(file, before.problems, `${file.shown}: there is no place for ${key} in it`);
	const after = await judge(text);
	const known = new Set(before.wrongKeys.map(({message}) => message));
	const fresh = after.wrongKeys.filter(({message}) => !known.has(message));
	if (fresh.length > 0) throw toWrongValue(`${key} cannot be that: ${fresh.map(({message}) => message).join('; ')}.`);
	if (after.problems.length > 0) throw toUnusable(file, after.problems);
	if (text !== old) replaceSettings(file, text, target, options.userId);
	return {file: file.file, isChanged: text !== old, reports: after.reports};
};

type Judgement = {
	/** All that is wrong in this file. */
	readonly problems: readonly string[];
	/** The same of the keys of both files. */
	readonly wrongKeys: readonly WorkflowProblem[];
	readonly reports: readonly SettingReport[];
};

/** Judges texts of one file together with what the other one holds. */
const createJudge = (file: SettingsFile, target: SettingsTarget, options: ChangeOptions) => {
	const resolve = async (reading: FileReading): Promise<Resolved> => {
		const {environment} = options;
		return target === 'user'
			? resolveSettings({environment, user: reading, workspace: await readSettingsFile(toWorkspaceFile(options))})
			: resolveSettings({environment, user: await readSettingsFile(toUserFile(options)), workspace: reading});
	};
	return async (text: string): Promise<Judgement> => {
		const reading = await parseFile(file, text);
		const {settings, reports} = await resolve(reading);
		const wrongKeys = settings.keys.length === 0 ? [] : (await options.loadKeys()).findProblems(settings.keys);
		const ofFile = wrongKeys.filter(problem => problem.file === file.shown);
		return {problems: [...reading.problems, ...ofFile.map(formatProblem)], wrongKeys, reports};
	};
};

/** A value that a setting cannot have. */
export const toWrongValue = (message: string): RadError => new RadError('USAGE', message, {details: {topic: 'configuration'}});

const toUnusable = ({file, shown}: SettingsFile, problems: readonly string[], otherwise?: string): RadError =>
	new RadError('CONFIGURATION_UNUSABLE', `Nothing was written, since there are mistakes in ${shown}`, {
		details: {problems: problems.length === 0 && otherwise !== undefined ? [otherwise] : problems},
		hint: `mend or remove ${file}`,
	});

// Of a workspace's file nothing is secret, and others may have to read it.
const MODES: Readonly<Record<SettingsTarget, number>> = {user: 0o600, workspace: 0o644};

/** People keep their settings in a repository and link to them; in a workspace a link may have come with a clone, and lead anywhere. */
const replaceSettings = ({file}: SettingsFile, text: string, target: SettingsTarget, userId: number | undefined): void => {
	try {
		const isLink = lstatSync(file, {throwIfNoEntry: false})?.isSymbolicLink() === true;
		if (isLink && target === 'workspace')
			throw new RadError('SETTING_REFUSED', `Nothing was written, since a link stands in the place of the file: ${file}`, {
				hint: 'replace it by a real file',
			});
		const real = followLinks(file);
		const stat = statSync(real, {throwIfNoEntry: false});
		// Replacing a file needs no right to write it, but its owner meant something by taking that right away.
		if (stat !== undefined && (stat.mode & 0o200) === 0) throw toRefusal(real, 'it is read-only', `chmod u+w ${real}`);
		if (stat !== undefined && userId !== undefined && stat.uid !== userId)
			throw toRefusal(real, 'it belongs to another user', 'write it as that user');
		replaceBytes(real, Buffer.from(text), MODES[target]);
	} catch (error) {
		if (error instanceof RadError) throw error;
		throw toOutputFailure(file, error);
	}
};

const toRefusal = (file: string, reason: string, hint: string): RadError =>
	new RadError('OUTPUT_FAILED', `The file cannot be written, since ${reason}: ${file}`, {hint});
