import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {sanitizeLine} from '../../../source/domain/sanitize.ts';
import {code, codeBlock, escapeMarkdown, joinBlocks, list, markdown, table, trusted} from '../../../source/views/markdown.ts';

/** What a renderer makes of an escaped text. */
const toShown = (escaped: string): string =>
	escaped
		.replaceAll('&#8203;', '')
		.replaceAll(
			/\\([!-/:-@[-`{-~])|&#(\d+);/g,
			(_, character: string | undefined, entity: string) => character ?? String.fromCharCode(Number(entity)),
		);

describe('a foreign text', () => {
	test.each([
		['a | b', 'a &#124; b', 'a bar would end the cell'],
		['one\ntwo\r\nthree', 'one two three', 'a line break would end the row'],
		['`rm -rf`', '&#96;rm -rf&#96;', 'code'],
		['<img src=x onerror=alert(1)>', '&#60;img src=x onerror=alert(1)&#62;', 'HTML'],
		['&lt;b&gt;', '&#38;lt;b&#38;gt;', 'an entity'],
		['[click](javascript:x)', String.raw`\[click\](javascript:x)`, 'a link'],
		['![x](https://evil.example/p.png)', String.raw`!\[x\](https:/&#8203;/evil.example/p.png)`, 'a picture'],
		['https://evil.example', 'https:/&#8203;/evil.example', 'a link that is only an address'],
		['see WWW.evil.example', 'see WWW&#8203;.evil.example', 'an address without a scheme'],
		['@octocat and a@b.example', '@&#8203;octocat and a@&#8203;b.example', 'a mention'],
		['fixes #12, GH-7 and !3', 'fixes #&#8203;12, GH-&#8203;7 and !&#8203;3', 'what would close or name an issue'],
		['**bold** _it_ ~~gone~~', String.raw`\*\*bold\*\* \_it\_ \~\~gone\~\~`, 'emphasis'],
		['$x^2$', '&#36;x^2&#36;', 'a formula'],
		[String.raw`a\|b`, 'a&#92;&#124;b', 'a backslash before a bar'],
		['# not a heading', String.raw`\# not a heading`, 'a heading'],
		['    not code', 'not code', 'space that begins a block of code'],
		['- not a list', String.raw`\- not a list`, 'an item of a list'],
		['12. not a list', String.raw`12\. not a list`, 'a number of a list'],
		['1.3s, -5 and 2026-03-01', '1.3s, -5 and 2026-03-01', 'nothing'],
		['\u001B[31mred\u001B[0m', 'red', 'a colour'],
	])('%j is shown as it is: %s', (text, escaped) => {
		expect(escapeMarkdown(text)).toBe(escaped);
	});

	test('is shown as what a terminal would show, and has nothing left that ends a cell or begins a tag, whatever it is', () => {
		fc.assert(
			fc.property(fc.oneof(fc.string({unit: 'binary', maxLength: 100}), fc.stringMatching(/^[@#!$&<>|`\\*_[\]~:/.w\d \n-]{0,60}$/)), text => {
				const escaped = escapeMarkdown(text);

				expect(escaped).not.toMatch(/[|<>`\n]/);
				expect(toShown(escaped)).toBe(sanitizeLine(text).trim());
			}),
		);
	});

	test('is cut when it is very long', () => {
		expect(escapeMarkdown('x'.repeat(100_000))).toBe(`${'x'.repeat(399)}…`);
	});
});

describe('code', () => {
	test.each([
		['src/@types/a_b.ts', '`src/@types/a_b.ts`'],
		['<b>#1', '`<b>#1`'],
		['a`b', 'a&#96;b'],
		['a|b', 'a&#124;b'],
		[String.raw`a\b`, 'a&#92;b'],
		['two\nlines', '`two lines`'],
		['  ', ''],
	])('%j', (text, expected) => {
		expect(code(text).markdown).toBe(expected);
	});

	test('in a block cannot be ended by what stands in it', () => {
		expect(codeBlock(["rad show --workspace '/tmp/a```b'\n```\n# heading"]).markdown).toBe(
			"````sh\nrad show --workspace '/tmp/a```b' ``` # heading\n````",
		);
	});
});

test('a template escapes what is put into it, but for Markdown', () => {
	expect(markdown`**${'*'}** ${2} ${trusted('$1')} ${code('x')}`.markdown).toBe('**\\*** 2 $1 `x`');
});

test('a table has one line for each row, whatever its cells hold', () => {
	const {markdown: text} = table(
		[{title: 'Name'}, {title: 'Count', align: 'right'}],
		[
			['a | b\nc', 1],
			[code('d|e'), trusted('+2')],
		],
	);

	expect(text).toBe('| Name | Count |\n| --- | ---: |\n| a &#124; b c | 1 |\n| d&#124;e | +2 |');
});

test('blocks stand apart', () => {
	expect(joinBlocks([markdown`# ${'x'}`, list(['# y', markdown`${'z'}`])]).markdown).toBe('# x\n\n- \\# y\n- z');
});
