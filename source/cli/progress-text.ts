import {formatDuration, formatInteger} from '../domain/figures.ts';
import type {Progress, ProgressStage} from '../domain/progress.ts';
import {sanitizeLine} from '../domain/sanitize.ts';
import {fillBar} from '../views/bar.ts';
import {formatCount, formatShare} from '../views/format.ts';
import {displayWidth} from '../views/width.ts';

const TITLES: Readonly<Record<ProgressStage, string>> = {
	'read-sessions': 'Reading sessions',
	'look-at-files': 'Looking at the files',
	'list-objects': 'Listing objects',
	'check-objects': 'Checking objects',
	'write-files': 'Writing files',
	'choose-checkpoints': 'Choosing checkpoints',
	'compress-objects': 'Compressing objects',
	'pack-objects': 'Packing objects',
};

const [WIDE_BAR, SHORT_BAR] = [20, 10];
const GAP = '  ';
/** Before that, a rate is chance. */
const RATE_FROM_MS = 1000;
const SECOND = 1000;

/**
 * How far a stage is after some time: `Checking objects  ████░░  34%  412 of 1,200  310/s  3s left`. Where that is too wide, the bar is
 * shorter; then the rate goes, the counts, the bar, and the rest.
 */
export const formatProgress = (progress: Progress, stageMs: number, columns: number): string => {
	const title = nameStage(progress);
	const forms = progress.total === null ? [[title, formatSeconds(stageMs)]] : toForms(title, {...progress, total: progress.total}, stageMs);
	return [...forms, [title]].map(parts => parts.filter(part => part !== '').join(GAP)).find(text => displayWidth(text) <= columns) ?? '';
};

const nameStage = ({stage, subject}: Progress): string => (subject === undefined ? TITLES[stage] : `${TITLES[stage]} of ${sanitizeLine(subject)}`);

type Known = Progress & {readonly total: number};

const toForms = (title: string, {done, total}: Known, stageMs: number): ReadonlyArray<readonly string[]> => {
	const toBar = (width: number): string => fillBar(total === 0 ? 1 : done / total, width).join('');
	const [wide, short] = [toBar(WIDE_BAR), toBar(SHORT_BAR)];
	const share = formatShare(done, total);
	const counts = `${formatInteger(done)} of ${formatInteger(total)}`;
	const perSecond = stageMs < RATE_FROM_MS ? 0 : (done / stageMs) * SECOND;
	const left = perSecond === 0 || done >= total ? '' : `${formatSeconds(((total - done) / perSecond) * SECOND)} left`;
	const rate = perSecond === 0 ? '' : `${formatRate(perSecond)}/s`;
	return [
		[title, wide, share, counts, rate, left],
		[title, short, share, counts, rate, left],
		[title, short, share, counts, left],
		[title, short, share, left],
		[title, share, left],
		[title, share],
	];
};

const formatRate = (perSecond: number): string => (perSecond < 10 ? perSecond.toFixed(1) : formatCount(Math.round(perSecond)));

/** Whole seconds: tenths would only flicker. */
const formatSeconds = (durationMs: number): string => {
	const seconds = Math.ceil(durationMs / SECOND);
	return seconds < 60 ? `${seconds}s` : formatDuration(seconds * SECOND);
};
