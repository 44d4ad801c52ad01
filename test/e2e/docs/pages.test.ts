import {mkdirSync, symlinkSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {describe, expect, it} from 'vitest';
import {listCommands, PAGES, parseBlocks, ROOT, readPage, type ShownCommand} from '../../support/doc-page.ts';
import {BIN, makeScratch, rad, toTestEnvironment} from '../../support/rad.ts';
import {createScratch} from '../../support/scratch.ts';
import {openShell} from '../../support/shell-session.ts';

// Everything that the documentation tells its readers to type is typed here, page by page, in a terminal, in the order of the page.

const newFolder = createScratch();
const SHELL = ['sh', 'console'];
/** A page shows with it what rad says of mistakes. */
const WRONG_ON_PURPOSE = '.radium/workflows/bad.yaml';

/** What is another one each time: ids, times, durations, ages and sizes. Spaces follow from the widths of these. */
const mask = (line: string): string =>
	line
		.replaceAll(/\b(run|agt|cp|req)_[0-9a-z]+/g, '$1_#')
		.replaceAll(/\b\d\d:\d\d:\d\d\b/g, 'TIME')
		.replaceAll(/\b(?:just now|\d+[smh] ago)/g, 'AGO')
		.replaceAll(/\b(?:\d+m)?\d+(?:\.\d+)?m?s\b/g, 'DURATION')
		.replaceAll(/\b[\d.,]+ (?:B|kB|MB|GB)\b/g, 'SIZE')
		.replaceAll(/ {2,}/g, ' ')
		.trim();

const idsIn = (line: string): readonly string[] => line.match(/\b(?:run|agt|cp|req)_[0-9a-z]+/g) ?? [];

type Pair = readonly [shown: string, real: string];

/** The ids that were shown with those that are meant now, or undefined where the output is another one. A line `…` stands for any lines. */
const compare = (shown: readonly string[], real: readonly string[]): readonly Pair[] | undefined => {
	const [first, ...rest] = shown;
	if (first === undefined) return real.length === 0 ? [] : undefined;
	if (first === '…') return real.map((_, index) => compare(rest, real.slice(index))).find(pairs => pairs !== undefined) ?? compare(rest, []);
	const [line, ...others] = real;
	if (line === undefined || mask(first) !== mask(line)) return undefined;
	const pairs = compare(rest, others);
	return pairs && [...idsIn(first).map((id, index): Pair => [id, idsIn(line)[index] ?? id]), ...pairs];
};

/** What the reader is to put in: the newest of its kind, which comes first in a list. */
const PLACES: ReadonlyArray<readonly [string, string]> = [
	['<run>', '$(rad runs | head -1 | cut -f1)'],
	['<agent>', '$(rad monitor list | head -1 | cut -f1)'],
	['<checkpoint>', '$(rad checkpoint list | head -1 | cut -f1)'],
];

const openPage = async () => {
	const folder = newFolder();
	const {home} = await makeScratch(folder, {});
	const [shop, programs] = [path.join(home, 'shop'), path.join(folder, 'bin')];
	for (const directory of [shop, programs]) mkdirSync(directory);
	symlinkSync(BIN, path.join(programs, 'rad'));
	const env = {
		...toTestEnvironment(home),
		PATH: `${programs}:${process.env['PATH'] ?? ''}`,
		...{TERM: 'xterm-256color', NO_COLOR: '1', EDITOR: 'true', PAGER: 'cat'},
		...{GIT_AUTHOR_NAME: 'Ada', GIT_AUTHOR_EMAIL: 'ada@example.org', GIT_COMMITTER_NAME: 'Ada', GIT_COMMITTER_EMAIL: 'ada@example.org'},
		// So that commits have the same names each time.
		...{GIT_AUTHOR_DATE: '2026-01-01T12:00:00Z', GIT_COMMITTER_DATE: '2026-01-01T12:00:00Z'},
	};
	const shell = openShell(shop, env);
	await shell.run('git init --quiet --initial-branch=main && echo "# Shop" > README.md && git add --all && git commit --quiet --message=start');
	return {shell, home, shop};
};

/** Does what a page says; gives the page back with what was really printed wherever it shows something else. */
const follow = async (page: string): Promise<{readonly text: string; readonly wrongEndings: readonly string[]}> => {
	const {shell, home, shop} = await openPage();
	const lines: Array<string | undefined> = readPage(page).split('\n');
	const real = new Map<string, string>();
	const wrongEndings: string[] = [];
	const fillIn = (command: string): string => [...PLACES, ...real].reduce((text, [shown, actual]) => text.replaceAll(shown, actual), command);
	const type = async ({command, exitCode, output, outputLine}: ShownCommand): Promise<void> => {
		const answer = await shell.run(fillIn(command));
		const printed = answer.lines.map(line => line.replaceAll(home, '/home/ada'));
		if (answer.exitCode !== exitCode) wrongEndings.push(`${command}\n  ended with ${answer.exitCode}: ${printed.join('\n  ')}`);
		if (output === undefined) return;
		const pairs = compare(output, printed);
		for (const [shown, actual] of pairs ?? []) real.set(shown, actual);
		if (pairs !== undefined) return;
		lines.fill(undefined, outputLine, outputLine + output.length);
		const asBefore = printed.map(line => [...real].reduce((text, [shown, actual]) => text.replaceAll(actual, shown), line));
		lines[outputLine - 1] = [lines[outputLine - 1], ...asBefore].join('\n');
	};
	for (const block of parseBlocks(readPage(page))) {
		if (block.reasonNotToRun !== undefined) continue;
		if (block.file !== undefined) {
			const file = path.join(shop, block.file);
			mkdirSync(path.dirname(file), {recursive: true});
			writeFileSync(file, `${block.lines.join('\n')}\n`);
		}
		if (SHELL.includes(block.language)) for (const command of listCommands(block)) await type(command);
	}
	await shell.close();
	return {text: lines.filter(line => line !== undefined).join('\n'), wrongEndings};
};

describe('each page of the documentation', () => {
	it.for(PAGES)('%s shows commands that end as it says and print what it shows', {timeout: 600_000}, async page => {
		const {text, wrongEndings} = await follow(page);

		expect.soft(wrongEndings).toEqual([]);
		await expect(text).toMatchFileSnapshot(path.join(ROOT, page));
	});
});

it('shows whole workflows without a mistake', async () => {
	const workflows = PAGES.flatMap(page => parseBlocks(readPage(page)))
		.filter(({language, lines, file}) => language === 'yaml' && lines.includes('version: 1') && file !== WRONG_ON_PURPOSE)
		.map(({lines}) => lines.join('\n'));
	const scratch = await makeScratch(newFolder(), Object.fromEntries(workflows.map((text, index) => [`shown-${index}`, text])));

	expect(workflows.length).toBeGreaterThan(2);
	expect(await rad(['workflow', 'validate'], scratch)).toMatchObject({code: 0, stderr: ''});
});

it('says of each block that is not run why that is so', async () => {
	const left = PAGES.flatMap(page =>
		parseBlocks(readPage(page))
			.filter(({reasonNotToRun}) => reasonNotToRun !== undefined)
			.map(({reasonNotToRun, lines}) => [`${page}: ${reasonNotToRun}`, ...lines.map(line => `  ${line}`)].join('\n')),
	);

	await expect(`${left.join('\n')}\n`).toMatchFileSnapshot('../../golden/docs/not-run.txt');
});
