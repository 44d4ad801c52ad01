import {openService, restore, take} from '../support.ts';

/** What another rad is to do. */
export type Order = {readonly kind: 'take'; readonly count: number} | {readonly kind: 'restore'; readonly id: string};

export type Answer<Value> =
	| {readonly kind: 'done'; readonly value: Value}
	| {readonly kind: 'failed'; readonly code: string | undefined; readonly message: string};

type Service = Awaited<ReturnType<typeof openService>>;

const obey = async (service: Service, order: Order): Promise<unknown> => {
	if (order.kind === 'restore') return await restore(service, await service.find(order.id));
	const made = [];
	for (let index = 0; index < order.count; index += 1) made.push(await take(service, `${process.pid} ${index}`));
	return made;
};

const [, , scratch = '', order = ''] = process.argv;

void openService(JSON.parse(scratch))
	.then(service => obey(service, JSON.parse(order)))
	.then(
		(value): Answer<unknown> => ({kind: 'done', value}),
		(error): Answer<unknown> => ({kind: 'failed', code: error.code, message: error.message}),
	)
	.then(answer => process.stdout.write(JSON.stringify(answer)));
