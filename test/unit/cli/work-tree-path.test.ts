import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {toWorkTreePath} from '../../../source/cli/work-tree-path.ts';
import {RadError} from '../../../source/domain/failures.ts';

const at = (directory: string, top = '/work/app') => ({directory, top});

describe('a typed path', () => {
	test.each([
		['a.ts', '/work/app', 'a.ts'],
		['a.ts', '/work/app/src', 'src/a.ts'],
		['./a.ts', '/work/app/src', 'src/a.ts'],
		['../a.ts', '/work/app/src', 'a.ts'],
		['../../a.ts', '/work/app/src/x', 'a.ts'],
		['lib/', '/work/app/src', 'src/lib'],
		['lib//x/../y/.', '/work/app/src', 'src/lib/y'],
		['.', '/work/app/src', 'src'],
		['.', '/work/app', ''],
		['..', '/work/app/src', ''],
		['../..', '/work/app/src/x/', ''],
		['/work/app', '/elsewhere', ''],
		['/work/app/src/a.ts', '/elsewhere', 'src/a.ts'],
		['/work/app/../app/a.ts', '/elsewhere', 'a.ts'],
		['../app/a.ts', '/work/app', 'a.ts'],
		['a b/ü\n.ts', '/work/app', 'a b/ü\n.ts'],
		['..a', '/work/app', '..a'],
		['-f', '/work/app', '-f'],
		[String.raw`a\b`, '/work/app', String.raw`a\b`],
		['x', '/work/here/../app/./src', 'src/x'],
	])('%j in %s is %j', (typed, directory, expected) => {
		expect(toWorkTreePath(typed, at(directory))).toBe(expected);
	});

	test('may lie anywhere below a top that is the root', () => {
		expect(toWorkTreePath('../etc', at('/home', '/'))).toBe('etc');
	});

	test.each([
		['..', '/work/app'],
		['../../../..', '/work/app/src'],
		['/work/application/a.ts', '/work/app'],
		['../application', '/work/app'],
		['/', '/work/app'],
		['a.ts', '/work'],
	])('%j in %s is not in the work tree', (typed, directory) => {
		expect(() => toWorkTreePath(typed, at(directory))).toThrow(
			expect.objectContaining({code: 'PATH_UNSAFE', message: `${typed} is not in the work tree, which is /work/app`}) as Error,
		);
	});

	test('never leads out of the work tree', () => {
		const names = fc.array(fc.constantFrom('..', '.', '', 'a', 'work', 'app'), {maxLength: 8});
		fc.assert(
			fc.property(names, fc.boolean(), (parts, isAbsolute) => {
				try {
					const path = toWorkTreePath(`${isAbsolute ? '/' : ''}${parts.join('/')}`, at('/work/app/src'));
					expect(path === '' || path.split('/').every(name => !['', '.', '..'].includes(name))).toBe(true);
				} catch (error) {
					expect(error).toBeInstanceOf(RadError);
				}
			}),
		);
	});
});
