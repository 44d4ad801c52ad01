import type {ModelRequest, Past} from './conversation.ts';
import {type DisruptionStep, isDisruption, type Script, type Step} from './script.ts';
import {isFollowUp} from './tool-names.ts';

/** A disruption that stands before the next answer, and its place in the script. */
export type Disruption = {readonly index: number; readonly step: DisruptionStep};

/**
 * Finds the step that a conversation has come to, from nothing but the conversation: each tool call that was made and each `say` that was
 * said is a step done. Gives the script's length when all are. A half answer of a cut stream counts for nothing.
 */
export const locateStep = (script: Script, {past}: ModelRequest): number =>
	past.reduce((index, event) => passEvent(script, index, event), skip(script, 0));

/** The disruptions between the last step that was done and the one at `index`. */
export const findDisruptions = (script: Script, index: number): readonly Disruption[] => {
	const first = script.slice(0, index).findLastIndex(step => !isDisruption(step)) + 1;
	return script.slice(first, index).flatMap((step, offset) => (isDisruption(step) ? [{index: first + offset, step}] : []));
};

const passEvent = (script: Script, index: number, event: Past): number => {
	const step = script[index];
	return step !== undefined && isDoneBy(step, event) ? skip(script, index + 1) : index;
};

const isDoneBy = (step: Step, event: Past): boolean => {
	if ('say' in step) return event.kind === 'said' && event.text.trim() === step.say.trim();
	if ('answer' in step && event.kind === 'said') return event.text.trim() === JSON.stringify(step.answer);
	return event.kind === 'call' && !isFollowUp(event.tool);
};

const skip = (script: Script, index: number): number => {
	const next = script.findIndex((step, place) => place >= index && !isDisruption(step));
	return next < 0 ? script.length : next;
};
