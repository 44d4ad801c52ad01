import type {Key} from 'ink';

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
