// A program of its own that waits for an order, restores, and tells how it went. Tests kill it.
import {createInterface} from 'node:readline';
import {isFailure} from '../../../source/domain/failures.ts';
import {openService} from '../../integration/checkpoint/support.ts';
import type {Scratch} from '../../support/scratch-repo.ts';

/** One line of the program's standard input. */
export type Order = {readonly scratch: Pick<Scratch, 'root' | 'stateDirectory' | 'environment'>; readonly checkpoint: string};

const say = (text: string): void => void process.stdout.write(`${text}\n`);

const carryOut = async ({scratch, checkpoint}: Order): Promise<void> => {
	try {
		const service = await openService(scratch as Scratch);
		const {id} = await service.find(checkpoint);
		await service.restore(id, {signal: new AbortController().signal});
		say('done');
	} catch (error) {
		say(isFailure(error) ? `failed ${error.code}` : `broke ${String(error)}`);
	}
};

createInterface({input: process.stdin}).once('line', line => {
	void carryOut(JSON.parse(line) as Order).finally(() => process.exit());
});
say('ready');
