import {Box} from 'ink';
import {Dialog, dialogEdges} from '../components/dialog.tsx';
import {EdgesContext} from '../components/edges-context.ts';
import {Lines} from '../components/lines.tsx';
import {Pane} from '../components/pane.tsx';
import {bodySize} from '../dialogs/dialog-view.ts';
import {viewDialog} from '../dialogs/view-dialog.ts';
import {type Area, layOut} from '../layout.ts';
import {viewFooter} from '../panes/footer.ts';
import {viewHeader, viewSmallHeader} from '../panes/header.ts';
import {viewSummary} from '../panes/summary.ts';
import type {State} from '../state.ts';

/** The whole screen, in exactly the size that the state tells. */
export const Overview = ({state}: {readonly state: State}) => {
	const {columns, rows} = state.size;
	const layout = layOut(state);
	const body = bodySize(state.size);
	const dialog = viewDialog(state);
	const edges = dialog === undefined ? [] : dialogEdges({view: dialog, body});
	return (
		<Box width={columns} height={rows} flexDirection="column">
			<Lines lines={[layout.kind === 'summary' ? viewSmallHeader(state) : viewHeader(state, columns)]} columns={columns} rows={Math.min(1, rows)} />
			{layout.kind === 'summary' ? (
				<EdgesContext value={edges}>
					<Lines lines={viewSummary(state)} columns={columns} rows={body.rows} />
				</EdgesContext>
			) : (
				layout.bands.map(band => (
					<Box key={band.map(area => area.pane).join()}>
						{band.map((area, index) => (
							<EdgesContext key={area.pane} value={edges.map(edge => edge - leftOf(band, index))}>
								<Pane state={state} area={area} />
							</EdgesContext>
						))}
					</Box>
				))
			)}
			<Lines lines={[viewFooter(state, columns)]} columns={columns} rows={rows > 1 ? 1 : 0} />
			{dialog !== undefined && body.rows > 0 && <Dialog view={dialog} body={body} />}
		</Box>
	);
};

const leftOf = (band: readonly Area[], index: number): number => band.slice(0, index).reduce((sum, {columns}) => sum + columns, 0);
