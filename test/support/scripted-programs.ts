import {chmodSync, mkdirSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {BIN, type Scratch} from './rad.ts';

/** What a scripted agent does with a prompt that the pattern fits: a line of the shell in its work tree, and its answer, JSON where outputs are promised. */
export type Line = {
	readonly prompt: string;
	readonly shell?: string;
	readonly answer: unknown;
	/** Of Claude Code: its plan allows no more, for so many seconds. */
	readonly limitedFor?: number;
};

/**
 * Stands for Claude Code, Codex and Gemini CLI, by the name that it is called by: takes the first line of the script that fits its prompt and
 * was not taken before. A prompt that nothing fits fails.
 */
const AGENT = `#!/usr/bin/env node
const {execSync} = require('node:child_process');
const {appendFileSync, existsSync, mkdirSync, readFileSync} = require('node:fs');
const {basename} = require('node:path');
const home = process.env.HOME;
const given = process.argv.slice(2);
const prompt = readFileSync(0, 'utf8') + given.join(' ');
const lines = JSON.parse(readFileSync(home + '/script.json', 'utf8'));
const take = index => { try { mkdirSync(home + '/taken.' + index); return true; } catch { return false; } };
const index = lines.findIndex((line, place) => new RegExp(line.prompt).test(prompt) && take(place));
if (index < 0) { console.error('nothing fits: ' + prompt); process.exit(3); }
const {shell, answer, limitedFor} = lines[index];
if (shell) execSync(shell, {stdio: ['ignore', 'ignore', 'inherit']});
const text = typeof answer === 'string' ? answer : '\\u0060\\u0060\\u0060json\\n' + JSON.stringify(answer) + '\\n\\u0060\\u0060\\u0060';
const print = event => console.log(JSON.stringify(event));
appendFileSync(home + '/calls', basename(process.argv[1]) + ' ' + index + ' ' + process.cwd() + '\\n');
if (basename(process.argv[1]) === 'codex') {
	print({type: 'thread.started', thread_id: 'thread-' + index});
	print({type: 'turn.started'});
	print({type: 'item.completed', item: {id: 'item_0', type: 'agent_message', text: typeof answer === 'string' ? answer : JSON.stringify(answer)}});
	print({type: 'turn.completed', usage: {input_tokens: 10, cached_input_tokens: 0, output_tokens: 1}});
} else if (basename(process.argv[1]) === 'gemini') {
	print({type: 'init', timestamp: new Date().toISOString(), session_id: 'session-' + index, model: 'gemini-x'});
	print({type: 'message', timestamp: new Date().toISOString(), role: 'assistant', content: text, delta: true});
	print({type: 'result', timestamp: new Date().toISOString(), status: 'success', stats: {total_tokens: 11, input_tokens: 10, output_tokens: 1, cached: 0, duration_ms: 1, tool_calls: 0}});
} else {
	const usage = {input_tokens: 10, output_tokens: 1, cache_read_input_tokens: 0, cache_creation_input_tokens: 0};
	const modelUsage = {'claude-x': {inputTokens: 10, outputTokens: 1, cacheReadInputTokens: 0, cacheCreationInputTokens: 0, costUSD: 0.5}};
	const session = given.find(word => word.startsWith('--resume='))?.slice(9) ?? 'session-' + index;
	print({type: 'system', subtype: 'init', session_id: session, cwd: process.cwd(), model: 'claude-x', tools: []});
	const limit = {status: 'rejected', resetsAt: Math.floor(Date.now() / 1000) + limitedFor, rateLimitType: 'five_hour'};
	if (limitedFor) print({type: 'rate_limit_event', rate_limit_info: limit});
	const failure = limitedFor ? {api_error_status: 429} : {};
	print({type: 'result', subtype: 'success', is_error: Boolean(limitedFor), ...failure, session_id: session, result: text, ...(typeof answer === 'string' ? {} : {structured_output: answer}), usage, modelUsage});
}
`;

/** \`npm\` and \`gh\` that need no network: what is outdated, an update, and tests that a file in the work tree makes fail. */
const NPM = `#!/bin/sh
case "$1" in
	outdated) echo '{"left": {}, "right": {}}'; exit 1 ;;
	install) echo "$2" >> packages; test "$2" != right@latest || touch broken ;;
	test) ! test -e broken ;;
esac
`;
const GH = `#!/bin/sh
echo "$* with $GITHUB_TOKEN" >> "$HOME/pull-requests"
`;

/** Puts them before everything else on the PATH of a workspace, with rad itself; returns the workspace with that. */
export const scriptPrograms = (scratch: Scratch, lines: readonly Line[], env: Readonly<Record<string, string>> = {}): Scratch => {
	const bin = path.join(scratch.home, 'bin');
	mkdirSync(bin);
	const rad = `#!/bin/sh\nexec "${process.execPath}" "${BIN}" "$@"\n`;
	for (const [name, text] of Object.entries({claude: AGENT, codex: AGENT, gemini: AGENT, npm: NPM, gh: GH, rad})) {
		writeFileSync(path.join(bin, name), text);
		chmodSync(path.join(bin, name), 0o755);
	}
	writeFileSync(path.join(scratch.home, 'script.json'), JSON.stringify(lines));
	return {...scratch, env: {...env, PATH: `${bin}${path.delimiter}${process.env['PATH'] ?? ''}`}};
};
