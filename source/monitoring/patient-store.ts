import type {Clock} from '../domain/clock.ts';
import {isFailure} from '../domain/failures.ts';
import type {Store} from './store-port.ts';

/** A lock that is held longer than this is no neighbour at work. */
const PATIENCE_MS = 60_000;
const PAUSE_MS = 200;

/** The same store for a run at work: a busy moment of somebody else's is waited for, since giving up would throw away paid work. */
export const createPatientStore = (store: Store, clock: Clock): Store => {
	const patiently =
		<Parameters extends readonly unknown[], Result>(member: (...parameters: Parameters) => Promise<Result>) =>
		async (...parameters: Parameters): Promise<Result> => {
			const deadline = clock.elapsed() + PATIENCE_MS;
			for (;;) {
				try {
					return await member(...parameters);
				} catch (error) {
					if (!isFailure(error, 'STORE_BUSY') || clock.elapsed() >= deadline) throw error;
					await clock.sleep(PAUSE_MS);
				}
			}
		};
	const {version, close, ...members} = store;
	const patient = Object.fromEntries(
		Object.entries(members).map(([name, member]) => [name, patiently(member as (...parameters: unknown[]) => Promise<unknown>)]),
	);
	return {...(patient as typeof members), version, close};
};
