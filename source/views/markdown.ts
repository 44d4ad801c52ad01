import {sanitizeLine} from '../domain/sanitize.ts';
import {truncate} from './width.ts';

/** A piece of a Markdown document in which every foreign text was made harmless. */
export type Markdown = {readonly markdown: string};

export type MarkdownColumn = {readonly title: string; readonly align?: 'left' | 'right'};

// Keeps a report below the 65,536 characters that a comment on a pull request may have, whatever an agent says of itself.
const MAX_TEXT_COLUMNS = 400;

/** What a renderer shows as nothing, and what keeps it from seeing a mention, a reference or a link. */
const BREAK = '&#8203;';

// Entities where a backslash would not hold everywhere: a bar in a table, a backtick, formulas; HTML; a backslash itself.
const SPECIAL = /[&<>|`$\\]|[*_[\]~]|@|[#!](?=\d)|\bGH-(?=\d)|\/(?=\/)|\bwww(?=\.)/gi;
const ENTITY = /^[&<>|`$\\]$/;
// A heading, a list or a number of one, where the text comes first in an item of a list.
const BLOCK_MARK = /^((?:\d+(?=[.)]))?)([#+.)-])(?=#*(?:\s|$))/;
const ESCAPABLE = /^[*_[\]~]$/;

/** Text of anybody on one line, which Markdown shows as it is: no markup, no HTML, no link, and nobody is mentioned. Cut when it is very long. */
export const escapeMarkdown = (text: string): string => toPlain(text).replaceAll(SPECIAL, toHarmless).replace(BLOCK_MARK, String.raw`$1\$2`);

// Spaces at its edges mean something to Markdown, and nothing to a reader.
const toPlain = (text: string): string => truncate(sanitizeLine(text).trim(), MAX_TEXT_COLUMNS);

const toHarmless = (match: string): string => {
	if (ENTITY.test(match)) return `&#${match.charCodeAt(0)};`;
	return ESCAPABLE.test(match) ? `\\${match}` : `${match}${BREAK}`;
};

/** A template in which plain texts and numbers are escaped, and Markdown is taken as it is. */
export const markdown = (texts: TemplateStringsArray, ...values: ReadonlyArray<string | number | Markdown>): Markdown => ({
	markdown: texts.map((text, index) => (index === 0 ? text : `${toText(values[index - 1] ?? '')}${text}`)).join(''),
});

/** Text of rad's own that needs no escaping, such as `$0.12`. */
export const trusted = (text: string): Markdown => ({markdown: text});

/** A name or an id in type of its own. Where a code span cannot hold it in every renderer, it is only escaped. */
export const code = (text: string): Markdown => {
	const clean = toPlain(text);
	return {markdown: /[`|\\]|^$/.test(clean) ? escapeMarkdown(clean) : `\`${clean}\``};
};

/** Commands to be copied; never cut. */
export const codeBlock = (lines: readonly string[]): Markdown => {
	const clean = lines.map(sanitizeLine);
	const longest = Math.max(0, ...clean.flatMap(line => line.match(/`+/g) ?? []).map(run => run.length));
	const fence = '`'.repeat(Math.max(3, longest + 1));
	return {markdown: [`${fence}sh`, ...clean, fence].join('\n')};
};

export const table = (columns: readonly MarkdownColumn[], rows: ReadonlyArray<ReadonlyArray<string | number | Markdown>>): Markdown => {
	const lines = [
		columns.map(({title}) => title),
		columns.map(({align}) => (align === 'right' ? '---:' : '---')),
		...rows.map(cells => cells.map(toText)),
	];
	return {markdown: lines.map(cells => `| ${cells.join(' | ')} |`).join('\n')};
};

export const list = (items: ReadonlyArray<string | Markdown>): Markdown => ({markdown: items.map(item => `- ${toText(item)}`).join('\n')});

/** Parts with an empty line between them. */
export const joinBlocks = (blocks: readonly Markdown[]): Markdown => ({markdown: blocks.map(block => block.markdown).join('\n\n')});

const toText = (value: string | number | Markdown): string => (typeof value === 'object' ? value.markdown : escapeMarkdown(String(value)));
