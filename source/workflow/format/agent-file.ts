import {adviseOnEngine, adviseOnName} from '../../domain/misspelt-names.ts';
import {SAFE_NAME} from '../../domain/safe-name.ts';
import type {WorkflowProblem} from '../../domain/workflow-problem.ts';
import {readYaml, type YamlDocument} from '../../workspace/yaml-document.ts';
import {toProblems} from '../../workspace/zod-judge.ts';
import {createTextLocator, type WorkspaceFiles} from './workspace-files.ts';
import {AGENT, type AgentSettings, judge} from './zod-schema.ts';

/** What a file says of an agent. */
export type AgentFile = {
	readonly file: string;
	/** True for a file of Claude Code, whose models mean nothing to another engine. */
	readonly isForClaude: boolean;
	readonly settings: Pick<AgentSettings, 'engine' | 'model' | 'permissions'>;
	/** What the agent is told before each prompt; `${{` means nothing in it. */
	readonly instructions: string;
	readonly problems: readonly WorkflowProblem[];
};

/** `problem` is what is wrong with naming it, which the workflow is to blame for. */
export type AgentReading = AgentFile | {readonly problem: string};

const OWN = '.radium/agents';
const CLAUDE = '.claude/agents';

/** Reads what is known of agents by their names, each once however often it is named. */
export const createAgentReader = (files: WorkspaceFiles, engines: readonly string[]) => {
	const known = new Map<string, AgentReading>();
	return {
		read: (name: string): AgentReading => {
			const reading = known.get(name) ?? readAgent(name, files, engines);
			known.set(name, reading);
			return reading;
		},
		/** The mistakes in the files of all that were read. */
		listProblems: (): readonly WorkflowProblem[] => [...known.values()].flatMap(reading => ('file' in reading ? reading.problems : [])),
	};
};

/** From a file of our own, else from one that Claude Code reads too. */
const readAgent = (name: string, files: WorkspaceFiles, engines: readonly string[]): AgentReading => {
	for (const folder of [OWN, CLAUDE]) {
		const file = `${folder}/${name}.md`;
		const reading = files.readText(file);
		if (reading?.problem !== undefined) return {problem: `"${file}" ${reading.problem}`};
		if (reading !== null) return readFile(name, {file, isForClaude: folder === CLAUDE}, reading.text, engines);
	}
	return {problem: `unknown agent "${name}"; ${adviseOnName(name, listAgents(files))}`};
};

const listAgents = (files: WorkspaceFiles): readonly string[] => {
	const names = [OWN, CLAUDE].flatMap(folder => files.listNames(folder)).map(file => /^(.*)\.md$/.exec(file)?.[1] ?? '');
	return [...new Set(names.filter(name => SAFE_NAME.test(name)))];
};

const readFile = (name: string, place: Pick<AgentFile, 'file' | 'isForClaude'>, text: string, engines: readonly string[]): AgentFile => {
	const {front, body} = splitFront(text);
	if (front === undefined)
		return {
			...place,
			settings: {},
			instructions: '',
			problems: [createTextLocator(place.file, '')(0, 'what begins with "---" must end with it too')],
		};
	const {document, problems} = readYaml(place.file, place.isForClaude ? keepUsed(front) : front);
	const found = document === null ? {settings: {}, problems: []} : readSettings(name, document, engines);
	return {...place, settings: found.settings, instructions: body.trim(), problems: [...problems, ...found.problems]};
};

/** Parts the settings between two lines `---` from what follows; lines keep their numbers. `front` is undefined where it has no end. */
const splitFront = (text: string): {readonly front: string | undefined; readonly body: string} => {
	const [first = '', ...lines] = text.split(/\r?\n/);
	if (first.trimEnd() !== '---') return {front: '', body: text};
	const end = lines.findIndex(line => line.trimEnd() === '---');
	return {front: end === -1 ? undefined : ['', ...lines.slice(0, end)].join('\n'), body: lines.slice(end + 1).join('\n')};
};

/** Claude Code reads its files less strictly than YAML is read, and knows many keys: only the lines that are of use are looked at. */
const keepUsed = (front: string): string =>
	front
		.split('\n')
		.map(line => (/^(?:engine|model|permissions)[ \t]*:/.test(line) ? line : ''))
		.join('\n');

const readSettings = (name: string, document: YamlDocument, engines: readonly string[]): Pick<AgentFile, 'settings' | 'problems'> => {
	const {sound, issues} = judge(AGENT, document.value ?? {});
	const {engine, permissions} = sound;
	// Claude Code's word for the model of whoever calls the agent.
	const model = sound.model === 'inherit' ? undefined : sound.model;
	return {
		settings: {
			...(engine === undefined ? {} : {engine}),
			...(model === undefined ? {} : {model}),
			...(permissions === undefined ? {} : {permissions}),
		},
		problems: [
			...toProblems(document, [], issues),
			...(sound.name === undefined || sound.name === name
				? []
				: [document.problemAt(['name'], `name: the file is called "${name}", so the agent is too; leave the name out`)]),
			...(engine === undefined || engines.includes(engine) ? [] : [document.problemAt(['engine'], adviseOnEngine(engine, engines))]),
		],
	};
};
