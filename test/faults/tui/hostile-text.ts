import fc from 'fast-check';

/** What an agent, a repository or a model can print, name and answer: made to steer a terminal, or to be measured wrongly. */
const PIECES = [
	// Sequences: styles, clearing, leaving the alternate screen, moving, titles, the clipboard, questions to the terminal; whole, unfinished and in C1.
	'\u001b[31m',
	'\u001b[2J',
	'\u001b[?1049l',
	'\u001b[99;99H',
	'\u001b[6n',
	'\u001b]0;title\u0007',
	'\u001b]52;c;cm0gLXJmIC8=\u001b\\',
	'\u001b]8;;http://evil.example\u001b\\link\u001b]8;;\u001b\\',
	'\u001bP+q544e\u001b\\',
	'\u001b_apc\u001b\\',
	'\u001bc',
	'\u001b',
	'\u001b[',
	'\u001b]',
	'\u009b2J',
	'\u009d0;title\u009c',
	'\u0090q\u009c',
	'\u001b\u001b[\u001b[31m',
	// Single characters that steer.
	'\r',
	'\n',
	'\r\n',
	'\t',
	'\b\b\b',
	'\u0000',
	'\u0007',
	'\u000e',
	'\u001a',
	'\u007f',
	'\u0085',
	'\u2028',
	'\u2029',
	// Direction of text, and what is invisible.
	'\u202etxt.exe',
	'\u2066x\u2069',
	'\u061c',
	'\u200f',
	'\u200b',
	'\u200d',
	'\u00ad',
	'\ufeff',
	'\u2060',
	'\u180e',
	'\u3164',
	'\u115f',
	'\ufff9x\ufffb',
	'\u{e0041}\u{e007f}',
	'\ud800',
	'\udc00',
	'\uffff',
	// Widths: double, none, combined, and those that terminals do not agree on.
	'漢字',
	'한글',
	'\u1100\u1161\u11a8',
	'ｶﾞ',
	'👩‍👩‍👧‍👦',
	'🏳️‍🌈',
	'🇩🇪',
	'🇩',
	'👍🏽',
	'🏽',
	'1️⃣',
	'❤️',
	'❤︎',
	'e\u0301',
	'\u0301',
	`a${'\u0301'.repeat(30)}`,
	'\u0489',
	'ﷺ',
	'ำ',
	'क्षि',
	'அம்',
	'⃝',
	'𝕳',
	'\ue000',
	'\u{10fffd}',
	'…',
	'│┃╭',
	'x'.repeat(5000),
	'漢'.repeat(300),
	' '.repeat(300),
	'',
] as const;

/** A text of such pieces, of any characters at all, and of plain ones between them. */
export const aHostileText = (): fc.Arbitrary<string> =>
	fc
		.array(fc.oneof({weight: 4, arbitrary: fc.constantFrom(...PIECES)}, fc.string({unit: 'binary', maxLength: 8}), fc.string({maxLength: 8})), {
			maxLength: 8,
		})
		.map(pieces => pieces.join(''));

/** Parts of records that people, agents and repositories choose. The rest is rad's own: ids, times, words of closed lists. */
const FREE = new Set([
	'workflow',
	'stepId',
	'name',
	'engine',
	'model',
	'error',
	'reason',
	'label',
	'message',
	'hint',
	'text',
	'path',
	'tool',
	'description',
	'engineVersion',
]);

/** The same records with every free text replaced; equal texts stay equal, so that records still belong together. */
export const poison = <Value>(value: Value, pool: readonly string[]): Value => poisonValue(value, pool, false) as Value;

const poisonValue = (value: unknown, pool: readonly string[], isFree: boolean): unknown => {
	if (typeof value === 'string') return isFree ? choose(value, pool) : value;
	if (Array.isArray(value)) return value.map(each => poisonValue(each, pool, isFree));
	if (typeof value !== 'object' || value === null) return value;
	return Object.fromEntries(
		Object.entries(value).map(([name, part]) =>
			name === 'argumentsJson'
				? [name, poisonJson(String(part), pool)]
				: [isFree ? choose(name, pool) : name, poisonValue(part, pool, isFree || isOpen(name))],
		),
	);
};

const isOpen = (name: string): boolean => FREE.has(name) || name === 'writes' || name === 'outputs';

/** Arguments are shown in rows of their own where they are JSON, and as they are otherwise. */
const poisonJson = (json: string, pool: readonly string[]): string =>
	json.startsWith('{') ? JSON.stringify(poisonValue(JSON.parse(json), pool, true)) : choose(json, pool);

let placed = 0;

/** How many texts have been replaced so far: each is an input to whatever draws it. */
export const countPlaced = (): number => placed;

const choose = (text: string, pool: readonly string[]): string => {
	placed += 1;
	const sum = [...text].reduce((total, character) => total + (character.codePointAt(0) ?? 0), 0);
	return pool[sum % Math.max(1, pool.length)] ?? text;
};
