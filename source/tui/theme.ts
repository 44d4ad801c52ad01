import type {ThemeName} from '../domain/settings.ts';
import type {Tone} from '../views/status-label.ts';

/** What a piece of text means; the theme decides how that looks. */
export type Style = Tone | 'plain' | 'dim' | 'strong' | 'heading' | 'accent' | 'recording' | 'selected' | 'found';

export type Theme = {
	/** Makes text look as its style says; what it adds has no width. */
	readonly paint: (text: string, style: Style) => string;
	/** What the theme is made for; only pictures outside of a terminal have a background of their own. */
	readonly background: 'dark' | 'light';
};

const BOLD = 1;
const DIM = 2;
const INVERSE = 7;
const RED = 31;
const GREEN = 32;
const YELLOW = 33;
const BLUE = 34;
const MAGENTA = 35;
const CYAN = 36;
/** What makes a colour bright. */
const BRIGHT = 60;

/** What ends each attribute; every colour is ended by 39. Bold and dim share an end, so no style has both. */
const ENDS: Readonly<Record<number, number>> = {[BOLD]: 22, [DIM]: 22, [INVERSE]: 27};
const END_OF_COLOUR = 39;

type Looks = Readonly<Record<Style, readonly number[]>>;

// All of these use only colours that every terminal defines, and no backgrounds.
const DARK: Looks = {
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

// On white, yellow, cyan and what is bright can hardly be read, and what is dim often cannot at all.
const LIGHT: Looks = {
	plain: [],
	dim: [],
	strong: [BOLD],
	heading: [BOLD],
	accent: [BOLD, BLUE],
	recording: [MAGENTA],
	active: [BLUE],
	good: [GREEN],
	bad: [BOLD, RED],
	attention: [BOLD, MAGENTA],
	quiet: [],
	selected: [INVERSE],
	found: [MAGENTA, INVERSE],
};

const HIGH_CONTRAST: Looks = {
	plain: [],
	dim: [],
	strong: [BOLD],
	heading: [BOLD],
	accent: [BOLD, CYAN + BRIGHT],
	recording: [BOLD, MAGENTA + BRIGHT],
	active: [BOLD, CYAN + BRIGHT],
	good: [BOLD, GREEN + BRIGHT],
	bad: [BOLD, RED + BRIGHT],
	attention: [BOLD, YELLOW + BRIGHT],
	quiet: [],
	selected: [BOLD, INVERSE],
	found: [BOLD, YELLOW + BRIGHT, INVERSE],
};

// Who does not tell red from green does tell blue from yellow. Plain blue is hard to read on black.
const COLOUR_BLIND: Looks = {
	...DARK,
	good: [BLUE + BRIGHT],
	bad: [BOLD, YELLOW],
	attention: [YELLOW],
};

const MONO: Looks = {
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

const LOOKS: Readonly<Record<ThemeName, Looks>> = {
	dark: DARK,
	light: LIGHT,
	'high-contrast': HIGH_CONTRAST,
	'colour-blind': COLOUR_BLIND,
	mono: MONO,
};

/** How things look: as the user wishes, but without colours where `NO_COLOR` asks for that, which Ink itself would not heed. */
export const chooseTheme = (environment: Readonly<Record<string, string | undefined>>, wish: ThemeName = 'dark'): Theme => {
	const name = (environment['NO_COLOR'] ?? '') === '' ? wish : 'mono';
	return {paint: (text, style) => paint(text, LOOKS[name][style]), background: name === 'light' ? 'light' : 'dark'};
};

const paint = (text: string, attributes: readonly number[]): string =>
	text === '' ? '' : attributes.reduce((painted, attribute) => `\u001b[${attribute}m${painted}\u001b[${ENDS[attribute] ?? END_OF_COLOUR}m`, text);
