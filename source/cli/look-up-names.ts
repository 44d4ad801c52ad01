import type {Host, Rad} from '../domain/rad.ts';
import type {Candidate, NameLookup, Noun} from './complete.ts';

/** Nobody looks through more. */
const MOST = 200;

/** Names in a workspace for a shell to offer. Where it cannot be looked at there are none: whoever presses Tab can do nothing about it. */
export const createNameLookup = ({open, openWorkflows}: Pick<Host, 'open' | 'openWorkflows'>, directory: string): NameLookup => {
	const inWorkspace = async (list: (rad: Rad) => Promise<readonly Candidate[]>): Promise<readonly Candidate[]> => {
		const rad = await open(directory);
		try {
			return (await list(rad)).slice(0, MOST);
		} finally {
			await rad.close();
		}
	};
	const look: Readonly<Record<Noun, () => Promise<readonly Candidate[]>>> = {
		agent: () =>
			inWorkspace(async rad => (await rad.monitor.list()).toReversed().map(({id, name, status}) => ({text: id, note: `${name}, ${status}`}))),
		checkpoint: () => inWorkspace(async rad => (await rad.checkpoints.list()).map(({id, label}) => ({text: id, note: label}))),
		run: () => inWorkspace(async rad => (await rad.runs.list()).map(({id, workflow, status}) => ({text: id, note: `${workflow}, ${status}`}))),
		workflow: async () => (await openWorkflows(directory).list()).map(({name, description}) => ({text: name, note: description ?? ''})),
	};
	return noun => look[noun]().catch(() => []);
};
