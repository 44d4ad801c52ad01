import type {DashboardKeys, KeyWish, Place} from '../domain/configuration.ts';
import {RadError} from '../domain/failures.ts';
import {adviseOnName} from '../domain/misspelt-names.ts';
import {formatProblem, type WorkflowProblem} from '../domain/workflow-problem.ts';
import type {Binding, Context} from './binding.ts';
import {toKeymap} from './key-lookup.ts';
import {readKeyName} from './key-names.ts';
import {KEYMAP} from './keymap.ts';
import type {OwnKeys} from './own-keys.ts';
import {isTyping} from './prompt.ts';

/**
 * Makes the user's own keys of what the configuration says of them.
 *
 * @throws {RadError} `CONFIGURATION_UNUSABLE` with every mistake in `details.problems`, as `file:line:col: message`.
 */
export const judgeKeys = (wishes: readonly KeyWish[]): OwnKeys => {
	const {own, problems} = examineKeys(wishes);
	if (problems.length > 0) throw toFailure(wishes, problems);
	return own;
};

const examineKeys = (wishes: readonly KeyWish[]): {readonly own: OwnKeys; readonly problems: readonly WorkflowProblem[]} => {
	const judged = wishes.map(judgeWish);
	const own: OwnKeys = new Map(judged.flatMap(({action, keys}) => (keys === null ? [] : [[action, keys] as const])));
	const keymap = toKeymap(own);
	const problems = [...judged.flatMap(wish => wish.problems), ...findShared(keymap, wishes), ...findNoWayOut(keymap, wishes)];
	return {own, problems: problems.toSorted(inOrderOfFiles)};
};

/** What others need to know of the keys without drawing anything. */
export const createDashboardKeys = (): DashboardKeys => {
	const keysOf = (wanted: string): readonly string[] => KEYMAP.flatMap(({action, keys}) => (action === wanted ? keys : []));
	return {
		findProblems: wishes => examineKeys(wishes).problems,
		usual: new Map(ACTIONS.map(action => [action, [...new Set(keysOf(action))]])),
	};
};

/** `keys` is null where there is a problem; the usual ones are then judged in their place, so that one mistake is told once. */
type Judged = {readonly action: string; readonly keys: readonly string[] | null; readonly problems: readonly WorkflowProblem[]};

const ACTIONS: readonly string[] = [...new Set(KEYMAP.map(({action}) => action))];

const judgeWish = (wish: KeyWish): Judged => {
	const {action, place} = wish;
	const fault = findFault(wish);
	if (fault !== null) return {action, keys: null, problems: [{...place, message: fault}]};
	const readings = wish.keys.map(({name, place: at}) => ({at, reading: readKeyFor(action, name)}));
	const keys = new Set(readings.flatMap(({reading}) => ('key' in reading ? [reading.key] : [])));
	const problems = readings.flatMap(({at, reading}) => ('fault' in reading ? [{...at, message: `${action}: ${reading.fault}`}] : []));
	return {action, keys: problems.length === 0 ? [...keys] : null, problems};
};

const ANSWERING: ReadonlySet<Context> = new Set(['question', 'gate']);

const findFault = ({action, isOwn}: KeyWish): string | null => {
	if (!ACTIONS.includes(action)) return `keys: unknown action "${action}"; ${adviseOnName(action, ACTIONS)}`;
	// Whoever could swap Yes and No could have things granted that the user means to deny.
	return !isOwn && isBoundIn(action, ANSWERING)
		? `${action}: the keys of answers are taken from your own file only, since a repository could bring others`
		: null;
};

const TYPED_INTO: ReadonlySet<Context> = new Set(['prompt', 'palette']);

const readKeyFor = (action: string, name: string): ReturnType<typeof readKeyName> => {
	const reading = readKeyName(name);
	const isTyped = 'key' in reading && isTyping(reading.key) && isBoundIn(action, TYPED_INTO);
	return isTyped ? {fault: `"${name}" types a character there; take a key such as ctrl+k`} : reading;
};

const isBoundIn = (action: string, contexts: ReadonlySet<Context>): boolean =>
	KEYMAP.some(binding => binding.action === action && contexts.has(binding.context));

/** Keys that two actions of a context would have; each pair is told once, where the later of the two is wished. */
const findShared = (keymap: readonly Binding[], wishes: readonly KeyWish[]): readonly WorkflowProblem[] => {
	const holders = new Map<string, string>();
	const problems = new Map<string, WorkflowProblem>();
	for (const {context, action, keys} of keymap) {
		for (const key of keys) {
			const held = holders.get(`${context} ${key}`);
			holders.set(`${context} ${key}`, action);
			const wished = held === undefined ? undefined : findWished(wishes, key, [action, held]);
			if (wished === undefined) continue;
			const other = wished.action === action ? held : action;
			const message = `${wished.action}: "${wished.name}" is a key of "${other}" too, in the same place`;
			problems.set(`${key} ${wished.action} ${other}`, {...wished.place, message});
		}
	}
	return [...problems.values()];
};

/** Where a key is wished for one of these actions: the last place of all. */
const findWished = (wishes: readonly KeyWish[], key: string, actions: readonly string[]) =>
	wishes
		.filter(({action}) => actions.includes(action))
		.flatMap(({action, keys}) => keys.map(({name, place}) => ({action, name, place})))
		.findLast(({name}) => {
			const reading = readKeyName(name);
			return 'key' in reading && reading.key === key;
		});

/** What nobody can do without, by the contexts that may come before its own. */
const WAYS_OUT: Readonly<Record<'quit' | 'close' | 'close-diff' | 'decline' | 'cancel-text', (context: Context) => boolean>> = {
	quit: context => context !== 'everywhere',
	close: () => false,
	'close-diff': () => false,
	decline: () => false,
	'cancel-text': context => context === 'palette',
};

const findNoWayOut = (keymap: readonly Binding[], wishes: readonly KeyWish[]): readonly WorkflowProblem[] =>
	Object.entries(WAYS_OUT).flatMap(([action, mayHide]) => {
		const keys = keymap.find(binding => binding.action === action)?.keys ?? [];
		const hiding = (key: string): Binding | undefined => keymap.find(binding => mayHide(binding.context) && binding.keys.includes(key));
		if (keys.some(key => hiding(key) === undefined)) return [];
		const wish = wishes.find(each => each.action === action);
		const hider = keys.map(hiding).find(binding => wishes.some(each => each.action === binding?.action));
		const place: Place | undefined = (wish ?? wishes.find(each => each.action === hider?.action))?.place;
		const reason = hider === undefined ? 'it needs a key' : `it needs a key that no other action has; "${hider.action}" takes one`;
		return place === undefined ? [] : [{...place, message: `${action}: ${reason}, or there would be no way out`}];
	});

const toFailure = (wishes: readonly KeyWish[], problems: readonly WorkflowProblem[]): RadError => {
	const shown = new Set(problems.map(({file}) => file));
	const files = new Set(wishes.filter(({place}) => shown.has(place.file)).map(({file}) => file));
	return new RadError('CONFIGURATION_UNUSABLE', `The keys of the configuration cannot be used: they have ${formatMistakes(problems.length)}.`, {
		details: {problems: problems.map(formatProblem)},
		hint: `mend or remove ${[...files].join(' and ')}`,
	});
};

const inOrderOfFiles = (a: WorkflowProblem, b: WorkflowProblem): number => a.file.localeCompare(b.file) || a.line - b.line || a.column - b.column;

const formatMistakes = (count: number): string => (count === 1 ? 'a mistake' : `${count} mistakes`);
