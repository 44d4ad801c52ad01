import {formatInteger} from '../domain/figures.ts';
import type {RestorePlan, RestoreResult} from '../domain/records.ts';
import {countOwnChanges} from '../views/change-authors.ts';
import {formatTime} from '../views/format.ts';
import type {Line} from '../views/line.ts';
import {countChanges, formatChanges, formatKept, formatPlannedChanges} from './change-lines.ts';

const PLAN_WORDS = {modified: 'rewrite', added: 'bring back', deleted: 'delete'} as const;
const RESULT_WORDS = {modified: 'rewritten', added: 'brought back', deleted: 'deleted'} as const;

/** What a restore would do, for a person. */
export const formatPlan = (plan: RestorePlan, width: number): readonly Line[] => {
	const own = countOwnChanges(plan.changes);
	return [
		formatHead(plan),
		...formatPlannedChanges(plan, PLAN_WORDS, width),
		...(own === undefined ? [] : [[{text: own, tone: 'attention'} as const]]),
		...(plan.hasHeadMoved ? [[{text: 'Commits were made or the branch was switched since; they stay.', tone: 'attention'} as const]] : []),
		...formatIndexNote(plan),
	];
};

/** What is too much to read is counted; `--json` has all of it. */
const LISTED_CHANGES = 20;

type ResultLook = {readonly width: number /** Nobody has seen the plan: what changed is listed now. */; readonly isListed: boolean};

/** What a restore did. The last line is the command that undoes it, unless there was nothing to do. */
export const formatResult = (result: RestoreResult, undo: string | null, {width, isListed}: ResultLook): ReadonlyArray<Line | string> => {
	const {restored, changes, kept, hasHeadMoved} = result;
	return [
		`Restored ${restored.id}: ${countResult(result)}.`,
		...(isListed ? listSome(changes, width) : []),
		...formatKept(kept, width),
		...(hasHeadMoved ? ['Commits and branches stay as they are.'] : []),
		...formatWayBack('To undo:', undo),
	];
};

const listSome = (changes: RestoreResult['changes'], width: number): ReadonlyArray<Line | string> => {
	const more = changes.length - LISTED_CHANGES;
	return [...formatChanges(changes.slice(0, LISTED_CHANGES), RESULT_WORDS, width), ...(more > 0 ? [`and ${formatInteger(more)} more`] : [])];
};

/** A command that leads back, on a line of its own, the last one, so that it can be copied and found by scripts. */
export const formatWayBack = (title: string, command: string | null): readonly string[] => (command === null ? [] : [title, command]);

/** What is staged or a file's mode may differ where no content does. */
const countResult = ({changes, safety}: RestoreResult): string => {
	if (changes.length > 0) return countChanges(changes, RESULT_WORDS);
	return safety === null ? 'nothing differed' : 'no content of a file differed';
};

const formatHead = ({checkpoint: {id, label, createdAt}, changes}: RestorePlan): Line => {
	const name = [{text: id, tone: 'strong'} as const, ` (${label}, ${formatTime(createdAt)})`];
	return changes.length === 0 ? ['The files are as they were at ', ...name, '.'] : ['Going back to ', ...name, ' will'];
};

const INDEX_NOTES: Readonly<Record<RestorePlan['stagedSet'], string | null>> = {
	restored: 'What is staged becomes what was staged then.',
	same: null,
	left: 'What is staged stays as it is now.',
};

const formatIndexNote = ({stagedSet}: RestorePlan): readonly Line[] => {
	const text = INDEX_NOTES[stagedSet];
	return text === null ? [] : [[{text, tone: 'quiet'}]];
};
