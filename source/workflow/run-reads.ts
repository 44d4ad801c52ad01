import {findByPrefix} from '../domain/find-by-prefix.ts';
import type {RunReads} from '../domain/rad.ts';
import type {Store} from '../monitoring/store-port.ts';

/** Runs as a front end looks them up. `upkeep` comes first, so that a crash is told before anything is shown. */
export const createRunReads = (store: Pick<Store, 'listRuns'>, upkeep: () => Promise<void>): RunReads => {
	const list: RunReads['list'] = async () => {
		await upkeep();
		return store.listRuns();
	};
	return {
		list,
		find: async prefix => {
			const runs = await list();
			const ids = runs.map(({id}) => id);
			const wanted = findByPrefix('run', prefix, ids);
			const found = runs.find(({id}) => id === wanted);
			if (found === undefined) throw new Error(`${wanted} is one of the runs that were listed`);
			return found;
		},
	};
};
