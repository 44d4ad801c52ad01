import type {RequestSubject} from '../domain/records.ts';

/** What an agent asks: `to restore cp_3k9t…`. */
export const describeSubject = (subject: RequestSubject): string =>
	subject.kind === 'restore' ? `to restore ${subject.checkpointId}` : `to repeat ${subject.tool}`;
