import {formatInteger} from '../domain/figures.ts';
import type {ChangeAuthor, PlannedChange} from '../domain/records.ts';

const SHOWN_STEPS = 2;

/** True for a change that takes back work of the user's own. */
export const isChangedByUser = ({changedBy}: Pick<PlannedChange, 'changedBy'>): boolean => changedBy.some(({kind}) => kind === 'user');

/** Who changed a file, each name once: `plan, you`. */
export const formatAuthors = (authors: readonly ChangeAuthor[]): string => toNames(authors, toName).join(', ');

/** The same for little room: `plan, build, 3 more, you`. The user is never among those that are only counted. */
export const formatAuthorsShort = (authors: readonly ChangeAuthor[]): string => {
	const names = toNames(authors, author => (author.kind === 'restore' ? 'a restore' : toName(author)));
	if (names.length <= SHOWN_STEPS + 1) return names.join(', ');
	const others = names.filter(name => name !== YOU);
	return [...others.slice(0, SHOWN_STEPS), `${others.length - SHOWN_STEPS} more`, ...(others.length < names.length ? [YOU] : [])].join(', ');
};

/** `3 files were changed by you since.`; undefined when none was. */
export const countOwnChanges = (changes: readonly PlannedChange[]): string | undefined => {
	const count = changes.filter(isChangedByUser).length;
	if (count === 0) return undefined;
	return count === 1 ? '1 file was changed by you since.' : `${formatInteger(count)} files were changed by you since.`;
};

const YOU = 'you';

const toNames = (authors: readonly ChangeAuthor[], name: (author: ChangeAuthor) => string): readonly string[] => [...new Set(authors.map(name))];

const toName = (author: ChangeAuthor): string => {
	switch (author.kind) {
		case 'step':
			return author.stepId;
		case 'restore':
			return `the restore of ${author.checkpointId}`;
		case 'user':
			return YOU;
	}
};
