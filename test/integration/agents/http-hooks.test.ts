import {afterEach, describe, expect, it} from 'vitest';
import type {HookAddress, HookAnswer, PendingWrite} from '../../../source/agents/hooks-port.ts';
import {createHttpHooks} from '../../../source/agents/http-hooks.ts';

let token = 0;
const hooks = createHttpHooks({createToken: () => `secret-${token++}`});
const open: HookAddress[] = [];
afterEach(async () => {
	for (const address of open.splice(0)) await address.close();
});

const listen = async (answer: (write: PendingWrite) => Promise<HookAnswer>): Promise<string> => {
	const address = await hooks.open(answer);
	open.push(address);
	return address.url;
};

const post = async (url: string, body: string) => {
	const response = await fetch(url, {method: 'POST', body});
	return {status: response.status, text: await response.text()};
};

const WRITE = {callId: 'c1', tool: 'Write', files: ['a.ts']};

const PATCH = '*** Begin Patch\n*** Add File: new.txt\n+x\n*** Update File: old.txt\n*** Move to: moved.txt\n@@\n-a\n+b\n*** End Patch\n';

describe('the hooks of an agent', () => {
	it('answer when the one who was asked has answered, and hand over what was told', async () => {
		const told: PendingWrite[] = [];
		const url = await listen(async write => {
			told.push(write);
			return {isAllowed: true};
		});

		expect(await post(url, JSON.stringify(WRITE))).toEqual({status: 204, text: ''});
		expect(told).toEqual([WRITE]);
	});

	it('say no with the reason, also when the one who was asked fails', async () => {
		const refusing = await listen(async () => ({isAllowed: false, reason: 'the disk is full'}));
		const failing = await listen(() => Promise.reject(new Error('out of order')));

		expect(await post(refusing, JSON.stringify(WRITE))).toEqual({status: 503, text: 'the disk is full'});
		expect(await post(failing, JSON.stringify(WRITE))).toEqual({status: 503, text: 'out of order'});
	});

	it.each([
		['no JSON', 'hello'],
		['no call', JSON.stringify({tool: 'Write', files: []})],
		['files that are no texts', JSON.stringify({callId: 'c', files: [1]})],
		['more than anybody writes', JSON.stringify({callId: 'c', files: Array.from({length: 1001}, () => 'a')})],
	])('ask nobody for %s', async (_, body) => {
		let asked = 0;
		const url = await listen(async () => {
			asked += 1;
			return {isAllowed: true};
		});

		expect((await post(url, body)).status).toBe(400);
		expect(asked).toBe(0);
	});

	it('understand what coding agents tell their hooks, and answer in their form', async () => {
		const told: PendingWrite[] = [];
		const url = await listen(async write => {
			told.push(write);
			return told.length === 1 ? {isAllowed: true} : {isAllowed: false, reason: 'the disk is full'};
		});
		const claude = {
			hook_event_name: 'PreToolUse',
			tool_name: 'Write',
			tool_input: {file_path: '/w/a', content: 'x'.repeat(200_000)},
			tool_use_id: 't1',
		};
		const codex = {hook_event_name: 'PreToolUse', tool_name: 'apply_patch', tool_input: {command: PATCH}, tool_use_id: 'call_1'};

		const [allowed, denied] = [await post(url, JSON.stringify(claude)), await post(url, JSON.stringify(codex))];

		expect(told).toEqual([
			{callId: 't1', tool: 'Write', files: ['/w/a']},
			{callId: 'call_1', tool: 'apply_patch', files: ['new.txt', 'old.txt', 'moved.txt']},
		]);
		expect(allowed).toEqual({status: 200, text: '{}'});
		expect([denied.status, JSON.parse(denied.text)]).toEqual([
			200,
			{
				hookSpecificOutput: {
					hookEventName: 'PreToolUse',
					permissionDecision: 'deny',
					permissionDecisionReason: 'rad: the write was not made, since the disk is full',
				},
			},
		]);
	});

	it('take a body that is too large to be read for a write of nobody knows what', async () => {
		const told: PendingWrite[] = [];
		const url = await listen(async write => {
			told.push(write);
			return {isAllowed: true};
		});

		expect((await post(url, 'x'.repeat(17 * 1024 * 1024))).status).toBe(200);
		expect(told).toEqual([{callId: '', tool: 'a large write', files: []}]);
	});

	it('are there for nobody who does not know the address', async () => {
		const url = await listen(async () => ({isAllowed: true}));

		expect((await post(new URL('/', url).href, JSON.stringify(WRITE))).status).toBe(404);
		expect((await post(`${url}x`, JSON.stringify(WRITE))).status).toBe(404);
		expect((await fetch(url)).status).toBe(404);
		expect(new URL(url).hostname).toBe('127.0.0.1');
	});

	it('do not answer any more once closed', async () => {
		const address = await hooks.open(async () => ({isAllowed: true}));
		await post(address.url, JSON.stringify(WRITE));

		await address.close();

		await expect(fetch(address.url, {method: 'POST', body: '{}'})).rejects.toThrow();
	});
});
