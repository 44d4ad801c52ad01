import {EXIT, RadError} from '../domain/failures.ts';
import type {Rad} from '../domain/rad.ts';
import type {Checkpoint, RestorePlan, RestoreScope} from '../domain/records.ts';
import {PLAN_FIELDS, toPlanFields} from './change-lines.ts';
import type {Context, FlagSpecs, FlagValues} from './command.ts';
import {toCommandLine} from './command-line.ts';
import {confirm} from './confirm.ts';
import {JSON_FLAG} from './flags.ts';
import {toPlanJson, toRestoreJson} from './json-records.ts';
import {toSignalExit} from './print-failure.ts';
import {withProgress} from './progress-line.ts';
import {formatPlan, formatResult} from './restore-lines.ts';

/** Flags of every command that restores. */
export const RESTORE_FLAGS = {
	dryRun: {type: 'switch', description: 'Show what would change and who changed it since, and change nothing.'},
	yes: {type: 'switch', short: 'y', description: 'Do not ask; list what changed. Needed where nobody can answer.'},
	json: JSON_FLAG,
} as const satisfies FlagSpecs;

export const RESTORE_FIELDS = ['with --dry-run: change (added is brought back, modified is rewritten, deleted)', ...PLAN_FIELDS.slice(1)];

type RestoreFlags = FlagValues<typeof RESTORE_FLAGS>;

/** Says no before anything is opened where nobody can be asked. @throws {RadError} `CONFIRMATION_MISSING`. */
export const requireConsent = ({dryRun, yes, json}: RestoreFlags, {err, prompt}: Context): void => {
	const canAsk = !json && err.isTerminal && prompt !== undefined;
	if (dryRun || yes || canAsk) return;
	throw new RadError('CONFIRMATION_MISSING', 'A restore changes files, and nobody can be asked here.', {
		hint: 'look first with --dry-run; add --yes to go on without being asked',
	});
};

type Wish = {readonly checkpoint: Checkpoint; readonly scope: RestoreScope; readonly flags: RestoreFlags};

/** Shows what a restore would do, asks, restores, and tells what was done and how to undo it; returns the exit code. */
export const runRestore = async (context: Context, rad: Rad, wish: Wish): Promise<number> => {
	const {checkpoint, scope, flags} = wish;
	if (flags.dryRun) return showPlan(await preview(context, rad, wish), {...context, isJson: flags.json});
	const answer = flags.yes ? 'yes' : await ask(context, rad, wish);
	if (answer === 'unneeded') return EXIT.done;
	if (answer === 'no') return context.signal.aborted ? toSignalExit(context.signal) : EXIT.refused;
	const {signal} = context;
	const result = await withProgress(context, 'look-at-files', onProgress =>
		rad.checkpoints.restore(checkpoint.id, {...scope, signal, stopRuns: false, onProgress}),
	);
	const undo = toWayBack(result.safety, context);
	const {out} = context;
	if (flags.json) await out.json(toRestoreJson(result, undo));
	else await out.lines(formatResult(result, undo, {width: out.isTerminal ? out.columns : Number.POSITIVE_INFINITY, isListed: flags.yes}));
	return EXIT.done;
};

/** Nothing tells how far a look at the files is, but that it goes on. */
const preview = (context: Context, rad: Rad, {checkpoint, scope}: Wish): Promise<RestorePlan> =>
	withProgress(context, 'look-at-files', () => rad.checkpoints.preview(checkpoint.id, scope));

/** The command that undoes what was done after a safety checkpoint was taken; null where nothing was done. */
export const toWayBack = (safety: Checkpoint | null, context: Context): string | null =>
	safety === null ? null : toCommandLine(`checkpoint restore ${safety.id} --yes`, context);

const showPlan = async (plan: RestorePlan, {out, notes, isJson}: Context & {readonly isJson: boolean}): Promise<number> => {
	if (isJson) await out.json(toPlanJson(plan));
	else if (out.isTerminal) await out.lines(formatPlan(plan, out.columns));
	else await out.fields(plan.changes.map(toPlanFields));
	if (!isJson && out.isTerminal) await notes.line([{text: 'Nothing was changed: this was a dry run.', tone: 'quiet'}]);
	return EXIT.done;
};

/** Shows the plan on the stream for people, since the result belongs to the other one. */
const ask = async (context: Context, rad: Rad, wish: Wish): Promise<'yes' | 'no' | 'unneeded'> => {
	const {err, notes, prompt} = context;
	if (prompt === undefined) return 'no';
	const plan = await preview(context, rad, wish);
	if (plan.changes.length === 0 && plan.stagedSet !== 'restored') {
		await notes.line(`${isWhole(wish.scope) ? 'The work tree is as it was then' : 'What was named is as it was then'}; there is nothing to restore.`);
		return 'unneeded';
	}
	await err.lines([...formatPlan(plan, err.columns), []]);
	if (await confirm('Restore?', {...context, prompt})) return 'yes';
	await notes.line('Nothing was changed.');
	return 'no';
};

const isWhole = ({paths, keepNew}: RestoreScope): boolean => paths === undefined && keepNew !== true;
