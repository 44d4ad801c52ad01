import type {Tone} from '../views/status-label.ts';

/** What a piece of text means; the theme decides how that looks. */
export type Style = Tone | 'plain' | 'dim' | 'strong' | 'heading' | 'accent' | 'recording';

/** Properties of Ink's `Text`. */
export type Look = {readonly color?: string; readonly bold?: boolean; readonly dimColor?: boolean; readonly inverse?: boolean};

export type Theme = {
	readonly looks: Readonly<Record<Style, Look>>;
	/** Of the selected row in the focused pane; the row is marked by a character too. */
	readonly selected: Look;
};

// Only the sixteen colours that every terminal theme defines, and no backgrounds: readable on dark and on light.
const COLOURED: Theme = {
	looks: {
		plain: {},
		dim: {dimColor: true},
		strong: {bold: true},
		heading: {dimColor: true, bold: true},
		accent: {color: 'cyan', bold: true},
		recording: {color: 'magenta'},
		active: {color: 'cyan'},
		good: {color: 'green'},
		bad: {color: 'red'},
		attention: {color: 'yellow', bold: true},
		quiet: {dimColor: true},
	},
	selected: {inverse: true},
};

const MONOCHROME: Theme = {
	looks: {
		plain: {},
		dim: {dimColor: true},
		strong: {bold: true},
		heading: {bold: true},
		accent: {bold: true},
		recording: {},
		active: {},
		good: {},
		bad: {bold: true},
		attention: {bold: true},
		quiet: {dimColor: true},
	},
	selected: {inverse: true},
};

/** Chooses how things look; Ink itself ignores `NO_COLOR`. */
export const chooseTheme = (environment: Readonly<Record<string, string | undefined>>): Theme =>
	environment['NO_COLOR'] === undefined || environment['NO_COLOR'] === '' ? COLOURED : MONOCHROME;
