import path from 'node:path';
import {describe, expect, it} from 'vitest';
import type {StoredEvent} from '../../../source/domain/events.ts';
import type {RunId} from '../../../source/domain/ids.ts';
import {createEventFeed, type EventFeedOptions} from '../../../source/monitoring/event-feed.ts';
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

	it('tells all of a burst, however large it is', async () => {
		const burst = Array.from({length: 2500}, (_, index): StoredEvent => ({seq: index + 1, at: 1, event: {type: 'run.started', runId: aNewRun.id}}));
		let written: readonly StoredEvent[] = [];
		const store: EventFeedOptions['store'] = {
			version: () => written.length,
			listEvents: async (after, limit) => written.filter(({seq}) => seq > after).slice(0, limit),
			latestSeq: async () => written.length,
		};
		const feed = createEventFeed({store, clock: createSystemClock(), upkeep: async () => {}, onError: () => {}});
		const heard: number[] = [];
		feed.subscribe((_, seq) => heard.push(seq));

		written = burst;
		await until(() => heard.length === burst.length);

		expect(heard).toEqual(burst.map(({seq}) => seq));
		await feed.close();
	});

	it('reads those after a number, of one run or of all, when what a crash has left was told', async () => {
		const {writer, close} = openFeed();
		const other = anId('run', 2);
		const upkeep = async (): Promise<void> => {
			if ((await writer.getRun(other))?.status === 'running') await writer.moveRun(other, 'interrupted', null, 3);
		};
		const feed = createEventFeed({store: writer, clock: createSystemClock(), upkeep, onError: () => {}});
		await writer.createRun(aNewRun);
		await writer.moveRun(aNewRun.id, 'completed', null, 2);
		await writer.createRun({...aNewRun, id: other});

		const read = async (seq: number, filter?: {readonly runId: RunId}) => (await feed.since(seq, filter)).map(({event}) => [event.type, event.runId]);

		const ofFirst = ['run.started', 'run.status-changed'].map(type => [type, aNewRun.id]);
		const ofOther = ['run.started', 'run.status-changed'].map(type => [type, other]);
		expect(await read(0)).toEqual([...ofFirst, ...ofOther]);
		expect(await read(0, {runId: aNewRun.id})).toEqual(ofFirst);
		expect(await read(2)).toEqual(ofOther);
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
