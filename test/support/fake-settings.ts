import type {SettingReport, SettingsDesk} from '../../source/domain/configuration.ts';
import {RadError} from '../../source/domain/failures.ts';

const USER_FILE = '/home/ann/.config/rad/config.yaml';
const WORKSPACE_FILE = '/work/.radium/config.yaml';

export const aSetting = (change: Partial<SettingReport> = {}): SettingReport => ({
	key: 'checkpoints.keep',
	value: 500,
	origin: {kind: 'default'},
	description: 'How many checkpoints are kept.',
	...change,
});

/** A desk that knows these settings and remembers what is written. What a file says does not count before the environment. */
export const createFakeSettings = (reports: readonly SettingReport[] = [aSetting()]): SettingsDesk => {
	let present = reports;
	const find = (key: string): SettingReport => {
		const found = present.find(report => report.key === key);
		if (found === undefined)
			throw new RadError('SETTING_UNKNOWN', `There is no setting "${key}"; there are: ${present.map(each => each.key).join(', ')}`);
		return found;
	};
	const fileOf = (target: 'user' | 'workspace'): string => (target === 'user' ? USER_FILE : WORKSPACE_FILE);
	const put = (now: SettingReport, target: 'user' | 'workspace') => {
		const isChanged = find(now.key).value !== now.value;
		present = present.map(report => (report.key === now.key && report.origin.kind !== 'environment' ? now : report));
		return {file: fileOf(target), isChanged, now: find(now.key)};
	};
	return {
		list: async () => present,
		get: async key => find(key),
		set: async (key, text, target) =>
			put({...find(key), value: text, origin: {kind: target, place: {file: fileOf(target), line: 1, column: 7}}}, target),
		unset: async (key, target) => put({...find(key), value: null, origin: {kind: 'default'}}, target),
		file: async target => fileOf(target),
		schema: async () => ({title: 'Settings of rad'}),
	};
};
