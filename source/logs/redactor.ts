import {sanitizeLine} from '../domain/sanitize.ts';
import {splitCutMark} from './cut-mark.ts';

/** A value that must not be stored or shown, and what stands in its place. */
export type Secret = {readonly name: string; readonly value: string};

export type Redactor = {
	/** Puts `[redacted:NAME]` in place of secrets. The text must be sanitised, so that nothing hides inside a secret. */
	readonly redact: (text: string) => string;
	/** Secrets that somebody named: shorter ones count too. */
	readonly learn: (secrets: readonly Secret[]) => void;
};

// Anything shorter stands in ordinary text by chance.
const SHORTEST_SECRET = 8;
// Who calls it a secret wants it hidden even where that hides ordinary words.
const SHORTEST_NAMED = 4;
// The first characters of a secret that a cut line may end with and that are worth hiding.
const SHORTEST_REST = 4;
const CREDENTIAL_NAME = /(?:^|_)(?:API_?KEY|ACCESS_KEY|SECRET_KEY|PRIVATE_KEY|AUTH_KEY|TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIALS)$/i;

// A key begins where a word begins, so each run of letters is looked at once and the time stays linear. Words such as sk-learn have no digit.
const KEYS =
	/(?<![\w-])(?:(sk-)(?=[A-Za-z_-]*\d)[\w-]{16,}|(AIza)[\w-]{30,}|(gh[pousr]_)[A-Za-z0-9]{20,}|(github_pat_)\w{20,}|(xox[a-z]-)[\w-]{10,}|(A[KS]IA)[A-Z0-9]{16}(?![A-Z0-9]))/g;
const BEGINNING_OF_KEY = /(?<![\w-])(sk-|AIza|gh[pousr]_|github_pat_|xox[a-z]-|A[KS]IA)[\w-]*$/;

/**
 * Hides known secrets (their exact value, and each line of a value of several) and what begins like a key of a known provider.
 *
 * Not found: a secret that was changed (base64, upper case, pieces on several lines), shorter than eight characters, or unknown to rad.
 * It keeps secrets from being stored by accident; it does not stop a program that wants to tell them.
 */
export const createRedactor = ({secrets}: {readonly secrets: readonly Secret[]}): Redactor => {
	let known: readonly Secret[] = [];
	const learn = (more: readonly Secret[], shortest: number): void => {
		const needles = more.flatMap(toNeedles).filter(({value}) => value.length >= shortest && !known.some(each => each.value === value));
		known = [...known, ...needles].sort((a, b) => b.value.length - a.value.length);
	};
	learn(secrets, SHORTEST_SECRET);
	const redactWhole = (text: string): string => {
		let clean = text;
		for (const {name, value} of known) if (clean.includes(value)) clean = clean.replaceAll(value, () => toMark(name));
		return clean.replace(KEYS, (...groups) => toMark(String(groups.slice(1, 7).find(prefix => prefix !== undefined))));
	};
	return {
		learn: more => learn(more, SHORTEST_NAMED),
		redact: line => {
			const {text, mark} = splitCutMark(line);
			return mark === '' ? redactWhole(text) : redactBeginning(redactWhole(text), known) + mark;
		},
	};
};

/** The environment variables that hold credentials, judged by their names. */
export const collectSecrets = (environment: Readonly<Record<string, string | undefined>>): readonly Secret[] =>
	Object.entries(environment).flatMap(([name, value]) => (value !== undefined && CREDENTIAL_NAME.test(name) ? [{name, value}] : []));

const toMark = (name: string): string => `[redacted:${name}]`;

/** The spellings in which a secret may stand in one line of text: its lines, as they are and inside JSON. */
const toNeedles = ({name, value}: Secret): readonly Secret[] => {
	const lines = value.split(/[\r\n]+/).map(line => sanitizeLine(line.trim()));
	const spellings = new Set(lines.flatMap(line => [line, JSON.stringify(line).slice(1, -1)]));
	return [...spellings].map(spelling => ({name, value: spelling}));
};

/** Hides what a cut has left of a secret at the end of a text. */
const redactBeginning = (text: string, known: readonly Secret[]): string => {
	for (const {name, value} of known) {
		for (let size = Math.min(value.length, text.length); size >= SHORTEST_REST; size -= 1) {
			if (text.endsWith(value.slice(0, size))) return text.slice(0, -size) + toMark(name);
		}
	}
	return text.replace(BEGINNING_OF_KEY, (_, prefix: string) => toMark(prefix));
};
