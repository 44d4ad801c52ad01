/** Counts control bytes in what programs write, piece by piece. */
export type EscapeCount = {
	readonly write: (text: string) => void;
	/** What was found that should not be there, the first of each kind, for the message of a failing test. */
	readonly found: () => readonly string[];
	readonly count: () => number;
};

// The whole of what the dashboard and its launcher say to a terminal besides text: the modes that they turn on and off, the clearing at the
// beginning, rows, their ends, and the styles of the theme. Whatever else begins with ESC is somebody else's.
const OWN = /\u001b\[(?:\?(?:7|25|1049|2004|2026)[hl]|2J|\d+;1H|K|(?:0|1|2|7|22|27|3[12356]|39)m)/g;
// C1 and all controls but tab and line ends, too.
const FOREIGN = /\u001b(?:[\]P_^X][^\u0007\u001b]{0,40}|\[[\d;:?<>=]*.?|.?)|[\0-\x08\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f-\x9f]/gsu;
/** No sequence of rad is longer; one that a piece cuts is looked at with the next piece. */
const LONGEST = 16;

/** `own` tells whether the sequences of the dashboard may be in it; in a pipe none may. */
export const createEscapeCount = (own: 'dashboard' | 'none'): EscapeCount => {
	let rest = '';
	let count = 0;
	const kinds = new Set<string>();
	const look = (text: string): void => {
		for (const [found] of (own === 'none' ? text : text.replaceAll(OWN, '')).matchAll(FOREIGN)) {
			count += 1;
			if (kinds.size < 10) kinds.add(JSON.stringify(found));
		}
	};
	return {
		write: piece => {
			const text = rest + piece;
			const begin = text.lastIndexOf('\u001b');
			const end = begin >= 0 && text.length - begin < LONGEST ? begin : text.length;
			rest = text.slice(end);
			look(text.slice(0, end));
		},
		found: () => [...kinds],
		count: () => {
			look(rest);
			rest = '';
			return count;
		},
	};
};
