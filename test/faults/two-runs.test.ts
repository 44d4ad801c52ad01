import {readFileSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {expect, it} from 'vitest';
import type {Run} from '../../source/domain/records.ts';
import {makeScratch, radJson, startRad} from '../support/rad.ts';
import {createScratch} from '../support/scratch.ts';
import {tellFigures} from './tell-figures.ts';

const newFolder = createScratch();
const ROUNDS = Number(process.env['RAD_TEST_RACES'] ?? 8);

it(`two runs that begin in the same moment: one works, the other names it, ${ROUNDS} times`, {timeout: 60_000 + ROUNDS * 10_000}, async () => {
	const scratch = await makeScratch(newFolder(), {slow: 'version: 1\nsteps:\n  - { id: a, run: echo once >> ledger; sleep 1 }\n'});

	for (let round = 1; round <= ROUNDS; round += 1) {
		const ends = await Promise.all([1, 2].map(() => startRad(['run', 'slow', '--no-checkpoint'], scratch).ended));

		const [run] = await radJson<readonly Run[]>(['runs'], scratch);
		tellFigures({races: 1, 'races with two winners': ends.every(({code}) => code === 0) ? 1 : 0});
		expect(ends.map(({code}) => code).sort(), `round ${round}`).toEqual([0, 4]);
		expect(ends.find(({code}) => code === 4)?.stderr, `round ${round}`).toContain(run?.id);
		expect(readFileSync(path.join(scratch.cwd, 'ledger'), 'utf8')).toBe('once\n'.repeat(round));
	}
});
