import {existsSync, readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {describe, expect, it} from 'vitest';
import {ROOT} from '../support/doc-page.ts';
import {createScratch} from '../support/scratch.ts';
import {createTestTexts} from '../support/test-texts.ts';
import {at, type Proof} from './table/entry.ts';
import {FIGURES_PATH, type StageFigures} from './table/figures.ts';
import {toPage} from './table/page.ts';
import {PROMISES} from './table/promises.ts';
import {ROWS} from './table.ts';

const newFolder = createScratch();
const textsOf = createTestTexts();

/** What a proof names that is not there. */
const findMissing = ({file, names}: Proof): readonly string[] => {
	const whole = path.join(ROOT, file);
	if (!existsSync(whole) || !/\.test\.tsx?$/.test(file)) return [`${file} is no file of tests`];
	const texts = textsOf(whole);
	return names.filter(name => !texts.has(name)).map(name => `${file} has no “${name}”`);
};

describe('the table of promises and faults', () => {
	it('names only tests that there are', () => {
		const proofs = [...PROMISES, ...ROWS].flatMap(({tests = []}) => tests);

		expect(proofs.flatMap(findMissing)).toEqual([]);
	});

	it('takes nothing for a test that is not one, or is never run', () => {
		const file = path.join(newFolder(), 'some.test.ts');
		writeFileSync(
			file,
			"it('runs', () => {});\nit.skip('is left out', () => {});\nit.todo('is to come');\nit.each([['a row']])(`of ${1} more`, () => {});\n",
		);

		expect([...textsOf(file)]).toEqual(['runs', 'a row', 'of ${1} more']);
		expect(findMissing(at('faults/table.test.ts', 'has no such test'.concat('!')))).toHaveLength(1);
		expect(findMissing(at('faults/no-such.test.ts', 'has each id once'))).toHaveLength(1);
	});

	it('has each id once', () => {
		const ids = [...PROMISES, ...ROWS].map(({id}) => id);

		expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
		expect(PROMISES.map(({id}) => id)).toEqual(Array.from({length: 30}, (_, index) => `R${index + 1}`));
	});

	it('has a proof for each promise', () => {
		expect(PROMISES.filter(({tests}) => tests.flatMap(({names}) => names).length === 0)).toEqual([]);
	});

	it('says of each row what proves it, what is missing, or why it does not apply', () => {
		const isClear = ({tests, open, not}: (typeof ROWS)[number]): boolean =>
			not === undefined ? (tests?.length ?? 0) > 0 || open !== undefined : tests === undefined && open === undefined;

		expect(ROWS.filter(row => !isClear(row))).toEqual([]);
		expect(ROWS.flatMap(({of}) => of).filter(id => !PROMISES.some(promise => promise.id === id))).toEqual([]);
		expect(ROWS.filter(({of}) => of.length === 0)).toEqual([]);
	});

	it('is what the page of promises tells', async () => {
		const figures = JSON.parse(readFileSync(path.join(ROOT, FIGURES_PATH), 'utf8')) as readonly StageFigures[];

		await expect(toPage(PROMISES, ROWS, figures)).toMatchFileSnapshot('../../docs/promises.md');
	});
});
