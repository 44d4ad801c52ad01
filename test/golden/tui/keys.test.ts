import {expect, test} from 'vitest';
import {SECTIONS} from '../../../source/tui/dialogs/help.ts';
import {labelKey} from '../../../source/tui/key-lookup.ts';
import {KEYMAP} from '../../../source/tui/keymap.ts';

test('the help tells of every place where keys mean something', () => {
	expect(new Set(SECTIONS.map(([context]) => context))).toEqual(new Set(KEYMAP.map(({context}) => context)));
});

const toCell = (text: string): string => text.replaceAll('|', '\\|');

test('the table of keys for the documentation is what the dashboard does', async () => {
	const sections = SECTIONS.map(([context, title]) => {
		const rows = KEYMAP.filter(binding => binding.context === context).map(
			({keys, action, help}) => `| ${keys.map(key => `\`${toCell(labelKey(key))}\``).join(' ')} | ${toCell(help)} | \`${action}\` |`,
		);
		return [`## ${title}`, '', '| keys | what they do | action |', '|---|---|---|', ...rows].join('\n');
	});

	const document = ['# Keys of `rad top`', 'An action can be given other keys: `rad help configuration`.', ...sections].join('\n\n');

	await expect(`${document}\n`).toMatchFileSnapshot('../../../docs/keys.md');
});
