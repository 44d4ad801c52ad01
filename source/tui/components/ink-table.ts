import {createRequire, Module} from 'node:module';
import * as ink from 'ink';
import React, {type ComponentType} from 'react';

export type PartProps = {readonly children: string};
type TableProps = {
	readonly data: ReadonlyArray<Record<string, string>>;
	readonly header: ComponentType<PartProps>;
	readonly cell: ComponentType<PartProps>;
	readonly skeleton: ComponentType<PartProps>;
};

/**
 * Loads ink-table, which is CommonJS and asks for Ink by `require`. Ink is an ES module with a top-level await, which `require`
 * refuses (maticzav/ink-table issue 258), so the Ink and the React that run here are put where `require` looks first. The built program
 * bundles all of them instead, see bin/bundle.js.
 */
export const loadInkTable = (): ComponentType<TableProps> => {
	const require = createRequire(import.meta.url);
	const {resolve} = createRequire(require.resolve('ink-table'));
	for (const [name, exports] of Object.entries({ink, react: React})) {
		const shim = new Module(resolve(name));
		shim.exports = exports;
		shim.loaded = true;
		require.cache[resolve(name)] ??= shim;
	}
	return require('ink-table').default as ComponentType<TableProps>;
};
