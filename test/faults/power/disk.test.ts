import {existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {describe, expect, it} from 'vitest';
import {createScratch} from '../../support/scratch.ts';
import {type Chance, createDisk, type DiskKind} from './disk.ts';
import type {Act} from './trace.ts';

const newFolder = createScratch();

const create = (file: string): Act => ({kind: 'open', path: file, isNew: true, isEmptied: false, isAppending: false, mode: 0o600});
const write = (file: string, data: string): Act => ({kind: 'write', path: file, data: Buffer.from(data), offset: null});

/** What is in a folder after a cut, when what nobody waited for was kept by no chance (\`lost\`), or by every one. */
const cutAfter = (kind: DiskKind, chance: Chance, toActs: (folder: string) => readonly Act[]): Readonly<Record<string, string>> => {
	const folder = path.join(newFolder(), 'disk');
	mkdirSync(folder);
	writeFileSync(path.join(folder, 'old'), 'old');
	const disk = createDisk(folder, kind);
	for (const act of toActs(folder)) disk.play(act);
	rmSync(folder, {recursive: true});
	disk.writeCut(chance);
	expect(existsSync(folder)).toBe(true);
	return Object.fromEntries(readdirSync(folder).map(name => [name, readFileSync(path.join(folder, name), 'utf8')]));
};

const lost: Chance = () => 0;
const kept: Chance = () => 0.999;
const LARGE = 'x'.repeat(2000);

describe('a disk whose power is cut', () => {
	it('has what was synced, with its name where the folder was synced too', () => {
		const toActs = (folder: string): readonly Act[] => {
			const file = path.join(folder, 'new');
			return [create(file), write(file, 'text'), {kind: 'sync', path: file}];
		};

		expect(cutAfter('strict', lost, folder => [...toActs(folder), {kind: 'sync', path: folder}])).toEqual({old: 'old', new: 'text'});
		expect(cutAfter('strict', lost, toActs)).toEqual({old: 'old'});
		expect(cutAfter('journalled', lost, toActs)).toEqual({old: 'old', new: 'text'});
	});

	it('may have lost what nobody waited for, or not', () => {
		const toActs = (folder: string): readonly Act[] => [write(path.join(folder, 'old'), 'new')];

		expect(cutAfter('strict', lost, toActs)).toEqual({old: 'old'});
		expect(cutAfter('strict', () => 0.4, toActs)).toEqual({old: 'new'});
	});

	it('keeps a rename as a whole', () => {
		const toActs = (folder: string): readonly Act[] => {
			const file = path.join(folder, 'old.tmp');
			return [create(file), write(file, 'text'), {kind: 'sync', path: file}, {kind: 'rename', from: file, to: path.join(folder, 'old')}];
		};

		expect(cutAfter('journalled', lost, toActs)).toEqual({old: 'old', 'old.tmp': 'text'});
		expect(cutAfter('journalled', kept, toActs)).toEqual({old: 'text'});
	});

	it('may have written some sectors of a file and not the others', () => {
		let turn = 0;
		// Names in half of the cases; then half of the file, sector by sector.
		const chance: Chance = () => [0.9, 0.1, 0.9][turn++ % 3] ?? 0;

		const {old = ''} = cutAfter('strict', chance, folder => [write(path.join(folder, 'old'), LARGE)]);

		expect(old).toContain('x'.repeat(512));
		expect(old).toContain('\0'.repeat(400));
	});

	it('has no name for what it does not know', () => {
		const unknown = (folder: string): Act => ({kind: 'unknown', call: 'splice', paths: [path.join(folder, 'old')]});

		expect(() => cutAfter('strict', lost, folder => [unknown(folder)])).toThrow('does not know splice');
	});
});
