import type {Tokens} from '../../source/domain/tokens.ts';
import type {Script} from '../support/model-server/script.ts';
import {prepareCli} from './cli-environment.ts';
import type {CliName} from './installed-clis.ts';

/** One engine with one model, as it is tried. */
export type Subject = {
	/** Of the table. */
	readonly name: string;
	readonly engine: CliName | 'api';
	readonly model: string;
	/** Used where a command takes long: newer models of Codex run commands in a way that the scripted model cannot wait for. */
	readonly modelOfCommands: string;
	/** What its protocol cannot tell is counted otherwise than it was served. */
	readonly toCountable: (served: Tokens) => Tokens;
	readonly prepare: (home: string, url: string) => Readonly<Record<string, string>>;
	/** True when rad can be asked before its writes. */
	readonly asks: boolean;
	readonly hasSubAgents: boolean;
	readonly canResume: boolean;
};

const exact = (served: Tokens): Tokens => served;

// Gemini's protocol and what opencode reads of Chat Completions have no cache writes: they are plain input there.
const withoutWrites = (served: Tokens): Tokens => ({...served, input: served.input + served.cacheWrite, cacheWrite: 0, cacheWrite1h: 0});

const aCli = (engine: CliName, change: Partial<Subject> & Pick<Subject, 'model'>): Subject => ({
	name: engine,
	engine,
	toCountable: exact,
	prepare: (home, url) => prepareCli(engine, home, {url}).environment,
	asks: true,
	hasSubAgents: true,
	canResume: true,
	modelOfCommands: change.model,
	...change,
});

const anApi = (provider: string, model: string, environment: (url: string) => Readonly<Record<string, string>>): Subject => ({
	name: `api ${provider}`,
	engine: 'api',
	model: `${provider}/${model}`,
	modelOfCommands: `${provider}/${model}`,
	toCountable: exact,
	prepare: (_, url) => environment(url),
	asks: true,
	hasSubAgents: false,
	canResume: false,
});

/** `isRoot`: who may use the hooks of Gemini CLI, which believes only settings that belong to root. */
export const listSubjects = (isRoot: boolean): readonly Subject[] => [
	// Claude Code lets root do everything only in a sandbox; the scratch home of this test is one.
	aCli('claude', {
		model: 'claude-opus-5-5',
		prepare: (home, url) => ({...prepareCli('claude', home, {url}).environment, IS_SANDBOX: '1'}),
	}),
	aCli('codex', {model: 'gpt-6.1-sol', modelOfCommands: 'gpt-5.5'}),
	aCli('gemini', {model: 'gemini-2.5-pro', asks: isRoot, toCountable: withoutWrites}),
	aCli('opencode', {model: 'fake/fake-chat', asks: false, toCountable: withoutWrites}),
	anApi('anthropic', 'claude-opus-5-5', url => ({ANTHROPIC_BASE_URL: url, ANTHROPIC_API_KEY: 'dummy'})),
	anApi('openai', 'gpt-5.5', url => ({OPENAI_BASE_URL: `${url}/v1`, OPENAI_API_KEY: 'dummy'})),
	anApi('openai-chat', 'gpt-5.5', url => ({OPENAI_BASE_URL: `${url}/v1`, OPENAI_API_KEY: 'dummy'})),
	anApi('google', 'gemini-2.5-pro', url => ({GOOGLE_GEMINI_BASE_URL: url, GEMINI_API_KEY: 'dummy'})),
];

/** What the model does: files of both kinds, a command, and the last word. */
export const WORK: Script = [
	{read: 'kept.txt'},
	{write: {path: 'made.txt', content: 'one\ntwo\n'}},
	{edit: {path: 'made.txt', from: 'two', to: 'three'}},
	{shell: 'echo by the shell > shell.txt'},
	{say: 'All of it is done.'},
];

export const WITH_SUB_AGENT: Script = [
	{subAgent: [{write: {path: 'sub.txt', content: 'by a sub-agent\n'}}, {say: 'The part is done.'}]},
	{say: 'All of it is done.'},
];

/** Only who goes on with the conversation of the first step gets to the second half. */
export const IN_TWO_STEPS: Script = [
	{write: {path: 'first.txt', content: 'first\n'}},
	{say: 'The first half is done.'},
	{write: {path: 'second.txt', content: 'second\n'}},
	{say: 'The second half is done.'},
];

/** The first answer does not fit; only who is told so, by its engine or by rad, gets to the second. */
export const TWO_ANSWERS: Script = [{answer: {verdict: 'maybe', parts: []}}, {answer: {verdict: 'approve', parts: ['one', 'two']}}];

export const ONE_ANSWER: Script = TWO_ANSWERS.slice(1);

/** The command does not begin with sleep, which Claude Code refuses. */
export const LONG: Script = [{shell: 'echo started > started.txt; sleep 321; echo late > late.txt'}, {say: 'Done.'}];

export const FILES: Readonly<Record<string, string>> = {'kept.txt': 'kept\n', 'made.txt': 'one\nthree\n', 'shell.txt': 'by the shell\n'};
