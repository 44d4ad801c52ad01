import {truncate} from '../../views/width.ts';
import {type Area, innerSize, PANES, type PaneId} from '../layout.ts';
import {clean, lineWidth, type Span, span, widthOf} from '../line.ts';
import {viewAgents} from '../panes/agents.ts';
import {viewCheckpoints} from '../panes/checkpoints.ts';
import {viewLog} from '../panes/log.ts';
import type {PaneView} from '../panes/pane-view.ts';
import {type TotalsView, viewTotals} from '../panes/totals.ts';
import {selectedAgent, snapshotOf} from '../selectors.ts';
import type {State} from '../state.ts';
import {CostTable} from './cost-table.tsx';
import {Frame} from './frame.tsx';

const NAMES: Readonly<Record<PaneId, string>> = {agents: 'Agents', log: 'Log', totals: 'Cost', checkpoints: 'Checkpoints'};

/** Draws one pane with its border in the given area. */
export const Pane = ({state, area}: {readonly state: State; readonly area: Area}) => {
	const {pane, columns, rows, hasTabs} = area;
	const inner = innerSize(area);
	const view = viewPane(state, pane, inner);
	const models = 'models' in view ? view.models : [];
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
			{models.length > 0 && <CostTable rows={models} />}
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

/** A tab's title has no room for whose log it is. */
const joinStatus = (state: State, pane: PaneId, status: string, room: number): string =>
	pane === 'log' ? `${truncate(clean(selectedAgent(state)?.name ?? ''), room - 2)}  ${status}`.trim() : status;

const numberOf = (pane: PaneId): number => PANES.indexOf(pane) + 1;

/** Whose log it is gives way to what the log does; the other subjects are short. */
const drawTitle = (state: State, pane: PaneId, room: number): readonly Span[] => {
	const name = `${numberOf(pane)} ${NAMES[pane]}`;
	const subject = describeSubject(state, pane);
	return [span(name, 'strong'), span(pane === 'log' ? truncate(subject, room - widthOf(name)) : subject, 'dim')];
};

const describeSubject = (state: State, pane: PaneId): string => {
	const snapshot = snapshotOf(state);
	switch (pane) {
		case 'agents':
			return snapshot === undefined || snapshot.runAgents.length === 0 ? '' : ` ${snapshot.runAgents.length}`;
		case 'log':
			return ` ${clean(selectedAgent(state)?.name ?? '')}`.trimEnd();
		case 'totals':
			return snapshot?.run == null ? '' : ' of this run';
		case 'checkpoints':
			return snapshot === undefined || snapshot.checkpoints.length === 0 ? '' : ` ${snapshot.checkpoints.length}`;
	}
};

/** `[2 Log] 3 Cost 4 Checkpoints`: the panes that share the place, the shown one in brackets. */
const drawTabs = (shown: PaneId): readonly Span[] =>
	PANES.filter(pane => pane !== 'agents').flatMap((pane, index) => {
		const text = `${numberOf(pane)} ${NAMES[pane]}`;
		return [span(index === 0 ? '' : ' '), pane === shown ? span(`[${text}]`, 'strong') : span(` ${text} `, 'dim')];
	});
