import path from 'node:path';
import type {SessionKeeper} from '../../engine.ts';
import {toText} from '../../foreign.ts';
import {isSessionId, listNames} from '../../foreign-files.ts';
import {toSessionInAFile} from '../session-in-a-file.ts';
import {openQwenReader} from './qwen-reader.ts';

const END = '.jsonl';

/** The sessions that Qwen Code keeps, a file each in the folder of their project. */
export const qwenSessions: SessionKeeper = {
	name: 'qwen',
	findRecordsDirectory: ({QWEN_RUNTIME_DIR: runtime, QWEN_HOME: own, HOME: home}) => {
		const folder = runtime || own || path.join(home ?? '', '.qwen');
		return path.isAbsolute(folder) ? path.join(folder, 'projects') : null;
	},
	history: {list: directory => listNames(directory).flatMap(project => listChats(path.join(directory, project, 'chats')))},
};

const listChats = (folder: string): ReturnType<SessionKeeper['history']['list']> =>
	listNames(folder)
		.filter(name => name.endsWith(END) && isSessionId(name.slice(0, -END.length)))
		.map(name =>
			toSessionInAFile({
				sessionId: name.slice(0, -END.length),
				file: path.join(folder, name),
				toFolder: ({cwd}) => toText(cwd),
				openReader: openQwenReader,
			}),
		);
