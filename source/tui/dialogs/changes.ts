import type {FileChange, PlannedChange, RestorePlan} from '../../domain/records.ts';
import {formatAuthorsShort, isChangedByUser} from '../../views/change-authors.ts';
import {formatPlural} from '../../views/format.ts';
import {fit as fitText} from '../../views/width.ts';
import {clean, type Line, line, span} from '../line.ts';
import type {Loadable} from '../state.ts';
import type {Style} from '../theme.ts';

/** What happens to each kind of path in a restore, in the words of the one who is asked. */
const CHANGES: Readonly<Record<FileChange['change'], {readonly letter: string; readonly style: Style; readonly remark: string}>> = {
	modified: {letter: 'M', style: 'attention', remark: 'rewritten'},
	added: {letter: 'A', style: 'good', remark: 'comes back'},
	deleted: {letter: 'D', style: 'bad', remark: 'is deleted'},
};

const STAT_WIDTH = 12;
const REMARK_WIDTH = 10;
const PATH_MIN = 24;
const PATH_MAX = 60;

/** One row a path, or the reason why there is none. */
export const drawPlan = (plan: Loadable<RestorePlan>): readonly Line[] => {
	switch (plan.face) {
		case 'loading':
			return [line(span('Comparing the work tree with the checkpoint …', 'dim'))];
		case 'failed':
			return [
				line(span('✖ ', 'bad'), clean(plan.problem.message)),
				...(plan.problem.hint === null ? [] : [line('  try: ', span(clean(plan.problem.hint), 'accent'))]),
			];
		case 'ready':
			return drawChanges(plan.value);
	}
};

/** `Work tree now → cp_…: 6 files change, +12 -167, 2 of them are deleted.` */
export const summarisePlan = ({changes, checkpoint}: RestorePlan): Line => {
	if (changes.length === 0) return line('The work tree is what it was at ', span(checkpoint.id, 'accent'), ': nothing changes.');
	const sum = (key: 'additions' | 'deletions'): number => changes.reduce((total, change) => total + (change[key] ?? 0), 0);
	const deleted = changes.filter(({change}) => change === 'deleted').length;
	return line(
		'Work tree now → ',
		span(checkpoint.id, 'accent'),
		`: ${formatPlural(changes.length, 'file')} ${changes.length === 1 ? 'changes' : 'change'}, +${sum('additions')} -${sum('deletions')}`,
		span(deleted === 0 ? '' : `, ${deleted} deleted`, 'bad'),
	);
};

const drawChanges = ({changes, kept}: RestorePlan): readonly Line[] => {
	const longest = Math.max(PATH_MIN, ...changes.map(({path}) => clean(path).length));
	const width = Math.min(PATH_MAX, longest);
	return [
		...changes.map(change => drawChange(change, width)),
		...kept.map(({path, reason}) => line(span('  = ', 'quiet'), span(`${clean(path)}  stays as it is: ${clean(reason)}`, 'dim'))),
	];
};

const drawChange = (planned: PlannedChange, width: number): Line => {
	const {path, change, additions, deletions, changedBy} = planned;
	const {letter, style, remark} = CHANGES[change];
	const authors = changedBy.length === 0 ? '' : `  by ${clean(formatAuthorsShort(changedBy))}`;
	const stat = additions === null || deletions === null ? 'binary' : `+${additions} -${deletions}`;
	return line(
		span(`  ${letter} `, style),
		fitText(clean(path), width),
		span(stat.padStart(STAT_WIDTH), 'dim'),
		span(`  ${fitText(remark, REMARK_WIDTH)}`, style),
		span(authors, isChangedByUser(planned) ? 'attention' : 'dim'),
	);
};
