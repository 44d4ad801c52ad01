import {RadError} from './failures.ts';
import {type Id, type IdKind, isIdPrefix, matchId} from './ids.ts';
import {sanitizeLine} from './sanitize.ts';

type Kind = Extract<IdKind, 'run' | 'agt' | 'cp'>;

const NOUNS = {run: 'run', agt: 'agent', cp: 'checkpoint'} as const;
const ARTICLES = {run: 'a run', agt: 'an agent', cp: 'a checkpoint'} as const;
const UNKNOWN = {run: 'RUN_UNKNOWN', agt: 'AGENT_UNKNOWN', cp: 'CHECKPOINT_UNKNOWN'} as const;
const LISTINGS = {run: 'runs', agt: 'monitor list', cp: 'checkpoint list'} as const;
const SHOWN_CANDIDATES = 5;
const SHOWN_TEXT = 40;

/**
 * Finds the one id that begins with what a user typed.
 *
 * @throws {RadError} `ID_INVALID`, `ID_AMBIGUOUS`, `RUN_UNKNOWN` / `AGENT_UNKNOWN` / `CHECKPOINT_UNKNOWN`.
 */
export const findByPrefix = <Wanted extends Kind>(kind: Wanted, text: string, ids: ReadonlyArray<Id<Wanted>>): Id<Wanted> => {
	const shown = sanitizeLine(text.slice(0, SHOWN_TEXT));
	if (ids.length > 0 && `${kind}_`.startsWith(text) && matchId(kind, text, ids).kind === 'none') {
		const candidates = ids.slice(-SHOWN_CANDIDATES);
		throw new RadError('ID_AMBIGUOUS', `"${shown}" begins the id of every ${NOUNS[kind]}: more characters are needed.`, {details: {candidates}});
	}
	if (!isIdPrefix(kind, text)) {
		throw new RadError('ID_INVALID', `"${shown}" is not the id of ${ARTICLES[kind]}, nor the beginning of one.`, {
			details: {listing: LISTINGS[kind]},
		});
	}
	const match = matchId(kind, text, ids);
	switch (match.kind) {
		case 'one':
			return match.id;
		case 'none':
			throw new RadError(UNKNOWN[kind], `There is no ${NOUNS[kind]} "${shown}" in this workspace.`);
		case 'many':
			throw new RadError('ID_AMBIGUOUS', `"${shown}" is the beginning of the ids of ${match.ids.length} ${NOUNS[kind]}s.`, {
				details: {candidates: match.ids.slice(0, SHOWN_CANDIDATES)},
			});
	}
};
