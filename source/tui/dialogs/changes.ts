import type {FileChange, PlannedChange, RestorePlan} from '../../domain/records.ts';
import {formatAuthorsShort, isChangedByUser} from '../../views/change-authors.ts';
import {formatPlural} from '../../views/format.ts';
import {fit as fitText} from '../../views/width.ts';
import {clean, type Line, line, row, span, widthOf} from '../line.ts';
import type {Loadable} from '../state.ts';
import type {Style} from '../theme.ts';
import {drawProblem} from './dialog-view.ts';

/** How each kind of change is shown; the remark tells what a restore does, in the words of the one who is asked. */
const CHANGES: Readonly<Record<FileChange['change'], {readonly letter: string; readonly style: Style; readonly remark: string}>> = {
	modified: {letter: 'M', style: 'attention', remark: 'rewritten'},
	added: {letter: 'A', style: 'good', remark: 'comes back'},
	deleted: {letter: 'D', style: 'bad', remark: 'is deleted'},
};

const REMARK_WIDTH = 10;
const PATH_MIN = 16;
const PATH_MAX = 60;

/** Which files are to be restored, and at which one the user is. */
export type Choice = {readonly cursor: number; readonly leftOut: ReadonlySet<string>};

/** One row a path, or the reason why there is none. */
export const drawPlan = (plan: Loadable<RestorePlan>, columns: number, choice: Choice | null = null): readonly Line[] => {
	switch (plan.face) {
		case 'loading':
			return [line(span('Comparing the work tree with the checkpoint …', 'dim'))];
		case 'failed':
			return drawProblem(plan.problem);
		case 'ready':
			return drawChanges(plan.value, columns, choice);
	}
};

/** `Work tree now → cp_…: 6 files change, +12 -167, 2 of them are deleted.` */
export const summarisePlan = ({changes: all, checkpoint}: RestorePlan, leftOut: ReadonlySet<string> = new Set()): Line => {
	const changes = all.filter(({path}) => !leftOut.has(path));
	if (changes.length === 0 && all.length > 0) return line('No file is chosen: Space takes one.');
	if (changes.length === 0) return line('The work tree is what it was at ', span(checkpoint.id, 'accent'), ': nothing changes.');
	const sum = (key: 'additions' | 'deletions'): number => changes.reduce((total, change) => total + (change[key] ?? 0), 0);
	const deleted = changes.filter(({change}) => change === 'deleted').length;
	return line(
		'Work tree now → ',
		span(checkpoint.id, 'accent'),
		`: ${leftOut.size === 0 ? '' : `${changes.length} of `}${formatPlural(all.length, 'file')} ${all.length === 1 || (leftOut.size > 0 && changes.length === 1) ? 'changes' : 'change'}, +${sum('additions')} -${sum('deletions')}`,
		span(deleted === 0 ? '' : `, ${deleted} deleted`, 'bad'),
	);
};

const drawChanges = ({changes, kept}: RestorePlan, columns: number, choice: Choice | null): readonly Line[] => {
	const widest = (texts: readonly string[], least: number): number => Math.max(least, ...texts.map(widthOf));
	const path = Math.min(
		PATH_MAX,
		widest(
			changes.map(change => clean(change.path)),
			PATH_MIN,
		),
	);
	const stat = widest(changes.map(formatStat), 0) + 2;
	const authors = widest(changes.map(formatChangeAuthors), 0);
	// Who changed a file cannot be guessed; what becomes of it is told by the letter too.
	const hasRemark = columns >= 4 + path + stat + 2 + REMARK_WIDTH + authors;
	return [
		...changes.map((change, index) => markChoice(drawChange(change, {path, stat, hasRemark}), choice, index, change.path)),
		...kept.map(({path: name, reason}) => line(span('  = ', 'quiet'), span(`${clean(name)}  stays as it is: ${clean(reason)}`, 'dim'))),
	];
};

/** A file that is left out is seen as such without colours too. */
const markChoice = (drawn: Line, choice: Choice | null, index: number, path: string): Line => {
	if (choice === null) return drawn;
	const isLeftOut = choice.leftOut.has(path);
	const [first, ...rest] = drawn.spans;
	const mark = span(isLeftOut ? '◌' : '●', isLeftOut ? 'dim' : 'accent');
	const spans = isLeftOut
		? [span(first?.text.trimStart() ?? ''), ...rest].map(each => span(each.text, 'dim'))
		: [span(first?.text.trimStart() ?? '', first?.style), ...rest];
	return row(index === choice.cursor, mark, ' ', ...spans);
};

/** What has become of files, one row each. */
export const drawHistory = (changes: readonly FileChange[]): readonly Line[] => {
	const path = Math.min(PATH_MAX, Math.max(PATH_MIN, ...changes.map(change => widthOf(clean(change.path)))));
	return changes.map(change => {
		const {letter, style} = CHANGES[change.change];
		return line(span(`  ${letter} `, style), fitText(clean(change.path), path), span(`  ${formatStat(change)}`, 'dim'));
	});
};

type Widths = {readonly path: number; readonly stat: number; readonly hasRemark: boolean};

const drawChange = (planned: PlannedChange, {path, stat, hasRemark}: Widths): Line => {
	const {letter, style, remark} = CHANGES[planned.change];
	return line(
		span(`  ${letter} `, style),
		fitText(clean(planned.path), path),
		span(formatStat(planned).padStart(stat), 'dim'),
		span(hasRemark ? `  ${fitText(remark, REMARK_WIDTH)}` : '', style),
		span(formatChangeAuthors(planned), isChangedByUser(planned) ? 'attention' : 'dim'),
	);
};

const formatStat = ({additions, deletions}: FileChange): string =>
	additions === null || deletions === null ? 'binary' : `+${additions} -${deletions}`;

const formatChangeAuthors = ({changedBy}: PlannedChange): string => (changedBy.length === 0 ? '' : `  by ${clean(formatAuthorsShort(changedBy))}`);
