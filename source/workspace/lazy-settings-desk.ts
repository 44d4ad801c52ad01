import type {SettingsDesk} from '../domain/configuration.ts';
import type {SettingsDeskOptions} from './settings-desk.ts';

/** The same desk, made when it is first used: it brings a parser along, which no other command needs. */
export const createLazySettingsDesk = (options: SettingsDeskOptions): SettingsDesk => {
	const load = async (): Promise<SettingsDesk> => {
		const {createSettingsDesk} = await import('./settings-desk.ts');
		return createSettingsDesk(options);
	};
	return {
		list: async () => (await load()).list(),
		get: async key => (await load()).get(key),
		set: async (key, text, target) => (await load()).set(key, text, target),
		unset: async (key, target) => (await load()).unset(key, target),
		file: async target => (await load()).file(target),
		schema: async () => (await load()).schema(),
	};
};
