import {Box} from 'ink';
import {type DialogView, describeRest, toDialogRows} from '../dialogs/dialog-view.ts';
import {innerSize, type Size} from '../layout.ts';
import {Frame} from './frame.tsx';
import {Lines} from './lines.tsx';

const WIDEST = 104;
/** Columns of the panes that stay in sight on each side where there is room. */
const MARGIN = 4;

type Props = {readonly view: DialogView; readonly size: Size};

/** Draws a dialog in front of the panes, in the middle of the given room; on a small screen it takes all of it. */
export const Dialog = ({view, size}: Props) => {
	const columns = size.columns < 80 ? size.columns : Math.min(WIDEST, size.columns - 2 * MARGIN);
	const wanted = view.head.length + view.body.length + view.tail.length + 2;
	const rows = Math.max(Math.min(3, size.rows), Math.min(size.rows, wanted));
	const inner = innerSize({columns, rows});
	return (
		<Box position="absolute" marginLeft={Math.floor((size.columns - columns) / 2)} marginTop={1 + Math.floor((size.rows - rows) / 2)}>
			<Frame columns={columns} rows={rows} title={view.title} status={describeRest(view, inner.rows) || view.status} isFocused tone={view.tone}>
				<Lines lines={toDialogRows(view, inner.rows)} columns={inner.columns} rows={inner.rows} />
			</Frame>
		</Box>
	);
};
