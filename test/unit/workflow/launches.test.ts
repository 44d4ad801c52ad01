import {expect, it} from 'vitest';
import {createLaunches} from '../../../source/workflow/launches.ts';

it('what is done after a look at it is news, however soon', async () => {
	const launches = createLaunches();
	let end = (): void => {};
	launches.begin('long', () => new Promise(() => {}));
	launches.begin(
		'short',
		() =>
			new Promise(resolve => {
				end = resolve;
			}),
	);

	const {names, next} = launches.look();
	end();
	await next;

	expect([...names]).toEqual(['long', 'short']);
	expect([...launches.look().names]).toEqual(['long']);
});

it('tells what went wrong when it is asked, and what is left ends nevertheless', async () => {
	const launches = createLaunches();
	let end = (): void => {};
	launches.begin('bad', async () => {
		throw new Error('broken');
	});
	launches.begin(
		'good',
		() =>
			new Promise(resolve => {
				end = resolve;
			}),
	);
	await launches.look().next;

	expect(launches.check).toThrow('broken');
	end();
	await launches.settled();
	expect(launches.look().names.size).toBe(0);
});
