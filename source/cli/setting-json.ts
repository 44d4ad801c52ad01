import type {SettingChange, SettingReport} from '../domain/configuration.ts';

export const toSettingJson = ({key, value, origin, description}: SettingReport) => ({
	key,
	value,
	origin: origin.kind,
	place: 'place' in origin ? origin.place : null,
	variable: 'variable' in origin ? origin.variable : null,
	description,
});

export const toSettingChangeJson = ({file, isChanged, now}: SettingChange) => ({file, isChanged, now: toSettingJson(now)});
