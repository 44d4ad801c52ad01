import {truncate} from '../../views/width.ts';
import {type Area, innerSize, PANES, type PaneId} from '../layout.ts';
import {clean, lineWidth, type Span, span, widthOf} from '../line.ts';
import {viewAgents} from '../panes/agents.ts';
import {viewCheckpoints} from '../panes/checkpoints.ts';
import {viewLog} from '../panes/log.ts';
import type {PaneView} from '../panes/pane-view.ts';
import {describeGrouping, type TotalsView, viewTotals} from '../panes/totals.ts';
import {runOf, selectedAgent, snapshotOf} from '../selectors.ts';
import type {State} from '../state.ts';
import {CostTable} from './cost-table.tsx';
import {Frame} from './frame.tsx';

const NAMES: Readonly<Record<PaneId, string>> = {agents: 'Agents', log: 'Log', totals: 'Cost', checkpoints: 'Checkpoints'};

/** Draws one pane with its border in the given area. */
export const Pane = ({state, area}: {readonly state: State; readonly area: Area}) => {
	const {pane, columns, rows, hasTabs} = area;
	const inner = innerSize(area);
	const view = viewPane(state, pane, inner);
	const table = 'table' in view ? view.table : [];
	const isFocused = state.focus === pane;
	return (
		<Frame
			columns={columns}
			rows={rows}
			title={hasTabs ? drawTabs(pane) : drawTitle(state, pane, roomBeside(view.status, columns))}
			status={hasTabs ? joinStatus(state, pane, view.status, roomBeside(view.status, columns) - lineWidth(drawTabs(pane))) : view.status}
			isFocused={isFocused}
			tone="accent"
			lines={view.lines}
		>
			{table.length > 0 && <CostTable rows={table} />}
		</Frame>
	);
};

const viewPane = (state: State, pane: PaneId, inner: {readonly columns: number; readonly rows: number}): PaneView | TotalsView => {
	switch (pane) {
		case 'agents':
			return viewAgents(state, inner);
		case 'log':
			return viewLog(state, inner);
		case 'totals':
			return viewTotals(state, inner);
		case 'checkpoints':
			return viewCheckpoints(state, inner);
	}
};

/** What the corners and the status leave of the upper border. */
const roomBeside = (status: string, columns: number): number => columns - CORNERS - (status === '' ? 0 : widthOf(status) + STATUS_GAPS);

const CORNERS = 6;
const STATUS_GAPS = 3;

/** A tab's title has no room for whose log it is, nor for what the costs are told by. */
const joinStatus = (state: State, pane: PaneId, status: string, room: number): string => {
	if (pane === 'log') return `${truncate(clean(selectedAgent(state)?.name ?? ''), room - 2)}  ${status}`.trim();
	const grouping = pane === 'totals' && runOf(state) !== null ? describeGrouping(state.grouping) : '';
	return widthOf(grouping) + 2 > room && status !== '' ? status : `${grouping}  ${status}`.trim();
};

const numberOf = (pane: PaneId): number => PANES.indexOf(pane) + 1;

/** Whose log it is gives way to what the log does; the other subjects are short. */
const drawTitle = (state: State, pane: PaneId, room: number): readonly Span[] => {
	const name = `${numberOf(pane)} ${NAMES[pane]}`;
	const subject = describeSubject(state, pane, room - widthOf(name));
	return [span(name, 'strong'), span(pane === 'log' ? truncate(subject, room - widthOf(name)) : subject, 'dim')];
};

const describeSubject = (state: State, pane: PaneId, room: number): string => {
	const snapshot = snapshotOf(state);
	switch (pane) {
		case 'agents':
			return snapshot === undefined || snapshot.runAgents.length === 0 ? '' : ` ${snapshot.runAgents.length}`;
		case 'log':
			return ` ${clean(selectedAgent(state)?.name ?? '')}`.trimEnd();
		case 'totals':
			return snapshot?.run == null ? '' : describeCost(describeGrouping(state.grouping), room);
		case 'checkpoints':
			return snapshot === undefined || snapshot.checkpoints.length === 0 ? '' : ` ${snapshot.checkpoints.length}`;
	}
};

/** The figures are of the run, whatever the table tells. */
const describeCost = (grouping: string, room: number): string => {
	const whole = ` of this run, ${grouping}`;
	return widthOf(whole) <= room ? whole : ` ${grouping}`;
};

/** `[2 Log] 3 Cost 4 Checkpoints`: the panes that share the place, the shown one in brackets. */
const drawTabs = (shown: PaneId): readonly Span[] =>
	PANES.filter(pane => pane !== 'agents').flatMap((pane, index) => {
		const text = `${numberOf(pane)} ${NAMES[pane]}`;
		return [span(index === 0 ? '' : ' '), pane === shown ? span(`[${text}]`, 'strong') : span(` ${text} `, 'dim')];
	});
