import type {Tone} from '../views/status-label.ts';

/** What a piece of text means; the theme decides how that looks. */
export type Style = Tone | 'plain' | 'dim' | 'strong' | 'heading' | 'accent' | 'recording' | 'selected' | 'found';

export type Theme = {
	/** Makes text look as its style says; what it adds has no width. */
	readonly paint: (text: string, style: Style) => string;
};

const BOLD = 1;
const DIM = 2;
const INVERSE = 7;
const RED = 31;
const GREEN = 32;
const YELLOW = 33;
const MAGENTA = 35;
const CYAN = 36;

/** What ends each attribute; every colour is ended by 39. */
const ENDS: Readonly<Record<number, number>> = {[BOLD]: 22, [DIM]: 22, [INVERSE]: 27};
const END_OF_COLOUR = 39;

// Only colours that every terminal theme defines, and no backgrounds: readable on dark and on light.
const COLOURED: Readonly<Record<Style, readonly number[]>> = {
	plain: [],
	dim: [DIM],
	strong: [BOLD],
	heading: [BOLD],
	accent: [BOLD, CYAN],
	recording: [MAGENTA],
	active: [CYAN],
	good: [GREEN],
	bad: [RED],
	attention: [BOLD, YELLOW],
	quiet: [DIM],
	selected: [INVERSE],
	found: [YELLOW, INVERSE],
};

const MONOCHROME: Readonly<Record<Style, readonly number[]>> = {
	plain: [],
	dim: [DIM],
	strong: [BOLD],
	heading: [BOLD],
	accent: [BOLD],
	recording: [],
	active: [],
	good: [],
	bad: [BOLD],
	attention: [BOLD],
	quiet: [DIM],
	selected: [INVERSE],
	found: [INVERSE],
};

/** Chooses how things look: without colours where `NO_COLOR` asks for that, which Ink itself would not heed. */
export const chooseTheme = (environment: Readonly<Record<string, string | undefined>>): Theme => {
	const looks = (environment['NO_COLOR'] ?? '') === '' ? COLOURED : MONOCHROME;
	return {paint: (text, style) => paint(text, looks[style])};
};

const paint = (text: string, attributes: readonly number[]): string =>
	text === '' ? '' : attributes.reduce((painted, attribute) => `\u001b[${attribute}m${painted}\u001b[${ENDS[attribute] ?? END_OF_COLOUR}m`, text);
