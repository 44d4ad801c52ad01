import path from 'node:path';
import {expect, test} from 'vitest';
import {formatUsage} from '../../../source/cli/help.ts';
import {COMMANDS} from '../../../source/cli/table.ts';
import {ROOT, withGenerated} from '../../support/doc-page.ts';

// The README lists the commands that there are, as the help does.

const PAGE = 'README.md';

const toCell = (text: string): string => text.replaceAll('|', '\\|');

const formatTable = (): string =>
	[
		'| command | what it does |',
		'|---|---|',
		...COMMANDS.map(command => `| \`rad ${toCell(formatUsage(command).replace(' [flags]', ''))}\` | ${toCell(command.summary)} |`),
	].join('\n');

test('the table of commands in the README is what the command table says', async () => {
	await expect(withGenerated(PAGE, formatTable())).toMatchFileSnapshot(path.join(ROOT, PAGE));
});
