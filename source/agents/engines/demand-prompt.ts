import type {EngineCall} from '../engine.ts';

/** Why a coding agent cannot do a call that has a command in the prompt's place; null for one with a prompt. */
export const demandPrompt = (engine: string, {command}: EngineCall): string | null =>
	command === null ? null : `The engine "${engine}" works on a prompt: give the step prompt, not run.`;
