import {describe, expect, it} from 'vitest';
import {toReadingEnvironment, toStoreEnvironment} from '../../../source/checkpoint/git-environment.ts';

const PLACE = {treeDirectory: '/repo/.git/rad', top: '/repo'};

describe('the folders in which git and its parts are looked for', () => {
	it.each([
		['/usr/bin:/bin', '/usr/bin:/bin'],
		['.:/usr/bin', '/usr/bin'],
		[':/usr/bin:', '/usr/bin'],
		['bin:../bin:/opt/git/bin', '/opt/git/bin'],
	])('are of %j the absolute ones', (PATH, own) => {
		expect(toReadingEnvironment({PATH})).toMatchObject({PATH: own});
		expect(toStoreEnvironment({PATH}, PLACE)).toMatchObject({PATH: own});
	});

	// An empty PATH would mean the folder that git works in: the work tree.
	it.each([undefined, '', '.', 'bin:node_modules/.bin'])('are those of the system where %j leaves none', PATH => {
		expect(toReadingEnvironment({PATH})).not.toHaveProperty('PATH');
		expect(toStoreEnvironment({PATH}, PLACE)).not.toHaveProperty('PATH');
	});
});
