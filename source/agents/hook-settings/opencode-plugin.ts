import {RadError} from '../../domain/failures.ts';
import type {HookText} from './hook-text.ts';

const FIRST_LINE = '// Made by rad: takes a checkpoint before opencode writes. Remove it with: rad hook uninstall opencode';

export type PluginOptions = {readonly file: string; readonly nodePath: string; readonly hookFile: string; readonly tools: string};

/** A plugin of opencode, which is a file of its own: calls rad's hook program before a tool that may write, and waits for it. */
export const createOpencodePlugin = (options: PluginOptions): HookText => {
	const wanted = toPlugin(options);
	const find = (text: string): ReturnType<HookText['find']> => {
		if (text === wanted) return 'ours';
		return text.startsWith(FIRST_LINE) ? 'other' : 'none';
	};
	const refuse = (text: string): void => {
		if (find(text) === 'none') throw new RadError('SETTINGS_UNUSABLE', `There is another plugin of that name: ${options.file}`, {hint: 'rename it'});
	};
	return {
		add: text => {
			if (text !== null) refuse(text);
			return wanted;
		},
		remove: text => {
			refuse(text);
			return null;
		},
		find,
	};
};

// A conversation of a sub-agent has a session of its own, whose parents lead to the one that people know.
const toPlugin = ({nodePath, hookFile, tools}: PluginOptions): string => `${FIRST_LINE}
import {spawn} from 'node:child_process';

const PROGRAM = ${JSON.stringify(nodePath)};
const HOOK = ${JSON.stringify(hookFile)};
const TOOLS = new RegExp(${JSON.stringify(tools)});

export const rad = async ({client, directory}) => {
	const roots = new Map();
	const findRoot = async id => {
		if (!roots.has(id)) {
			const session = await client.session.get({path: {id}}).then(({data}) => data, () => undefined);
			roots.set(id, session?.parentID ? await findRoot(session.parentID) : id);
		}
		return roots.get(id);
	};
	return {
		'tool.execute.before': async ({tool, sessionID, callID}, {args}) => {
			if (!TOOLS.test(tool)) return;
			const root = await findRoot(sessionID);
			const call = {
				hook_event_name: 'PreToolUse',
				session_id: root,
				cwd: directory,
				tool_name: tool,
				tool_input: args,
				tool_use_id: callID,
				...(root === sessionID ? {} : {agent_id: sessionID, agent_type: 'sub-agent'}),
			};
			const refusal = await new Promise(resolve => {
				const hook = spawn(PROGRAM, [HOOK, 'opencode'], {stdio: ['pipe', 'ignore', 'pipe']});
				let text = '';
				hook.stderr.on('data', chunk => (text += chunk));
				hook.on('error', () => resolve(undefined));
				hook.on('close', code => resolve(code === 2 ? text.trim() : undefined));
				hook.stdin.on('error', () => undefined);
				hook.stdin.end(JSON.stringify(call));
			});
			if (refusal !== undefined) throw new Error(refusal);
		},
	};
};
`;
