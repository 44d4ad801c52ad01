import type {Engine, StreamReader} from '../../engine.ts';

/**
 * The engine of `run:` steps. `/bin/sh` gets the command exactly as written, so it does what the same line does when typed, and the
 * command's exit code is the verdict.
 */
export const createShellEngine = (): Engine => ({
	name: 'shell',
	agentType: 'shell',
	isRecording: false,
	program: null,
	login: null,
	supports: [],
	findCredentials: () => null,
	asksBeforeWrites: false,
	needsVerdict: false,
	takesSchema: () => false,
	findProblem: call => (call.command === null ? 'The engine "shell" runs commands: give the step run, not prompt.' : null),
	toLaunch: call => ({
		file: '/bin/sh',
		args: ['-c', call.command ?? ''],
		env: {},
		stdin: null,
		isContinued: false,
		files: {},
		recordsDirectory: null,
	}),
	openReader: openLineReader,
	records: null,
	history: null,
	findRecordsDirectory: () => null,
});

const openLineReader = (): StreamReader => ({
	readLine: (text, stream) => [{type: 'log', agent: null, kind: stream, text}],
	end: () => [],
});
