import {expect, it} from 'vitest';
import {createPause} from '../../../source/agents/pause.ts';
import type {Clock} from '../../../source/domain/clock.ts';

it('grows with the time that was waited, up to the longest', async () => {
	const slept: number[] = [];
	let now = 1000;
	const clock: Clock = {
		now: () => now,
		elapsed: () => now,
		sleep: async durationMs => void slept.push(durationMs),
	};
	const pause = createPause(clock, 50);

	for (const elapsed of [0, 30, 200, 500, 60_000]) {
		now = 1000 + elapsed;
		await pause();
	}

	expect(slept).toEqual([2, 3, 20, 50, 50]);
});
