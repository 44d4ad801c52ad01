import type {SettingChange, SettingReport} from '../domain/configuration.ts';
import type {OutputOf} from './schemas/zod-outputs.ts';

type SettingJson = OutputOf<'setting-list'>[number];

export const toSettingJson = ({key, value, origin, description}: SettingReport): SettingJson => ({
	key,
	value,
	origin: origin.kind,
	place: 'place' in origin ? origin.place : null,
	variable: 'variable' in origin ? origin.variable : null,
	description,
});

export const toSettingChangeJson = ({file, isChanged, now}: SettingChange): OutputOf<'setting-change'> => ({
	file,
	isChanged,
	now: toSettingJson(now),
});
