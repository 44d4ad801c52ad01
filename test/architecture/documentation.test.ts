import {existsSync} from 'node:fs';
import path from 'node:path';
import {describe, expect, it} from 'vitest';
import type {FlagSpec} from '../../source/cli/command.ts';
import {GLOBAL_FLAGS, toFlagWord} from '../../source/cli/flags.ts';
import {COMMANDS} from '../../source/cli/table.ts';
import {PAGES, parseBlocks, ROOT, readPage} from '../support/doc-page.ts';
import {MAY_IMPORT} from './rooms.ts';

/** What stands between backticks in the text of a page, outside of blocks. */
const listCode = (page: string): readonly string[] => {
	const text = readPage(page).replaceAll(/^```[\s\S]*?^```$/gm, '');
	return [...text.matchAll(/`([^`\n]+)`/g)].map(([, code]) => code ?? '');
};

/** True of `rad checkpoint restore <id> --path src`, also where only the noun of several commands is named. */
const isCommand = (text: string): boolean => {
	const words = text.split(/\s+/).slice(1);
	const named = words.filter(word => /^[a-z-]+$/.test(word) && !word.startsWith('-')).slice(0, 2);
	const command = COMMANDS.find(({path: words_}) => words_ === named.join(' ')) ?? COMMANDS.find(({path: words_}) => words_ === named[0]);
	const isNoun = COMMANDS.some(({path: words_}) => words_.startsWith(`${named[0]} `));
	if (command === undefined) return named.length === 0 || isNoun;
	const known = Object.entries<FlagSpec>({...command.flags, ...GLOBAL_FLAGS}).flatMap(([name, {short}]) => [toFlagWord(name), `-${short}`]);
	return words.filter(word => word.startsWith('-')).every(word => known.includes(word.split('=')[0] ?? ''));
};

/** With the page that is not part of the package, and shows no commands. */
const ALL = [...PAGES, 'SECURITY.md'];

describe('the documentation', () => {
	it.for(ALL)('%s names only commands and flags that there are', page => {
		const named = listCode(page).filter(code => code.startsWith('rad '));

		expect(named.filter(code => !isCommand(code))).toEqual([]);
	});

	it.for(ALL)('%s names only files of the repository that are there', page => {
		const files = listCode(page).filter(code => /^(?:source|test|bin|docs)\/[\w./-]+$/.test(code));

		expect(files.filter(file => !existsSync(path.join(ROOT, file)))).toEqual([]);
	});

	it.for(ALL)('%s links only to what is there', page => {
		const links = [...readPage(page).matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)/g)].map(([, file = '', anchor]) => ({
			file: file === '' ? page : path.join(path.dirname(page), file),
			anchor,
		}));
		const isThere = ({file, anchor}: (typeof links)[number]): boolean =>
			existsSync(path.join(ROOT, file)) && (anchor === undefined || listAnchors(readPage(file)).includes(anchor));

		expect(links.filter(link => !isThere(link))).toEqual([]);
	});

	it.for(PAGES)('%s calls a block of commands sh or console, so that they are run', page => {
		const others = ['', 'bash', 'shell', 'zsh', 'terminal'];

		expect(parseBlocks(readPage(page)).filter(({language}) => others.includes(language))).toEqual([]);
	});

	it('is reached from the README', () => {
		const readme = readPage('README.md');

		expect(PAGES.filter(page => page !== 'README.md' && !readme.includes(`(${page})`) && !readme.includes(`(${page}#`))).toEqual([]);
	});

	it('tells what each folder may import', () => {
		const rows = [...readPage('docs/architecture.md').matchAll(/^\| `([a-z]+)` \| .* \| (.*) \|$/gm)].map(([, room = '', cell = '']) => [
			room,
			[...cell.matchAll(/`([a-z]+)`/g)].map(([, name]) => name).sort(),
		]);
		const folders = Object.entries(MAY_IMPORT).filter(([room]) => existsSync(path.join(ROOT, 'source', room)));

		expect(Object.fromEntries(rows)).toEqual(Object.fromEntries(folders.map(([room, others]) => [room, [...others].sort()])));
	});
});

/** What GitHub calls the headings of a page in links. */
const listAnchors = (text: string): readonly string[] =>
	[...text.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
		title
			.toLowerCase()
			.replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
			.trim()
			.replaceAll(/\s/g, '-'),
	);
