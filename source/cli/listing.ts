import {type Column, layOutColumns} from '../views/columns.ts';
import {type Span, toSpan} from '../views/line.ts';
import type {Field, Output} from './output.ts';

/** A list in its three forms: a table for a terminal, fields for a pipe, an array for `--json`. */
export type Listing<Item> = {
	readonly items: readonly Item[];
	readonly columns: ReadonlyArray<Column & {readonly toCell: (item: Item) => string | Span}>;
	/** In the order of the command's `pipeFields`. */
	readonly toFields: (item: Item) => readonly Field[];
	readonly toJson: (item: Item) => unknown;
	/** What to say to a person when there is nothing; a script hears nothing. */
	readonly empty: string;
};

/** Prints a list. An empty one is a success. */
export const printListing = async <Item>(
	listing: Listing<Item>,
	{out, notes, isJson}: {readonly out: Output; readonly notes: Output; readonly isJson: boolean},
): Promise<void> => {
	const {items} = listing;
	if (isJson) return out.json(items.map(listing.toJson));
	if (!out.isTerminal) return out.fields(items.map(listing.toFields));
	if (items.length === 0) return notes.line([{text: listing.empty, tone: 'quiet'}]);
	const rows = items.map(item => listing.columns.map(({toCell}) => toCell(item)));
	await out.lines(layOutColumns(listing.columns, rows, out.columns));
};

/** One record in its three forms: `name  value` lines for a terminal, those without a value left out, `name<tab>value` for a pipe, an object for `--json`. */
export type Detail = {
	readonly rows: ReadonlyArray<{readonly title: string; readonly cell: string | Span; readonly field: readonly [name: string, value: Field]}>;
	readonly json: unknown;
};

export const printDetail = async ({rows, json}: Detail, {out, isJson}: {readonly out: Output; readonly isJson: boolean}): Promise<void> => {
	if (isJson) return out.json(json);
	if (!out.isTerminal) return out.fields(rows.map(({field}) => field));
	const columns = [{title: ''}, {title: '', isFlexible: true}];
	const told = rows.filter(({cell}) => toSpan(cell).text !== '').map(({title, cell}) => [{text: title, tone: 'quiet' as const}, cell]);
	await out.lines(layOutColumns(columns, told, out.columns));
};

/** `2026-03-01T14:00:00.000Z`. */
export const toIsoTime = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());
