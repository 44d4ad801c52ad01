import {Box} from 'ink';
import {type DialogView, describeRest, toDialogRows} from '../dialogs/dialog-view.ts';
import {dialogSize} from '../dialogs/view-dialog.ts';
import {innerSize, type Size} from '../layout.ts';
import {Frame} from './frame.tsx';

type Props = {readonly view: DialogView; readonly body: Size};

/** The columns of the screen where the dialog begins and where it has ended. */
export const dialogEdges = ({view, body}: Props): readonly [number, number] => {
	const {columns} = dialogSize(view, body);
	const left = Math.floor((body.columns - columns) / 2);
	return [left, left + columns];
};

/** Draws a dialog in front of the panes, in the middle of the room between the header and the footer. */
export const Dialog = ({view, body}: Props) => {
	const {columns, rows} = dialogSize(view, body);
	const inner = innerSize({columns, rows});
	return (
		<Box position="absolute" marginLeft={dialogEdges({view, body})[0]} marginTop={1 + Math.floor((body.rows - rows) / 2)}>
			<Frame
				columns={columns}
				rows={rows}
				title={view.title}
				status={describeRest(view, inner.rows) || view.status}
				isFocused
				tone={view.tone}
				lines={toDialogRows(view, inner.rows)}
			/>
		</Box>
	);
};
