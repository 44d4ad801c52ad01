import type {Tool} from './conversation.ts';
import type {ToolStep} from './script.ts';

/** What a tool is for. */
export type Purpose = 'write' | 'edit' | 'read' | 'shell' | 'subAgent';

/** What the engines call their tools, best first. */
const NAMES: Readonly<Record<Purpose, readonly string[]>> = {
	write: ['Write', 'write_file', 'write'],
	edit: ['Edit', 'replace', 'edit'],
	read: ['Read', 'read_file', 'read'],
	shell: ['Bash', 'run_shell_command', 'bash', 'exec_command', 'shell_command', 'shell'],
	subAgent: ['Agent', 'Task', 'task', 'invoke_agent', 'spawn_agent'],
};

/** Takes patches of files as text. */
export const PATCH = 'apply_patch';

/** Ends a sub-agent of Gemini CLI, which takes no text for an end. */
export const COMPLETE = 'complete_task';

/** Takes Claude Code's answer to a schema. */
export const ANSWER = 'StructuredOutput';

/** Tools that only go on with what an earlier call began. */
export const FOLLOW_UPS = {wait: 'wait_agent', poll: 'write_stdin'} as const;

const FOLLOW_UP_NAMES: readonly string[] = Object.values(FOLLOW_UPS);

export const isFollowUp = (name: string): boolean => FOLLOW_UP_NAMES.includes(name);

/** Whether a request with these tools is one of a conversation; engines offer none of these when they ask for a title. */
export const canAct = (tools: readonly Tool[]): boolean => tools.some(({name, form}) => form !== 'function' || ALL_NAMES.includes(name));

export const findTool = (tools: readonly Tool[], purpose: Purpose): Tool | undefined => {
	const name = NAMES[purpose].find(wanted => tools.some(tool => tool.name === wanted));
	return name === undefined ? undefined : findNamed(tools, name);
};

export const findNamed = (tools: readonly Tool[], name: string): Tool | undefined => tools.find(tool => tool.name === name);

export const toPurpose = (step: ToolStep): Purpose => {
	if ('write' in step) return 'write';
	if ('edit' in step) return 'edit';
	if ('read' in step) return 'read';
	return 'shell' in step ? 'shell' : 'subAgent';
};

const ALL_NAMES: readonly string[] = Object.values(NAMES).flat();
