import {Box} from 'ink';
import {Dialog} from '../components/dialog.tsx';
import {Lines} from '../components/lines.tsx';
import {Pane} from '../components/pane.tsx';
import type {DialogView} from '../dialogs/dialog-view.ts';
import {viewHelp} from '../dialogs/help.ts';
import {viewRequest} from '../dialogs/request.ts';
import {viewRestore} from '../dialogs/restore.ts';
import {viewRuns} from '../dialogs/runs.ts';
import {viewStop} from '../dialogs/stop.ts';
import {layOut} from '../layout.ts';
import {viewFooter} from '../panes/footer.ts';
import {viewHeader} from '../panes/header.ts';
import {viewSummary} from '../panes/summary.ts';
import type {State} from '../state.ts';

const HEADER_AND_FOOTER = 2;

/** The whole screen, in exactly the size that the state tells. */
export const Overview = ({state}: {readonly state: State}) => {
	const {columns, rows} = state.size;
	const layout = layOut(state);
	const body = Math.max(0, rows - HEADER_AND_FOOTER);
	const dialog = viewDialog(state);
	return (
		<Box width={columns} height={rows} flexDirection="column">
			<Lines lines={[viewHeader(state, columns)]} columns={columns} rows={Math.min(1, rows)} />
			{layout.kind === 'summary' ? (
				<Lines lines={viewSummary(state)} columns={columns} rows={body} />
			) : (
				layout.bands.map(band => (
					<Box key={band.map(area => area.pane).join()}>
						{band.map(area => (
							<Pane key={area.pane} state={state} area={area} />
						))}
					</Box>
				))
			)}
			<Lines lines={[viewFooter(state, columns)]} columns={columns} rows={rows > 1 ? 1 : 0} />
			{dialog !== undefined && body > 0 && <Dialog view={dialog} size={{columns, rows: body}} />}
		</Box>
	);
};

const viewDialog = (state: State): DialogView | undefined => {
	const {dialog} = state;
	switch (dialog?.kind) {
		case undefined:
			return undefined;
		case 'help':
			return viewHelp(state, dialog.top);
		case 'runs':
			return viewRuns(state, dialog.selectedId);
		case 'restore':
			return viewRestore(state, dialog);
		case 'stop':
			return viewStop(state, dialog);
		case 'request':
			return viewRequest(state, dialog);
	}
};
