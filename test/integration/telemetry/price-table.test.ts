import {execFile} from 'node:child_process';
import {readFile} from 'node:fs/promises';
import {fileURLToPath} from 'node:url';
import {promisify} from 'node:util';
import {expect, it} from 'vitest';

const pathOf = (file: string): string => fileURLToPath(new URL(`../../../${file}`, import.meta.url));

it('the price table is what its generator writes', async () => {
	const {stdout} = await promisify(execFile)(process.execPath, [pathOf('bin/generate-prices.js')], {maxBuffer: 16e6});

	expect(await readFile(pathOf('source/telemetry/price-table.ts'), 'utf8')).toBe(stdout);
});
