import type {Configuration} from '../domain/configuration.ts';
import {type Resolved, resolveSettings} from './resolve-settings.ts';
import {type ConfigurationPlaces, readSettingsFile, toUserFile, toWorkspaceFile} from './settings-files.ts';

/** The settings of a workspace and of its user; neither file need be there. Of a setting in both, the user's counts: the other may come from anybody. */
export const createConfiguration = (places: ConfigurationPlaces): Configuration => {
	let reading: Promise<Resolved> | undefined;
	const read = (): Promise<Resolved> => {
		reading ??= readConfiguration(places);
		return reading;
	};
	return {
		load: async () => {
			const {settings, failure} = await read();
			if (failure !== null) throw failure;
			return settings;
		},
		loadAnyway: read,
	};
};

/** Reads both files as they are now. */
export const readConfiguration = async (places: ConfigurationPlaces): Promise<Resolved> => {
	const [user, workspace] = await Promise.all([readSettingsFile(toUserFile(places)), readSettingsFile(toWorkspaceFile(places))]);
	return resolveSettings({environment: places.environment, user, workspace});
};
