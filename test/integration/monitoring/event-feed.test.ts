import path from 'node:path';
import {describe, expect, it} from 'vitest';
import {createEventFeed} from '../../../source/monitoring/event-feed.ts';
import {openSqliteStore} from '../../../source/monitoring/sqlite-store.ts';
import {createSystemClock} from '../../../source/system-clock.ts';
import {anId} from '../../support/builders.ts';
import {createScratch, until} from '../../support/scratch.ts';

const newFolder = createScratch();
const owner = {pid: 1, startTime: '1', bootId: 'b'};
const aNewRun = {id: anId('run'), workflow: 'w', startedAt: 1, owner, planJson: '{}', stepIds: []};

const openFeed = () => {
	const file = path.join(newFolder(), 'monitoring.db');
	const writer = openSqliteStore(file, {create: true});
	const reader = openSqliteStore(file, {create: false});
	const errors: unknown[] = [];
	const feed = createEventFeed({store: reader, clock: createSystemClock(), upkeep: async () => {}, onError: error => errors.push(error)});
	return {
		writer,
		feed,
		errors,
		close: async () => {
			await feed.close();
			writer.close();
			reader.close();
		},
	};
};

describe('the event feed', () => {
	it('hears what another connection commits, in order', async () => {
		const {writer, feed, close} = openFeed();
		const heard: string[] = [];
		feed.subscribe(event => heard.push(event.type));

		await writer.createRun(aNewRun);
		await writer.moveRun(aNewRun.id, 'completed', null, 2);
		await until(() => heard.length === 2);

		expect(heard).toEqual(['run.started', 'run.status-changed']);
		await close();
	});

	it('tells changes that are no events too, once for each burst', async () => {
		const {writer, feed, close} = openFeed();
		let changes = 0;
		feed.onChange(() => {
			changes += 1;
		});

		for (let pid = 1; pid <= 20; pid += 1) await writer.attend({...owner, pid});
		await until(() => changes > 0);

		expect(changes).toBeLessThan(10);
		await close();
	});

	it('goes on for the others when a listener throws', async () => {
		const {writer, feed, errors, close} = openFeed();
		let isHeard = false;
		feed.onChange(() => {
			throw new Error('mine');
		});
		feed.onChange(() => {
			isHeard = true;
		});

		await writer.attend(owner);
		await until(() => isHeard);

		expect(errors).toEqual([new Error('mine')]);
		await close();
	});

	it('says nothing more to whoever has left', async () => {
		const {writer, feed, close} = openFeed();
		let changes = 0;
		const leave = feed.onChange(() => {
			changes += 1;
		});
		let isHeard = false;
		feed.onChange(() => {
			isHeard = true;
		});
		leave();

		await writer.attend(owner);
		await until(() => isHeard);

		expect(changes).toBe(0);
		await close();
	});
});
