import type {Key} from 'ink';
import type {Message} from './state.ts';

/** Named keys as the key table spells them; every other key is the character that it types. */
const FLAGS = [
	['upArrow', 'up'],
	['downArrow', 'down'],
	['leftArrow', 'left'],
	['rightArrow', 'right'],
	['pageUp', 'pageup'],
	['pageDown', 'pagedown'],
	['home', 'home'],
	['end', 'end'],
	['return', 'enter'],
	['escape', 'escape'],
	// Ink 6.8 takes what Backspace sends for Delete.
	['backspace', 'backspace'],
	['delete', 'backspace'],
] as const satisfies ReadonlyArray<readonly [keyof Key, string]>;

/** Every key that has a name and no character of its own that it types. */
export const NAMED_KEYS: readonly string[] = [...new Set([...FLAGS.map(([, name]) => name), 'tab', 'shift+tab', 'space'])];

const CONTROL_KEYS: Readonly<Record<string, string>> = {'\r': 'enter', '\n': 'enter', '\t': 'tab', ' ': 'space'};

// A sequence that Ink does not know arrives without its escape character and would be read as typed text.
const UNKNOWN_SEQUENCE = /^[[O][\d;:<?]*[A-Za-z~^$]/;

/**
 * Splits one event of Ink's `useInput` into keys. Keys that were pressed faster than the program read them arrive as one text.
 * Modified arrows count as arrows; Alt with a character is ignored, because a slow link can make it of Esc and that character.
 */
export const toKeys = (input: string, key: Key): readonly string[] => {
	if (key.tab) return [key.shift ? 'shift+tab' : 'tab'];
	const flag = FLAGS.find(([name]) => key[name]);
	if (flag !== undefined) return [flag[1]];
	if (key.ctrl) return input.length === 1 ? [`ctrl+${input}`] : [];
	if (key.meta || UNKNOWN_SEQUENCE.test(input)) return [];
	return [...input].map(character => CONTROL_KEYS[character] ?? character);
};

type KeyMessage = Extract<Message, {readonly type: 'key-pressed' | 'pasted'}>;

const PASTE_BEGINS = '[200~';
const PASTE_ENDS = '[201~';
/** More than any line that is typed takes: a paste of a whole file is not kept. */
const LONGEST_PASTE = 4096;

/**
 * Makes of the events of Ink's `useInput` what the store understands. A terminal puts marks around what is pasted, so that none of it
 * passes for keys. Ctrl+C is always a key: without the second mark there would be no way out.
 */
export const createKeyReader = (): ((input: string, key: Key) => readonly KeyMessage[]) => {
	let pasted: string | null = null;
	return (input, key) => {
		if (input === PASTE_BEGINS && pasted === null) {
			pasted = '';
			return [];
		}
		if (pasted !== null && !(key.ctrl && input === 'c')) {
			const text: string = pasted;
			pasted = input === PASTE_ENDS ? null : `${text}${toPastedText(input, key)}`.slice(0, LONGEST_PASTE);
			return pasted === null ? [{type: 'pasted', text}] : [];
		}
		pasted = null;
		return toKeys(input, key).map(name => ({type: 'key-pressed', key: name}));
	};
};

// A line break by itself arrives as a key. Control sequences do so too, or without their escape character.
const toPastedText = (input: string, key: Key): string => {
	if (key.return || key.tab) return ' ';
	return key.ctrl || key.meta || UNKNOWN_SEQUENCE.test(input) ? '' : input;
};
