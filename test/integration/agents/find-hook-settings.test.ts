import {chmodSync, existsSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {describe, expect, it} from 'vitest';
import {findHookSettings} from '../../../source/agents/engines/gemini/find-hook-settings.ts';
import {createScratch} from '../../support/scratch.ts';

const newFolder = createScratch();
const ADMINISTRATORS = ['/etc/gemini-cli/settings.json', '/Library/Application Support/GeminiCli/settings.json'];

describe('the settings by which Gemini CLI asks', () => {
	// Anybody may write into the folder for temporary files, so that Gemini CLI believes nothing below it.
	it('are none that others could replace, also not by a folder above', () => {
		const file = path.join(newFolder(), 'settings.json');
		writeFileSync(file, '{}');
		chmodSync(file, 0o644);

		expect(findHookSettings(file)).toBeNull();
		expect(findHookSettings(path.join(newFolder(), 'missing.json'))).toBeNull();
	});

	it.runIf(process.platform === 'linux' && !ADMINISTRATORS.some(file => existsSync(file)))('are those that only root may write', () => {
		expect(findHookSettings('/etc/passwd')).toBe('/etc/passwd');
	});
});
