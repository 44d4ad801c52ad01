import {Box} from 'ink';
import {useContext, useMemo} from 'react';
import type {CostRow} from '../panes/cost-rows.ts';
import type {Style} from '../theme.ts';
import {loadInkTable, type PartProps} from './ink-table.ts';
import {Painted} from './lines.tsx';
import {ThemeContext} from './theme-context.ts';

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
