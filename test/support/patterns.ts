import {readdirSync, readFileSync} from 'node:fs';
import path from 'node:path';
import {createContext, Script} from 'node:vm';
import ts from 'typescript';

export type Pattern = {readonly source: string; readonly flags: string; readonly place: string};

/** Each regular expression that stands in the files of a folder as such, once; `made` are the places where one is made of a text. */
export const collectPatterns = (folder: string): {readonly patterns: readonly Pattern[]; readonly made: readonly string[]} => {
	const patterns = new Map<string, Pattern>();
	const made = new Set<string>();
	for (const name of readdirSync(folder, {recursive: true, encoding: 'utf8'}).sort()) {
		if (!/\.tsx?$/.test(name)) continue;
		const file = ts.createSourceFile(name, readFileSync(path.join(folder, name), 'utf8'), ts.ScriptTarget.Latest, false);
		const visit = (node: ts.Node): void => {
			if (ts.isRegularExpressionLiteral(node)) {
				const end = node.text.lastIndexOf('/');
				patterns.set(node.text, {source: node.text.slice(1, end), flags: node.text.slice(end + 1), place: `${name}: ${node.text}`});
			}
			if (ts.isNewExpression(node) && node.expression.getText(file) === 'RegExp') made.add(name);
			ts.forEachChild(node, visit);
		};
		visit(file);
	}
	return {patterns: [...patterns.values()], made: [...made]};
};

/** What each class of characters stands for in an attack. */
const SAMPLES: Readonly<Record<string, string>> = {d: '1', w: 'a', s: ' ', D: 'x', W: '-', S: 'x', n: '\n', r: '\r', t: '\t', b: '', B: ''};
const MOST_CHARACTERS = 7;
const MOST_WORDS = 4;

/** Where characters are put that stand for themselves in a pattern, so that they are told from those that do not. */
const APART = 0xe000;

/** What stands for itself in a pattern, between what does not. */
const listWords = (source: string): readonly string[] =>
	source
		.replaceAll(/\\(?:u\{?|x)([0-9a-f]{2,5})\}?/gi, (_, code: string) => String.fromCodePoint(Number.parseInt(code, 16)))
		.replaceAll(/\\(.)/g, (_, letter: string) => SAMPLES[letter] ?? String.fromCodePoint(APART + letter.charCodeAt(0)))
		.split(/[()|?*+.^$[\]{}]+/)
		.map(word => word.replaceAll(/[\ue000-\ue07f]/g, letter => String.fromCodePoint(letter.charCodeAt(0) - APART)))
		.filter(word => word !== '');

/** Texts that begin as the pattern does, then repeat what it is made of, and end as it does not. */
const listAttacks = (source: string): ReadonlyArray<(length: number) => string> => {
	const words = listWords(source);
	const characters = [...new Set(['x', '\n', ...words.join('')])];
	const step = Math.max(1, characters.length / MOST_CHARACTERS);
	const some = characters.filter((_, index) => Math.floor(index / step) !== Math.floor((index - 1) / step));
	const longWords = words.filter(word => word.length > 1).slice(0, MOST_WORDS);
	const repeated = [...characters, ...some.flatMap(one => some.map(other => one + other)), ...longWords];
	return repeated.flatMap(piece =>
		['', ...longWords].flatMap(head => ['\u0001', ''].map(tail => (length: number) => head + piece.repeat(Math.ceil(length / piece.length)) + tail)),
	);
};

const SHORT = 4000;
const LONG = 4 * SHORT;
/** Four times the text takes four times as long where the time is linear, and sixteen times where it is quadratic. */
const TOO_MUCH = 8;
/** Less than this is not looked at: even a quadratic time is far above it. */
const QUICK_MS = 10;
/** A linear time is far below it, on any machine. */
const GIVE_UP_MS = 3000;
const TRIES = 5;

/** A text for which the time of a pattern grows faster than the text, as JSON; undefined where none is found. */
export const findSlowText = ({source, flags}: Pick<Pattern, 'source' | 'flags'>): string | undefined => {
	const context = createContext({text: '', pattern: new RegExp(source, flags)});
	const script = new Script('text.replace(pattern, "")');
	/** Infinite when it was given up. */
	const measure = (text: string): number => {
		context['text'] = text;
		const begin = performance.now();
		try {
			script.runInContext(context, {timeout: GIVE_UP_MS});
		} catch {
			return Number.POSITIVE_INFINITY;
		}
		return performance.now() - begin;
	};
	const best = (text: string): number => Math.min(...Array.from({length: TRIES}, () => measure(text)));
	const slow = listAttacks(source).find(make => {
		const first = measure(make(LONG));
		if (first < QUICK_MS) return false;
		return first === Number.POSITIVE_INFINITY || best(make(LONG)) > TOO_MUCH * Math.max(best(make(SHORT)), QUICK_MS / TOO_MUCH);
	});
	return slow === undefined ? undefined : JSON.stringify(slow(8));
};
