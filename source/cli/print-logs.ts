import type {AgentId} from '../domain/ids.ts';
import type {Agent, LogKind} from '../domain/records.ts';
import {sanitizeLine} from '../domain/sanitize.ts';
import {nameAgents} from '../views/agent-text.ts';
import {formatTime} from '../views/format.ts';
import type {Line, Span} from '../views/line.ts';
import {displayWidth, fit as fitText} from '../views/width.ts';
import type {AgentLine} from './interleave.ts';
import {toLogLineJson} from './json-records.ts';
import {toIsoTime} from './listing.ts';
import type {Output} from './output.ts';

/** Prints lines of logs, one call after the other. */
export type PrintLogs = (lines: readonly AgentLine[]) => Promise<void>;

/** How lines are printed: as JSON; each with its agent where several can be meant. */
export type LogForm = {readonly isJson: boolean; readonly isPlural: boolean};

export const createLogPrinter = (out: Output, {isJson, isPlural}: LogForm): PrintLogs => {
	if (isJson) return lines => out.jsonLines(lines.map(toLogLineJson));
	if (!out.isTerminal) return lines => out.lines(lines.map(isPlural ? toPluralFields : toFields));
	const toName = createNames();
	return lines => {
		if (!isPlural) return out.lines(lines.map(toLine));
		const names = toName(lines);
		return out.lines(lines.map(entry => [{text: `${names(entry.agent)} `, tone: 'active'}, ...toLine(entry)]));
	};
};

// The text is the last field, since it may hold tabs.
const toFields = ({line: {at, kind, text}}: AgentLine): string => `${toIsoTime(at)}\t${kind}\t${text}`;

const toPluralFields = (entry: AgentLine): string => `${entry.agent.id}\t${sanitizeLine(entry.agent.name)}\t${toFields(entry)}`;

const MAX_NAME_WIDTH = 20;

/** Names of agents in a column, which is as wide as the names that were printed need. */
const createNames = () => {
	const known = new Map<AgentId, Agent>();
	let width = 0;
	return (lines: readonly AgentLine[]): ((agent: Agent) => string) => {
		for (const {agent} of lines) known.set(agent.id, agent);
		const names = new Map([...nameAgents([...known.values()])].map(([id, name]) => [id, sanitizeLine(name)]));
		width = Math.min(MAX_NAME_WIDTH, Math.max(width, ...[...names.values()].map(displayWidth)));
		return ({id}) => fitText(names.get(id) ?? '', width);
	};
};

const TONES: Record<LogKind, Span['tone']> = {
	out: undefined,
	err: 'bad',
	text: 'strong',
	think: 'quiet',
	tool: 'active',
	result: 'quiet',
	rad: 'attention',
};

const KIND_WIDTH = 6;

const toLine = ({line: {at, kind, text}}: AgentLine): Line => {
	const tone = TONES[kind];
	return [
		{text: `${formatTime(at)} `, tone: 'quiet'},
		{text: kind.padEnd(KIND_WIDTH), ...(tone === undefined ? {} : {tone})},
		{text: '│ ', tone: 'quiet'},
		text,
	];
};
