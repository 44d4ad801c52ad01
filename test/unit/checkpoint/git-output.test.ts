import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {type FileName, toFileName} from '../../../source/checkpoint/file-name.ts';
import {parseStatus} from '../../../source/checkpoint/status-lines.ts';
import {isSubmodule, parseTreeDiff, toFileChange} from '../../../source/checkpoint/tree-diff.ts';

const zero = (...parts: readonly string[]): Buffer => Buffer.from(parts.map(part => `${part}\0`).join(''), 'latin1');
const [A, B] = ['a'.repeat(40), 'b'.repeat(40)];

describe('git status', () => {
	it.each([
		['an edited file', `1 .M N... 100644 100644 100644 ${A} ${A} x`, [{kind: 'changed', name: 'x'}]],
		['a name with spaces', `1 .M N... 100644 100644 100644 ${A} ${A} a b  c`, [{kind: 'changed', name: 'a b  c'}]],
		['a deleted file', `1 .D N... 100644 100644 000000 ${A} ${A} x`, [{kind: 'gone', name: 'x'}]],
		['what is only staged', `1 M. N... 100644 100644 100644 ${A} ${B} x`, []],
		['a file that became a link', `1 .T N... 100644 100644 120000 ${A} ${A} x`, [{kind: 'changed', name: 'x'}]],
		[
			'a file that became a repository',
			`1 .T N... 100644 100644 160000 ${A} ${A} x`,
			[
				{kind: 'gone', name: 'x'},
				{kind: 'nested', name: 'x'},
			],
		],
		['a conflict', `u UU N... 100644 100644 100644 100644 ${A} ${A} ${B} x y`, [{kind: 'changed', name: 'x y'}]],
		['a conflict without a file', `u UD N... 100644 100644 000000 000000 ${A} ${A} ${B} x`, [{kind: 'gone', name: 'x'}]],
		['an untracked file', '? new\nline', [{kind: 'untracked', name: 'new\nline'}]],
		['a nested repository', '? sub/', [{kind: 'nested', name: 'sub'}]],
		['a header', '# branch.head main', []],
	])('reads %s', (_, line, expected) => {
		expect(parseStatus(zero(line))).toEqual(expected);
	});

	it('never throws, whatever comes', () => {
		fc.assert(fc.property(fc.uint8Array(), bytes => Array.isArray(parseStatus(Buffer.from(bytes)))));
	});
});

describe('git diff-tree', () => {
	it('joins the raw records with the counted lines', () => {
		const output = zero(
			`:000000 100644 ${'0'.repeat(40)} ${A} A`,
			'1:odd\tname',
			`:100644 100755 ${A} ${B} M`,
			'b',
			`:100644 000000 ${A} ${'0'.repeat(40)} D`,
			'c\xff',
			'3\t0\t1:odd\tname',
			'-\t-\tb',
			'0\t7\tc\xff',
		);

		expect(parseTreeDiff(output).map(toFileChange)).toEqual([
			{path: '"1:odd\\tname"', change: 'added', additions: 3, deletions: 0},
			{path: 'b', change: 'modified', additions: null, deletions: null},
			{path: '"c\\377"', change: 'deleted', additions: 0, deletions: 7},
		]);
	});

	it('takes a change of kind for a modification and knows submodules', () => {
		const [link, submodule] = parseTreeDiff(zero(`:100644 120000 ${A} ${B} T`, 'x', `:160000 160000 ${A} ${B} M`, 'sub', '1\t1\tx', '1\t1\tsub'));

		expect(link).toMatchObject({status: 'M', newMode: '120000'});
		expect(submodule !== undefined && isSubmodule(submodule)).toBe(true);
	});

	it('is empty when nothing differs, and never throws', () => {
		expect(parseTreeDiff(Buffer.alloc(0))).toEqual([]);
		fc.assert(fc.property(fc.uint8Array(), bytes => Array.isArray(parseTreeDiff(Buffer.from(bytes)))));
	});

	it('keeps names as bytes', () => {
		const name: FileName = toFileName(Buffer.from([0xe9]));

		expect(parseTreeDiff(zero(`:000000 100644 ${A} ${B} A`, '\xe9'))[0]?.name).toBe(name);
	});
});
