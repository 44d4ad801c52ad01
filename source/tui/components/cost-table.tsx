import {createRequire, Module} from 'node:module';
import * as ink from 'ink';
import {Box, Text} from 'ink';
import React, {type ComponentType, type ReactNode, useMemo} from 'react';
import type {ModelRow} from '../panes/totals.ts';

type PartProps = {readonly children: ReactNode};
type TableProps = {
	readonly data: ReadonlyArray<Record<string, string>>;
	readonly header: ComponentType<PartProps>;
	readonly cell: ComponentType<PartProps>;
	readonly skeleton: ComponentType<PartProps>;
};

/** The table of models: cells come with their full width, so that ink-table, which measures by `length`, keeps them aligned. */
export const CostTable = ({rows}: {readonly rows: readonly ModelRow[]}) => {
	const Table = useMemo(loadInkTable, []);
	return (
		<Box marginLeft={1}>
			<Table data={rows.map(row => ({...row}))} header={Heading} cell={Cell} skeleton={NoRule} />
		</Box>
	);
};

const Heading = ({children}: PartProps) => (
	<Text dimColor bold>
		{children}
	</Text>
);
const Cell = ({children}: PartProps) => <Text>{children}</Text>;

/** ink-table rules between any two rows, which would take half of the room. The cells' own padding keeps the columns apart. */
const NoRule = () => null;

/**
 * Loads ink-table, which is CommonJS and asks for Ink by `require`. Ink is an ES module with a top-level await, which `require`
 * refuses (maticzav/ink-table issue 258), so the Ink and the React that run here are put where `require` looks first.
 */
const loadInkTable = (): ComponentType<TableProps> => {
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
