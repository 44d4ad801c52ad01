import {chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import type {Pager} from '../../source/domain/pager.ts';
import {createPager} from '../../source/pager.ts';
import {until} from '../support/scratch.ts';

const BASE = {PATH: process.env['PATH'] ?? '', TERM: 'xterm'};
const LONG = 'a line of many\n'.repeat(200_000);

let folder: string;
let file: string;
let held: string[];

beforeEach(() => {
	folder = mkdtempSync(path.join(tmpdir(), 'rad-pager-'));
	file = path.join(folder, 'shown');
	held = [];
});
afterEach(() => rmSync(folder, {recursive: true, force: true}));

const create = (environment: Readonly<Record<string, string>>): Pager | undefined =>
	createPager({
		environment: {...BASE, FILE: file, ...environment},
		rows: () => 24,
		withoutInterrupts: async work => {
			held.push('held');
			const result = await work();
			held.push('released');
			return result;
		},
	});
const show = async (environment: Readonly<Record<string, string>>, text: string, signal = new AbortController().signal): Promise<unknown> =>
	create(environment)?.show(text, signal);

describe('the pager', () => {
	it('gets all of the text, while Ctrl-C is its own', async () => {
		expect(await show({PAGER: 'cat > "$FILE"'}, LONG)).toBe(true);

		expect(readFileSync(file, 'utf8')).toBe(LONG);
		expect(held).toEqual(['held', 'released']);
	});

	it.each(['true', 'exit 3', 'kill -s INT $$'])('may leave before it has read all: %s', async PAGER => {
		expect(await show({PAGER}, LONG)).toBe(true);
	});

	it('is less when none is named, found in whole folders of the PATH only', async () => {
		writeFileSync(path.join(folder, 'less'), '#!/bin/sh\necho "$@" > "$FILE"\n');
		chmodSync(path.join(folder, 'less'), 0o755);

		expect(await show({PATH: folder}, 'text')).toBe(true);
		expect(readFileSync(file, 'utf8')).toBe('-FRX\n');
		expect(await show({PATH: path.relative(process.cwd(), folder)}, 'text')).toBe(false);
	});

	it.each(['/nowhere/pager', 'no-such-pager -x'])('that cannot be found has shown nothing: %s', async PAGER => {
		expect(await show({PAGER: `exec 2>/dev/null; ${PAGER}`}, LONG)).toBe(false);
	});

	it.each([{PAGER: ''}, {PAGER: 'cat'}, {TERM: 'dumb'}])('is not there with %j', environment => {
		expect(create(environment)).toBeUndefined();
	});

	it('knows nothing of what rad was told for its own start, and finds no program where the user stands', async () => {
		await show({PAGER: 'env > "$FILE"', RAD_RUN_ID: 'x', NODE_ENV: 'production', PATH: `.:${BASE.PATH}::bin`}, 'text');

		const lines = readFileSync(file, 'utf8').split('\n');
		expect(lines.filter(line => /^(?:RAD_|NODE_ENV)/.test(line))).toEqual([]);
		expect(lines).toContain(`PATH=${BASE.PATH}`);
	});

	it('is ended when the signal is aborted', async () => {
		const stop = new AbortController();
		const showing = show({PAGER: 'echo > "$FILE"; exec sleep 600'}, 'text', stop.signal);
		await until(() => existsSync(file));

		stop.abort();

		expect(await showing).toBe(true);
	});
});
