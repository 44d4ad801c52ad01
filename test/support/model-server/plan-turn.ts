import type {ModelRequest} from './conversation.ts';
import {type Disruption, findDisruptions, locateStep} from './position.ts';
import type {ToolCall} from './protocol.ts';
import {type ConversationName, findScript, type Script} from './script.ts';
import {callAnswer, callEnd, callFollowUp, callTool, readTask} from './tool-calls.ts';
import {canAct} from './tool-names.ts';

/** Who asks: the conversation that the user began, a sub-agent of it, or the engine for itself, as for a title. */
export type AgentKind = 'main' | 'sub' | 'side';

/** What to serve for a request, unless a disruption comes first. */
export type Turn = {
	readonly kind: AgentKind;
	/** `side` for all requests that the engine makes for itself. */
	readonly conversation: ConversationName;
	/** Place of the step in its conversation's script; the script's length when all are done. */
	readonly step: number;
	readonly disruptions: readonly Disruption[];
	readonly text: string;
	readonly call?: ToolCall;
	/** Why the script cannot go on with this engine. */
	readonly problem?: string;
};

/** Decides what a request gets, from the script and from what stands in the request. */
export const planTurn = (script: Script, request: ModelRequest): Turn => {
	if (!canAct(request.tools)) return planSide(request);
	const conversation = readTask(request.opening) ?? 'main';
	const steps = findScript(script, conversation) ?? [];
	const step = locateStep(steps, request);
	const common = {kind: conversation === 'main' ? 'main' : 'sub', conversation, step} as const;
	const followUp = callFollowUp(request);
	if (followUp !== undefined) return {...common, disruptions: [], ...toCalling(followUp)};
	return {...common, disruptions: findDisruptions(steps, step), ...planStep(steps, step, request, conversation)};
};

type Doing = Pick<Turn, 'text' | 'call' | 'problem'>;

const planStep = (script: Script, index: number, {tools}: ModelRequest, conversation: ConversationName): Doing => {
	const step = script[index];
	if (step === undefined || 'say' in step || 'fail' in step || 'cut' in step) {
		const text = step !== undefined && 'say' in step ? step.say : toLastWord(script);
		const end = conversation === 'main' ? undefined : callEnd(text, tools);
		return {text, ...(end === undefined ? {} : {call: end})};
	}
	if ('answer' in step) {
		const answer = callAnswer(step.answer, tools);
		return answer === undefined ? {text: JSON.stringify(step.answer)} : toCalling(answer);
	}
	const call = callTool(step, tools, {script, conversation, index});
	if (call !== undefined) return toCalling(call);
	return {text: '', problem: `No tool for ${JSON.stringify(step)} among: ${tools.map(({name}) => name).join(', ')}`};
};

const planSide = ({wantsJson}: ModelRequest): Turn => ({
	kind: 'side',
	conversation: 'side',
	step: 0,
	disruptions: [],
	text: wantsJson ? '{"title":"Scripted title"}' : 'Scripted title',
});

const toCalling = (call: ToolCall): Doing => ({text: `The script calls ${call.name} now.`, call});

const toLastWord = (script: Script): string => script.flatMap(step => ('say' in step ? [step.say] : [])).at(-1) ?? 'The script is done.';
