import type {CheckpointService} from './checkpoint-service.ts';

/** The same service, opened when it is first used: most commands never look at a checkpoint and need no git. A failed opening is tried again. */
export const createLazyCheckpoints = (open: () => Promise<CheckpointService>): CheckpointService => {
	let opened: Promise<CheckpointService> | undefined;
	const get = (): Promise<CheckpointService> => {
		opened ??= open().catch(error => {
			opened = undefined;
			throw error;
		});
		return opened;
	};
	return {
		create: async options => (await get()).create(options),
		list: async () => (await get()).list(),
		find: async prefix => (await get()).find(prefix),
		compare: async from => (await get()).compare(from),
		diff: async (from, options) => (await get()).diff(from, options),
		diffText: async (from, options) => (await get()).diffText(from, options),
		preview: async (id, scope) => (await get()).preview(id, scope),
		restore: async (id, options) => (await get()).restore(id, options),
		resume: async (how, options) => (await get()).resume(how, options),
		prune: async options => (await get()).prune(options),
		verify: async options => (await get()).verify(options),
		size: async () => (await get()).size(),
		top: async () => (await get()).top(),
	};
};
