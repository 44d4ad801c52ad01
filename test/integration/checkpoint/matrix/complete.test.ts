import {readdirSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, it} from 'vitest';
import {FILES} from './rows/files.ts';
import {GARBAGE} from './rows/garbage.ts';
import {GIT_STATE} from './rows/git-state.ts';
import {LEFT_OUT} from './rows/left-out.ts';
import {LIMITS} from './rows/limits.ts';
import {PARTS} from './rows/parts.ts';
import {PLACES} from './rows/places.ts';
import {PROGRAMS} from './rows/programs.ts';
import {TROUBLE} from './rows/trouble.ts';

const TABLES = {
	files: FILES,
	garbage: GARBAGE,
	'git-state': GIT_STATE,
	'left-out': LEFT_OUT,
	limits: LIMITS,
	parts: PARTS,
	places: PLACES,
	programs: PROGRAMS,
	trouble: TROUBLE,
};

const WANTED = [...Array.from({length: 88}, (_, index) => String(index + 1)), '50b'].sort();

describe('the matrix', () => {
	it('has each of its rows exactly once, as a test or as a skip with a reason', () => {
		const rows = Object.values(TABLES).flat();

		expect(rows.map(({row}) => String(row)).sort()).toEqual(WANTED);
		expect(rows.flatMap(({skip}) => skip ?? []).filter(reason => !/\w+ \w+/.test(reason))).toEqual([]);
	});

	it('has a test file for each table', () => {
		const tests = readdirSync(import.meta.dirname).filter(name => name.endsWith('.test.ts') && name !== 'complete.test.ts');
		const tables = readdirSync(join(import.meta.dirname, 'rows'));

		expect(tests.sort()).toEqual(Object.keys(TABLES).map(name => `${name}.test.ts`));
		expect(tables.sort()).toEqual(Object.keys(TABLES).map(name => `${name}.ts`));
	});
});
