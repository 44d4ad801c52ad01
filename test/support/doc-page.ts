import {readdirSync, readFileSync} from 'node:fs';
import path from 'node:path';
import {fileURLToPath} from 'node:url';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** The pages of the documentation, from the root of the repository on. */
export const PAGES: readonly string[] = [
	'README.md',
	...readdirSync(path.join(ROOT, 'docs'))
		.filter(file => file.endsWith('.md'))
		.sort()
		.map(file => `docs/${file}`),
];

const [BEGIN, END] = ['<!-- generated', '<!-- end of what is generated -->'];

/** The page with another text in the place of what is generated in it. */
export const withGenerated = (page: string, text: string): string => {
	const before = readPage(page);
	const [begin, end] = [before.indexOf(BEGIN), before.indexOf(END)];
	if (begin === -1 || end < begin) throw new Error(`${page} has no place for what is generated`);
	return `${before.slice(0, before.indexOf('\n', begin))}\n\n${text}\n\n${before.slice(end)}`;
};

export const readPage = (page: string): string => readFileSync(path.join(ROOT, page), 'utf8');

/**
 * A block between two lines of backticks, with what comments directly above it tell the tests:
 * `<!-- not run: reason -->`, `<!-- file: path -->` (it is what that file holds), `<!-- exits 4: command -->` (0 for the others).
 */
export type Block = {
	readonly language: string;
	readonly lines: readonly string[];
	/** Number of the line of the page, from 0 on, that its first line is. */
	readonly firstLine: number;
	readonly reasonNotToRun: string | undefined;
	readonly file: string | undefined;
	readonly exitCodes: ReadonlyMap<string, number>;
};

const FENCE = /^```(\w*)$/;
const COMMENT = /^<!-- (not run|file|exits \d+): (.+) -->$/;

export const parseBlocks = (text: string): readonly Block[] => {
	const lines = text.split('\n');
	const blocks: Block[] = [];
	for (let at = 0; at < lines.length; at += 1) {
		const language = FENCE.exec(lines[at] ?? '')?.[1];
		if (language === undefined) continue;
		const end = lines.indexOf('```', at + 1);
		if (end === -1) throw new Error(`line ${at + 1}: the block has no end`);
		const comments = readComments(lines, at);
		const find = (name: string): string | undefined => comments.find(([, found]) => found === name)?.[2];
		blocks.push({
			language,
			lines: lines.slice(at + 1, end),
			firstLine: at + 1,
			reasonNotToRun: find('not run'),
			file: find('file'),
			exitCodes: new Map(
				comments.filter(([, name]) => name?.startsWith('exits ')).map(([, name, command]) => [command ?? '', Number(name?.slice(6))]),
			),
		});
		at = end;
	}
	return blocks;
};

const readComments = (lines: readonly string[], fence: number): readonly RegExpExecArray[] => {
	const found: RegExpExecArray[] = [];
	for (let at = fence - 1; at >= 0; at -= 1) {
		const comment = COMMENT.exec(lines[at] ?? '');
		if (comment === null) break;
		found.push(comment);
	}
	return found;
};

/** A command of a page. `output` is what the page shows of it, or undefined where it shows nothing. */
export type ShownCommand = {
	readonly command: string;
	readonly exitCode: number;
	readonly output: readonly string[] | undefined;
	/** Number of the line of the page at which the output begins, from 0 on. */
	readonly outputLine: number;
};

/** The commands of a block: each line of `sh`, and what comes after `$ ` in `console`, where the other lines are output. */
export const listCommands = (block: Block): readonly ShownCommand[] => {
	const isConsole = block.language === 'console';
	const exitOf = (command: string): number => block.exitCodes.get(command.replace(/\s+#.*$/, '')) ?? 0;
	if (!isConsole)
		return block.lines
			.filter(line => line.trim() !== '' && !line.startsWith('#'))
			.map(command => ({command, exitCode: exitOf(command), output: undefined, outputLine: 0}));
	const starts = block.lines.flatMap((line, index) => (line.startsWith('$ ') ? [index] : []));
	return starts.map((start, index) => {
		const command = (block.lines[start] ?? '').slice(2);
		return {
			command,
			exitCode: exitOf(command),
			output: block.lines.slice(start + 1, starts[index + 1] ?? block.lines.length),
			outputLine: block.firstLine + start + 1,
		};
	});
};
