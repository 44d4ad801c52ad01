import {RadError} from '../domain/failures.ts';
import {listPlaces, type Plan, type PlanNode} from '../domain/plan.ts';
import {sanitizeLine} from '../domain/sanitize.ts';
import {suggest} from '../domain/suggest.ts';
import {CLOSING} from './scope.ts';

type Steps = readonly PlanNode[];

/** The steps of a list that need this one, directly or through others. */
export const findAfter = (steps: Steps, id: string): ReadonlySet<string> =>
	spread([id], each => steps.filter(({needs}) => needs.includes(each)).map(step => step.id));

/** The steps of a list that these need, directly or through others. */
export const findBefore = (steps: Steps, ids: readonly string[]): ReadonlySet<string> =>
	spread(ids, each => steps.find(({id}) => id === each)?.needs ?? []);

const spread = (ids: readonly string[], toNext: (id: string) => readonly string[]): ReadonlySet<string> => {
	const found = new Set(ids.flatMap(toNext));
	// A set that grows while it is walked through is walked through to its new end.
	for (const id of found) for (const next of toNext(id)) found.add(next);
	return found;
};

const SHOWN_TEXT = 40;

/**
 * Checks that a run can begin with this step.
 *
 * @throws {RadError} `STEP_UNKNOWN`; `USAGE` for a step of a block, and for one that is run after the others.
 */
export const demandStep = (plan: Plan, step: string): void => {
	const ids = plan.steps.map(({id}) => id);
	if (ids.includes(step)) return;
	const hint = `rad workflow show ${plan.name}`;
	const shown = sanitizeLine(step.slice(0, SHOWN_TEXT));
	const block = findBlock(plan, step);
	if (block !== undefined) throw new RadError('USAGE', `"${shown}" stands in the block "${block}": only the whole block can be named.`, {hint});
	const closing = CLOSING.find(which => step === which || isWithin(step, which));
	if (closing !== undefined)
		throw new RadError('USAGE', `"${shown}" is run after the steps, as ${closing} says: a run cannot begin with it.`, {hint});
	const meant = suggest(step, ids);
	const advice = meant === undefined ? `It has ${ids.join(', ')}.` : `Did you mean ${meant}?`;
	throw new RadError('STEP_UNKNOWN', `${plan.name} has no step "${shown}". ${advice}`, {hint});
};

const isWithin = (name: string, outer: string): boolean => name.startsWith(`${outer}.`);

/** The block of the workflow that has a step of this name: its own, or the one that it has in the workflow or in a run. */
const findBlock = ({steps, ...plan}: Plan, name: string): string | undefined => {
	const blocks = steps.filter(({kind}) => kind === 'steps');
	const has = (block: PlanNode): boolean =>
		listPlaces({...plan, steps: [block], onFailure: [], finally: []}).some(place => place.depth > 0 && place.node.id === name);
	return (blocks.find(({id}) => isWithin(name, id)) ?? blocks.find(has))?.id;
};
