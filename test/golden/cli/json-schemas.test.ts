import {readdirSync, readFileSync} from 'node:fs';
import {describe, expect, it} from 'vitest';
import {JSON_VERSION} from '../../../source/cli/json-document.ts';
import {JSON_OUTPUTS, SHAPES} from '../../../source/cli/json-shapes.ts';
import {COMMANDS} from '../../../source/cli/table.ts';
import {SHAPE_NAMES, toCommand, toJsonSchema} from '../../support/json-schemas.ts';

const DOCS = new URL('../../../docs/', import.meta.url);

describe('the shapes of --json, which scripts rely on', () => {
	it.each(SHAPE_NAMES)('%s is as it is published', async name => {
		await expect(`${JSON.stringify(toJsonSchema(name), null, 2)}\n`).toMatchFileSnapshot(`../../../docs/schemas/${name}.json`);
	});

	it('are all that is published', () => {
		expect(readdirSync(new URL('schemas/', DOCS)).toSorted()).toEqual(SHAPE_NAMES.map(name => `${name}.json`).toSorted());
	});

	it('are told of every command that has --json, and each of some command', () => {
		const paths = COMMANDS.filter(({flags}) => 'json' in flags).map(({path}) => path);

		expect([...new Set(JSON_OUTPUTS.map(({path}) => path))]).toEqual(paths);
		expect(SHAPE_NAMES.filter(name => name !== 'error' && !JSON_OUTPUTS.some(({shape}) => shape === name))).toEqual([]);
	});

	it('are in the table of the documentation', () => {
		const page = readFileSync(new URL('json.md', DOCS), 'utf8');
		const rows = JSON_OUTPUTS.map(output => {
			const {shape, mayBeNull} = output;
			return `| \`${toCommand(output)}\` | ${FORMS[SHAPES[shape]]}${mayBeNull ? ', or null' : ''} | [${shape}](schemas/${shape}.json) |`;
		});

		expect(page).toContain(`\n| command | prints | schema |\n|---|---|---|\n${rows.join('\n')}\n\n`);
		expect(page).toContain(`The version is ${JSON_VERSION}.`);
	});
});

const FORMS = {object: 'an object', array: 'an array', lines: 'an object a line'} as const;
