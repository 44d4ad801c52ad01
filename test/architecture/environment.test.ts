import {readdirSync, readFileSync} from 'node:fs';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import {expect, test} from 'vitest';
import {TOPICS} from '../../source/cli/help-topics.ts';
import {SETTING_NAMES, SETTINGS} from '../../source/domain/settings.ts';

const ROOT = path.resolve(fileURLToPath(new URL('../../', import.meta.url)));
// A name ends with a letter: RAD_NOTIFY_ alone is the beginning of several. READ_BYTES has no such name in it.
const VARIABLE = /(?<![A-Z_])RAD_[A-Z_]*[A-Z](?![A-Z_*])/g;
const DOCUMENTED: readonly string[] = ['environment', 'configuration'];

const filesBelow = (folder: string): readonly string[] =>
	readdirSync(path.join(ROOT, folder), {recursive: true, withFileTypes: true})
		.filter(entry => entry.isFile() && /\.(?:tsx?|[cm]?js|json)$/.test(entry.name))
		.map(({parentPath, name}) => path.join(parentPath, name));

const namesIn = (text: string): readonly string[] => text.match(VARIABLE) ?? [];

/** What a topic has a line of its own for: the left sides of its pairs. */
const explained = new Set(
	TOPICS.filter(({name}) => DOCUMENTED.includes(name)).flatMap(({lines}) =>
		lines.flatMap(line => (typeof line === 'string' ? [] : line.map(([left]) => left))),
	),
);

test('the help explains each variable of the environment that the source names, and no other', () => {
	const files = [...filesBelow('source'), ...filesBelow('bin')].filter(file => !file.endsWith('/source/cli/help-topics.ts'));
	const named = new Set(files.flatMap(file => namesIn(readFileSync(file, 'utf8'))));

	expect(named.size).toBeGreaterThan(15);
	expect([...named].filter(name => !explained.has(name)).toSorted()).toEqual([]);
	expect([...explained].filter(name => name.startsWith('RAD_') && !named.has(name))).toEqual([]);
});

test('the help tells of each setting', () => {
	expect(SETTING_NAMES.filter(name => !explained.has(name))).toEqual([]);
	expect(SETTING_NAMES.flatMap(name => SETTINGS[name].variable ?? []).filter(name => !explained.has(name))).toEqual([]);
});
