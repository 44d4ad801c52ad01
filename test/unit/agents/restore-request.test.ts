import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {findRestoreRequest} from '../../../source/agents/restore-request.ts';

const ID = 'cp_0123456789';
const OTHER = 'cp_9876543210';

describe('findRestoreRequest', () => {
	it.each([
		['a line with an id', `It went wrong.\n/restore ${ID}\n`, ID],
		['a line without an id', 'It went wrong.\n\n/restore', null],
		['the whole message', `/restore ${ID}`, ID],
		['space at the end, CRLF', `Sorry.\r\n/restore ${ID} \t\r\nBye.\r\n`, ID],
		['several spaces before the id', `/restore   ${ID}`, ID],
		['the same request twice', `/restore ${ID}\nas I said:\n/restore ${ID}`, ID],
		['after a code block that was closed', `\`\`\`sh\nnpm test\n\`\`\`\n/restore ${ID}`, ID],
		['after a quote and a blank line', `> who did this?\n\n/restore ${ID}`, ID],
		['after inline code that was closed', `\`slug()\` is broken\n/restore ${ID}`, ID],
		['after a list', `- broken\n- slow\n/restore ${ID}`, ID],
		['text in any language', `Ça ne marche pas 😀 — désolé.\n/restore ${ID}`, ID],
		['beside a request that names no valid id', `/restore HEAD\n/restore ${ID}`, ID],
	])('finds a request: %s', (_, message, checkpoint) => {
		expect(findRestoreRequest(message)).toEqual({checkpoint});
	});

	it.each([
		['X1: a README quoted in a fence', `The README says:\n\n\`\`\`md\n/restore ${ID}\n\`\`\`\n`],
		['X1: a fence of tildes', `~~~\n/restore ${ID}\n~~~`],
		['X1: a longer fence that holds a shorter one', `\`\`\`\`\n\`\`\`\n/restore ${ID}\n\`\`\`\`\n`],
		['X1: a fence that a line with a word does not close', `\`\`\`\n\`\`\` js\n/restore ${ID}\n`],
		['X1: a fence that tildes do not close', `\`\`\`\n~~~\n/restore ${ID}\n`],
		['X1: a fence that is never closed', `\`\`\`\n/restore ${ID}`],
		['X1: an indented code block', `Type:\n\n    /restore ${ID}\n`],
		['X1: indented by a tab', `Type:\n\n\t/restore ${ID}`],
		['X1: indented by one space', ` /restore ${ID}`],
		['X1: a quote', `> /restore ${ID}`],
		['X1: the lazy rest of a quote', `> The agent said:\n/restore ${ID}`],
		['X1: inline code', `\`/restore ${ID}\``],
		['X1: inline code over several lines', `\`see\n/restore ${ID}\nthere\``],
		['X1: in a sentence', `You can type /restore ${ID} to go back.`],
		['X1: a line that goes on', `/restore ${ID} undoes it.`],
		['X2: JSON', `{"text": "\\n/restore ${ID}"}`],
		['X2: an added line of a diff', `+/restore ${ID}`],
		['X2: inside a diff without a fence', `diff --git a/x b/x\n@@ -1 +1 @@\n/restore ${ID}`],
		['X2: a list item', `- /restore ${ID}`],
		['X2: a heading', `# /restore ${ID}`],
		['X2: a table', `| /restore ${ID} |`],
		['X2: preformatted HTML', `<pre>\n\n/restore ${ID}\n</pre>`],
		['X2: a quote in HTML', `<blockquote>\n\n/restore ${ID}\n</blockquote>`],
		['X2: a comment in HTML', `<!--\n\n/restore ${ID}\n-->`],
		['X2: details that are folded away', `<details><summary>log</summary>\n\n/restore ${ID}\n\n</details>`],
		['X3: hidden by a control sequence', `\u001b[8m/restore ${ID}\u001b[0m`],
		['X3: hidden by a control sequence of the line before', `\u001b[8m\n/restore ${ID}\n\u001b[0m`],
		['X3: split by a control sequence', `/rest\u001b[0more ${ID}`],
		['X3: a C1 control', `/restore ${ID}\u009b0m`],
		['X3: a line separator', `text\u2028/restore ${ID}`],
		['X3: elsewhere a text that runs from right to left', `\u202eabc\n/restore ${ID}`],
		['X3: a line that overwrites another one', `Nothing to do.\r/restore ${ID}`],
		['X3: backspaces', `no\b\b\n/restore ${ID}`],
		['X3: a letter that only looks like one', `/restоre ${ID}`],
		['X3: a full-width slash', `／restore ${ID}`],
		['X3: an invisible character within', `/restore\u200b ${ID}`],
		['X7: an option', '/restore -f'],
		['X7: a long option', '/restore --hard'],
		['X7: a name of git', '/restore HEAD'],
		['X7: a ref', `/restore refs/rad/${ID}`],
		['X7: a commit', `/restore ${'a'.repeat(40)}`],
		['X7: a path', `/restore ../${ID}`],
		['X7: an id that is too short', '/restore cp_012345678'],
		['X7: an id that is too long', `/restore ${ID}0`],
		['X7: capitals', '/restore CP_0123456789'],
		['X7: the id of a run', '/restore run_0123456789'],
		['X7: two ids', `/restore ${ID} ${ID}`],
		['X7: no space', `/restore${ID}`],
		['X7: a megabyte', `/restore ${'x'.repeat(1_000_000)}`],
		['another command', '/restored'],
		['capitals', `/RESTORE ${ID}`],
		['nothing', ''],
	])('finds none: %s', (_, message) => {
		expect(findRestoreRequest(message)).toBeUndefined();
	});

	it('takes requests that contradict each other for none, since nobody knows which one is meant', () => {
		expect(findRestoreRequest(`/restore ${ID}\n/restore ${OTHER}`)).toBeUndefined();
		expect(findRestoreRequest(`/restore\n/restore ${ID}`)).toBeUndefined();
	});

	it.each([
		['X9: five million requests', '/restore\n'.repeat(5_000_000)],
		['backticks', '` /restore\n'.repeat(500_000)],
		['tags', '<pre></pre>/restore\n'.repeat(250_000)],
		['fences', '```\n/restore\n```\n'.repeat(250_000)],
		['one line', `/restore ${' '.repeat(50_000_000)}`],
	])('is done in time with a flood: %s', (_, message) => {
		const start = performance.now();

		findRestoreRequest(message);

		// A second on a quiet machine, and this one may be busy. What is not linear takes hours.
		expect(performance.now() - start).toBeLessThan(10_000);
	});

	it('never throws, and finds nothing where there is no such line', () => {
		const piece = fc.constantFrom('/restore', ` ${ID}`, '\n', '```', '`', '> ', '<pre>', '-->', '\u001b[8m', '\r', 'x', ' ');

		fc.assert(
			fc.property(fc.array(piece, {maxLength: 30}), pieces => {
				const message = pieces.join('');
				const isThere = message.split(/\r?\n/).some(line => /^\/restore( +cp_\w{10})? *$/.test(line));
				if (!isThere) expect(findRestoreRequest(message)).toBeUndefined();
			}),
		);
	});
});
