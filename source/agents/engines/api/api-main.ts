import {randomUUID} from 'node:crypto';
import {readFileSync} from 'node:fs';
import {PERMISSIONS} from '../../../domain/records.ts';
import {createSystemClock} from '../../../system-clock.ts';
import {CREDENTIALS} from '../../agent-environment.ts';
import {askBeforeWrite} from '../ask-before-write.ts';
import type {AgentEvent} from './agent-event.ts';
import {runAgent} from './agent-loop.ts';
import {openAiSdkConversation} from './ai-sdk-conversation.ts';
import {API_KEY_VARIABLES, parseModelName, readSettings} from './model-settings.ts';
import {formatSystemPrompt} from './system-prompt.ts';
import {findTools, runTool} from './tools/run-tool.ts';

// The program of the engine `api`: `node api-agent.js <provider>/<model> <permissions> <folder to work in>`, with the prompt on standard
// input. Keys and addresses are in the environment, see `readSettings`.
const [, , model = '', wanted = '', root] = process.argv;
const name = parseModelName(model);
const permissions = PERMISSIONS.find(known => known === wanted);
if (name === undefined || permissions === undefined || root === undefined)
	throw new Error('usage: api-agent.js <provider>/<model> <permissions> <folder>');

const emit = (event: AgentEvent): void => void process.stdout.write(`${JSON.stringify(event)}\n`);

const controller = new AbortController();
const EXIT_CODES = {SIGINT: 130, SIGHUP: 129, SIGTERM: 143} as const;
// By then the command that was running is dead, and nothing is left to wait for but an answer that may never come.
const STOP_LIMIT_MS = 2500;
let stoppedWith: number | undefined;
for (const [signal, exitCode] of Object.entries(EXIT_CODES)) {
	process.on(signal, () => {
		stoppedWith ??= exitCode;
		controller.abort();
		setTimeout(() => process.exit(stoppedWith), STOP_LIMIT_MS).unref();
	});
}

const work = async (): Promise<boolean> => {
	const reading = readSettings(name, process.env);
	emit({type: 'session', sessionId: randomUUID(), model: name.model});
	if (reading.kind === 'problem') {
		emit({type: 'result', isError: true, reason: reading.reason, status: null});
		return false;
	}
	const clock = createSystemClock();
	const tools = findTools(permissions);
	const system = formatSystemPrompt({root, tools: tools.map(tool => tool.name)});
	const hookUrl = process.env['RAD_HOOK_URL'];
	// A command needs no key, and must not ask rad in our name; the marks of the run stay, by which it is found again.
	const isHidden = (variable: string): boolean => CREDENTIALS.test(variable) || API_KEY_VARIABLES.includes(variable) || variable === 'RAD_HOOK_URL';
	const environment = Object.fromEntries(Object.entries(process.env).filter(([variable]) => !isHidden(variable)));
	const {signal} = controller;
	return runAgent({
		name,
		conversation: openAiSdkConversation({settings: reading.settings, system, prompt: readFileSync(0, 'utf8'), tools, clock}),
		runTool: call => {
			const askFirst = (path: string): Promise<string | null> =>
				hookUrl === undefined
					? Promise.resolve(null)
					: askBeforeWrite(hookUrl, {callId: call.callId, tool: call.tool, files: path === '' ? [] : [path]});
			return runTool(tools, call, {root, environment, clock, signal, askFirst});
		},
		emit,
		clock,
		signal,
	});
};

const isDone = await work();
process.exitCode = stoppedWith ?? (isDone ? 0 : 1);
