import {suggest} from './suggest.ts';

/** Keys and values of which nothing is known. */
type Mapping = Readonly<Record<string, unknown>>;

// Comparing each of thousands of names with thousands of others would take minutes; where there are so many, nobody misses the advice.
const MAX_COMPARED = 100;
const MAX_LISTED = 12;
// Two letters are close to any two others.
const SHORTEST_MISSPELT = 3;

/** The name that somebody most likely meant. */
export const findMeantName = (word: string, names: readonly string[]): string | undefined =>
	names.length > MAX_COMPARED ? undefined : findNearest(word, names);

/** What would be right in place of a name that is not known. */
export const adviseOnName = (word: string, names: readonly string[]): string => {
	const meant = findMeantName(word, names);
	if (meant !== undefined) return `did you mean "${meant}"?`;
	if (names.length === 0) return 'there is none';
	return `there are: ${names.slice(0, MAX_LISTED).join(', ')}${names.length > MAX_LISTED ? ', …' : ''}`;
};

/** What is said of an engine that is not among these. */
export const adviseOnEngine = (engine: string, names: readonly string[]): string =>
	`engine: unknown engine "${engine}"; ${adviseOnName(engine, names)}`;

/** The known key that somebody most likely meant by an unknown one; what is there already cannot have been meant. */
export const findMeantKey = (key: string, mapping: Mapping, known: readonly string[]): string | undefined =>
	findNearest(
		key,
		known.filter(other => !Object.hasOwn(mapping, other)),
	);

/** Under which key of a mapping stands what belongs under a known key: this key itself, or one that was meant as it. */
export const findKey = (mapping: Mapping, wanted: string, known: readonly string[]): string | undefined => {
	if (Object.hasOwn(mapping, wanted)) return wanted;
	return Object.keys(mapping).find(key => !known.includes(key) && findMeantKey(key, mapping, known) === wanted);
};

const findNearest = (word: string, names: readonly string[]): string | undefined =>
	word.length < SHORTEST_MISSPELT ? names.find(name => name === word.toLowerCase()) : suggest(word, names);
