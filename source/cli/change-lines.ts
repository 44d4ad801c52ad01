import type {FileChange, PlannedChange, RestorePlan} from '../domain/records.ts';
import {formatAuthors, formatAuthorsShort, isChangedByUser} from '../views/change-authors.ts';
import {layOutColumns} from '../views/columns.ts';
import {formatPlural} from '../views/format.ts';
import type {Line, Span} from '../views/line.ts';
import {toChangeJson} from './json-records.ts';
import type {Listing} from './listing.ts';
import type {Field} from './output.ts';

type Look = {readonly symbol: string; readonly tone: NonNullable<Span['tone']>};

const LOOKS: Record<FileChange['change'], Look> = {
	added: {symbol: '+', tone: 'good'},
	modified: {symbol: '~', tone: 'attention'},
	deleted: {symbol: '-', tone: 'bad'},
};

/** What the kinds of changes are called where they are listed. */
export type ChangeWords = Readonly<Record<FileChange['change'], string>>;

export const CHANGE_FIELDS = ['change (added, modified or deleted)', 'added lines', 'deleted lines', 'path'] as const;

const CHANGE_COLUMNS = [{title: ''}, {title: ''}, {title: '', isFlexible: true}] as const;

/** A line for each path: what happens to it and how many lines that is. */
export const formatChanges = (changes: readonly FileChange[], words: ChangeWords, width: number): readonly Line[] =>
	layOutColumns(
		CHANGE_COLUMNS,
		changes.map(change => toCells(change, words)),
		width,
	);

const PLAN_COLUMNS = [...CHANGE_COLUMNS, {title: '', isFlexible: true}] as const;

/** The same for a plan, with who changed each path; then what is left alone, and why. */
export const formatPlannedChanges = ({changes, kept}: Pick<RestorePlan, 'changes' | 'kept'>, words: ChangeWords, width: number): readonly Line[] =>
	layOutColumns(
		PLAN_COLUMNS,
		[...changes.map(change => [...toCells(change, words), toAuthorCell(change)]), ...toKeptRows(kept, 'leave alone')],
		width,
	);

/** What was left alone, and why. */
export const formatKept = (kept: RestorePlan['kept'], width: number): readonly Line[] =>
	layOutColumns(PLAN_COLUMNS, toKeptRows(kept, 'left alone'), width);

/** `2 files added, 1 deleted`, in the given words; `nothing` for no changes. */
export const countChanges = (changes: readonly FileChange[], words: ChangeWords): string => {
	const counts = (['modified', 'added', 'deleted'] as const)
		.map(kind => ({kind, count: changes.filter(({change}) => change === kind).length}))
		.filter(({count}) => count > 0);
	return counts.map(({kind, count}, index) => `${index === 0 ? formatPlural(count, 'file') : count} ${words[kind]}`).join(', ');
};

export const listChanges = (items: readonly FileChange[], empty: string): Listing<FileChange> => ({
	items,
	columns: [
		{title: '', toCell: ({change}) => ({text: `${LOOKS[change].symbol} ${change}`, tone: LOOKS[change].tone})},
		{title: '', toCell: formatLineCounts},
		{title: '', isFlexible: true, toCell: ({path}) => path},
	],
	toFields: toChangeFields,
	toJson: toChangeJson,
	empty,
});

export const PLAN_FIELDS = [...CHANGE_FIELDS, 'changed by'] as const;

export const toPlanFields = (change: PlannedChange): readonly Field[] => [...toChangeFields(change), formatAuthors(change.changedBy)];

export const toChangeFields = ({change, additions, deletions, path}: FileChange): readonly Field[] => [change, additions, deletions, path];

const toCells = (change: FileChange, words: ChangeWords): readonly [Span, string, string] => {
	const {symbol, tone} = LOOKS[change.change];
	return [{text: `${symbol} ${words[change.change]}`, tone}, formatLineCounts(change), change.path];
};

const toAuthorCell = (change: PlannedChange): Span => ({
	text: change.changedBy.length === 0 ? '' : `by ${formatAuthorsShort(change.changedBy)}`,
	tone: isChangedByUser(change) ? 'attention' : 'quiet',
});

const toKeptRows = (kept: RestorePlan['kept'], word: string): ReadonlyArray<readonly Span[]> =>
	kept.map(({path, reason}) => [`= ${word}`, '', path, reason].map(text => ({text, tone: 'quiet'})));

const formatLineCounts = ({additions, deletions}: FileChange): string => {
	if (additions === null || deletions === null) return 'binary';
	return [...(additions > 0 ? [`+${additions}`] : []), ...(deletions > 0 ? [`-${deletions}`] : [])].join(' ');
};
