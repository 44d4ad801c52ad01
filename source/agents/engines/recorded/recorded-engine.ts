import path from 'node:path';
import {suggest} from '../../../domain/suggest.ts';
import type {Engine, EngineCall} from '../../engine.ts';
import {openClaudeReader} from '../claude-stream/claude-reader.ts';
import {listRecordings} from './recordings.ts';

export type RecordedEngineOptions = {
	/** The Node that plays it. */
	readonly nodePath: string;
	/** The built player. */
	readonly playerFile: string;
	/** Folder of the recordings that are shipped. */
	readonly recordingsDirectory: string;
};

const DEFAULT_RECORDING = 'implement';

/**
 * The embedded engine: a program of its own that plays back what a real coding agent printed, and makes the file writes of that
 * recording. No model is called and no command of the recording is run; the step's prompt is not looked at.
 */
export const createRecordedEngine = ({nodePath, playerFile, recordingsDirectory}: RecordedEngineOptions): Engine => ({
	name: 'recorded',
	agentType: 'agent',
	isRecording: true,
	program: null,
	login: null,
	supports: ['usage', 'cost', 'sub-agents', 'hooks'],
	findCredentials: () => /^$/,
	asksBeforeWrites: true,
	needsVerdict: true,
	takesSchema: () => false,
	findProblem: call => findProblem(call, recordingsDirectory),
	toLaunch: call => ({
		file: nodePath,
		args: [playerFile, path.join(recordingsDirectory, call.recording ?? DEFAULT_RECORDING), call.workspaceRoot, String(call.speed ?? 1)],
		env: call.hookUrl === null ? {} : {RAD_HOOK_URL: call.hookUrl},
		stdin: null,
		isContinued: false,
		files: {},
		recordsDirectory: null,
	}),
	openReader: openClaudeReader,
	records: null,
	history: null,
	findRecordsDirectory: () => null,
});

const findProblem = ({command, recording}: EngineCall, directory: string): string | null => {
	if (command !== null) return 'The engine "recorded" plays the part of a coding agent: give the step prompt, not run.';
	const names = listRecordings(directory).map(({name}) => name);
	const wanted = recording ?? DEFAULT_RECORDING;
	if (names.includes(wanted)) return null;
	const meant = suggest(wanted, names);
	const advice = meant === undefined ? `Known recordings: ${names.join(', ')}.` : `Did you mean "${meant}"? Known recordings: ${names.join(', ')}.`;
	return `There is no recording "${wanted}". ${advice}`;
};
