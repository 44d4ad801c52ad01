import path from 'node:path';
import type {SessionKeeper} from '../../engine.ts';
import {toForeign, toText} from '../../foreign.ts';
import {isSessionId, listNames} from '../../foreign-files.ts';
import {toSessionInAFile} from '../session-in-a-file.ts';
import {openCopilotReader} from './copilot-reader.ts';

/** The sessions that GitHub's Copilot CLI keeps, in a folder each. Its output tells no tokens, these files do. */
export const copilotSessions: SessionKeeper = {
	name: 'copilot',
	findRecordsDirectory: ({COPILOT_HOME: own, HOME: home}) => {
		const folder = own || path.join(home ?? '', '.copilot');
		return path.isAbsolute(folder) ? path.join(folder, 'session-state') : null;
	},
	history: {
		list: directory =>
			listNames(directory)
				.filter(name => isSessionId(name))
				.map(sessionId =>
					toSessionInAFile({
						sessionId,
						file: path.join(directory, sessionId, 'events.jsonl'),
						toFolder: ({data}) => toText(toForeign(toForeign(data)['context'])['cwd']),
						openReader: openCopilotReader,
					}),
				)
				// A folder without events is no session yet.
				.filter(({changedAt}) => changedAt > 0),
	},
};
