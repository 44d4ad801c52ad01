import type {HookSettings} from '../../domain/hooks.ts';
import type {HookSettingsOptions} from './hook-settings-service.ts';

/** The same, loaded when it is first used: it brings a parser along, which no other command needs. */
export const createLazyHookSettings = (options: HookSettingsOptions): HookSettings => {
	const load = async (): Promise<HookSettings> => {
		const {createHookSettings} = await import('./hook-settings-service.ts');
		return createHookSettings(options);
	};
	return {
		list: async () => (await load()).list(),
		install: async engine => (await load()).install(engine),
		uninstall: async engine => (await load()).uninstall(engine),
	};
};
