import {createRequire, Module} from 'node:module';
import * as ink from 'ink';
import {Box} from 'ink';
import React, {type ComponentType, useContext, useMemo} from 'react';
import type {CostRow} from '../panes/cost-rows.ts';
import type {Style} from '../theme.ts';
import {Painted} from './lines.tsx';
import {ThemeContext} from './theme-context.ts';

type PartProps = {readonly children: string};
type TableProps = {
	readonly data: ReadonlyArray<Record<string, string>>;
	readonly header: ComponentType<PartProps>;
	readonly cell: ComponentType<PartProps>;
	readonly skeleton: ComponentType<PartProps>;
};

/** The table of costs: cells come with their full width, so that ink-table, which measures by `length`, keeps them aligned. */
export const CostTable = ({rows}: {readonly rows: readonly CostRow[]}) => {
	const Table = useMemo(loadInkTable, []);
	return (
		<Box marginLeft={1}>
			<Table data={rows.map(row => ({...row}))} header={Heading} cell={Cell} skeleton={NoRule} />
		</Box>
	);
};

const Heading = ({children}: PartProps) => <Part text={children} style="heading" />;
const Cell = ({children}: PartProps) => <Part text={children} style="plain" />;

const Part = ({text, style}: {readonly text: string; readonly style: Style}) => {
	const theme = useContext(ThemeContext);
	return <Painted lines={[theme.paint(text, style)]} columns={text.length} />;
};

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
