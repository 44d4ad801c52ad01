import {type Area, innerSize, PANES, type PaneId} from '../layout.ts';
import {clean, type Span, span} from '../line.ts';
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
			title={hasTabs ? drawTabs(pane) : drawTitle(state, pane)}
			status={hasTabs ? joinStatus(state, pane, view.status) : view.status}
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

/** A tab's title has no room for whose log it is. */
const joinStatus = (state: State, pane: PaneId, status: string): string =>
	pane === 'log' ? `${clean(selectedAgent(state)?.name ?? '')}  ${status}`.trim() : status;

const numberOf = (pane: PaneId): number => PANES.indexOf(pane) + 1;

const drawTitle = (state: State, pane: PaneId): readonly Span[] => [
	span(`${numberOf(pane)} ${NAMES[pane]}`, 'strong'),
	span(describeSubject(state, pane), 'dim'),
];

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
