import {at, type Row} from './entry.ts';

const SANITIZE = 'unit/domain/sanitize.test.ts';
const FRAMES = at('faults/tui/hostile-output.test.tsx', '${FRAMES} frames hold only what a terminal prints, and each row is as wide as the screen');
const ENDINGS = 'e2e/tui/terminal.test.ts';

/** T: what is printed on a terminal. Y: what becomes of the terminal, and its signals. F: watching files. */
export const TERMINAL: readonly Row[] = [
	{id: 'T1', of: ['R11'], fault: 'Output that would write the clipboard (OSC 52).', tests: [at(SANITIZE, 'T1 clipboard by OSC 52'), FRAMES]},
	{
		id: 'T2',
		of: ['R11'],
		fault: 'Output that would set the title (OSC 0, 2).',
		tests: [
			at(SANITIZE, 'T2 title, ended by ST', 'T2 title with letters beyond ASCII'),
			at('unit/cli/logs.test.ts', 'keeps tabs and removes what could steer a terminal'),
		],
	},
	{id: 'T3', of: ['R11'], fault: 'Output with a hyperlink (OSC 8).', tests: [at(SANITIZE, 'T3 hyperlink keeps its label'), FRAMES]},
	{
		id: 'T4',
		of: ['R11'],
		fault: 'Output that clears, moves, switches screens, turns on the mouse or asks the terminal something.',
		tests: [at(SANITIZE, 'T4 screen, cursor, modes, queries', 'T4 keyboard modes with odd parameters', 'T4 reset, alignment test, charset'), FRAMES],
	},
	{id: 'T5', of: ['R11'], fault: 'The same in the form of single characters (C1).', tests: [at(SANITIZE, 'T5 C1 forms of CSI, OSC and DCS'), FRAMES]},
	{
		id: 'T6',
		of: ['R11'],
		fault: 'Device strings: sixel and kitty pictures, passthrough of tmux.',
		tests: [at(SANITIZE, 'T6 sixel, kitty graphics, PM, SOS', 'T6 tmux passthrough of a clipboard write', 'T6 BEL does not end a device string')],
	},
	{
		id: 'T7',
		of: ['R11'],
		fault: 'A sequence that forms when another one is taken out of it.',
		tests: [at(SANITIZE, 'T7 a sequence that would form after one pass', 'cleans twice what it cleans once')],
	},
	{
		id: 'T8',
		of: ['R11'],
		fault: 'A sequence that is cut anywhere, or never ends.',
		tests: [at(SANITIZE, 'gives the same for every cut in two: %s', 'gives the same however a text is cut', 'a sequence cut by the end')],
	},
	{
		id: 'T9',
		of: ['R11', 'R8'],
		fault: 'A title that never ends, before a lot of text.',
		tests: [
			at(
				SANITIZE,
				'T9 an OSC that never ends is abandoned at a line break',
				'reads text again after 4,096 characters of a string that never ends',
				'keeps nothing of a gigabyte after a title that never ends',
			),
			at('e2e/run.test.ts', 'survives a flood %s in little memory', 'after a title that never ends'),
		],
	},
	{id: 'T10', of: ['R11', 'R10'], fault: 'A carriage return that would write over a line.', tests: [at(SANITIZE, 'T10 CR, CRLF and LF')]},
	{id: 'T11', of: ['R11'], fault: 'Bell, backspace, shift and other controls.', tests: [at(SANITIZE, 'T11 other controls'), FRAMES]},
	{
		id: 'T12',
		of: ['R11'],
		fault: 'Controls that turn the direction of text, and line separators.',
		tests: [at(SANITIZE, 'T12 bidirectional controls', 'T12 line and paragraph separators')],
	},
	{
		id: 'T13',
		of: ['R11'],
		fault: 'Characters without a width, of odd widths, hundreds of marks on one, halves of pairs.',
		tests: [at(SANITIZE, 'T13 two hundred marks on one cell', 'T13 hidden text in tag characters', 'T13 lone surrogates'), FRAMES],
	},
	{
		id: 'T14',
		of: ['R11'],
		fault: 'Styles that hide text, blink or are never ended.',
		tests: [
			at(SANITIZE, 'T4 colours, with semicolons and colons'),
			at('unit/tui/painted.test.ts', 'never lets a control sequence of another kind through, whatever is in it'),
		],
	},
	{
		id: 'T15',
		of: ['R11'],
		fault: 'Control sequences in names, models, messages and errors.',
		tests: [
			FRAMES,
			at('unit/cli/output.test.ts', 'loses every control sequence and stays on its line'),
			at('unit/cli/commands.test.ts', 'fits an agent of a hostile name into one line'),
			at('e2e/top-picture.test.ts', 'lets no control sequence of what is in the store get out, in any of its forms'),
			at('unit/checkpoint/file-name.test.ts', 'never shows a control character'),
		],
	},
	{
		id: 'T16',
		of: ['R11'],
		fault: 'Raw bytes of a log on a terminal.',
		tests: [at('unit/cli/logs.test.ts', 'refuses raw bytes %s', 'hands raw bytes to a pipe unchanged')],
	},
	{
		id: 'T17',
		of: ['R13', 'R11'],
		fault: 'Control characters in JSON.',
		tests: [at('unit/cli/encode-json.test.ts', 'gives readers the value back and terminals nothing to act on')],
	},
	{
		id: 'T18',
		of: ['R13'],
		fault: 'No terminal, a dumb one, or no colours wanted.',
		tests: [
			at('e2e/top-picture.test.ts', 'has no colours where NO_COLOR asks for that, or the terminal is dumb'),
			at(
				'e2e/top-picture.test.ts',
				'prints the dashboard into a pipe as plain rows of 120 columns',
				'names its other forms where there is no terminal',
			),
			at('unit/tui/screen.test.ts', 'the dashboard refuses %s before it draws'),
			at('unit/cli/output.test.ts', 'is plain %s'),
		],
	},
	{
		id: 'T19',
		of: ['R8'],
		fault: 'Very long lines, and very many.',
		tests: [at('unit/tui/panes.test.ts', 'of a megabyte costs no more than a long one')],
		open: 'the time of a frame under a flood is measured in docs/benchmarks.md, and no test fails when it grows.',
	},
	{
		id: 'Y1',
		of: ['R12'],
		fault: 'The dashboard throws, rejects, or fails while it draws.',
		tests: [at(ENDINGS, 'a throw', 'a throw in a component', 'a rejection that nobody handles')],
	},
	{
		id: 'Y2',
		of: ['R12'],
		fault: 'The dashboard is killed, crashes, or has no memory left.',
		tests: [at(ENDINGS, 'kill -9', 'a crash of V8', 'no memory left'), at('e2e/top.test.ts', 'gives the terminal back after it %s', 'was killed')],
	},
	{
		id: 'Y3',
		of: ['R12', 'R6'],
		fault: 'The signals TERM, HUP, INT and QUIT.',
		tests: [
			at(ENDINGS, 'SIGTERM', 'SIGTERM to the launcher', 'SIGHUP', 'SIGHUP to the launcher', 'SIGQUIT', 'Ctrl+C'),
			at('e2e/top.test.ts', 'gives the terminal back after it %s', 'was told to quit'),
			at('e2e/crash.test.ts', 'by %s stops every process of the run and says so', 'SIGQUIT'),
		],
	},
	{id: 'Y4', of: ['R12'], fault: 'The dashboard is suspended and taken up again.', tests: [at(ENDINGS, 'a suspension, and it is taken again by fg')]},
	{
		id: 'Y5',
		of: ['R12'],
		fault: 'The launcher of the dashboard is killed too.',
		tests: [
			at(
				'e2e/top.test.ts',
				'has the terminal given back by the next rad in it',
				'has nothing done to the terminal by a note %s',
				'of an earlier terminal',
				'that is damaged',
			),
		],
	},
	{
		id: 'Y6',
		of: ['R12'],
		fault: 'A terminal of one cell, of none, or of hundreds.',
		tests: [at('unit/tui/layout.test.ts', 'at %i x %i shows %j', 'fills every screen exactly, but for the header and the footer'), FRAMES],
	},
	{
		id: 'Y7',
		of: ['R8'],
		fault: 'The size of the terminal changes all the time.',
		tests: [at(ENDINGS, 'draws the same picture after many changes of size in a row')],
	},
	{
		id: 'Y8',
		of: ['R13'],
		fault: 'Nobody can type: standard input is no terminal.',
		tests: [at('unit/cli/commands.test.ts', 'there is no terminal to draw on'), at('unit/tui/screen.test.ts', 'no terminal to draw on')],
	},
	{
		id: 'Y9',
		of: ['R6', 'R12'],
		fault: 'The terminal is closed.',
		tests: [
			at(ENDINGS, 'no process is left when the terminal is closed'),
			at(
				'e2e/crash.test.ts',
				'by %s stops every process of the run and says so',
				'by rad cancel works from another process, in a background run too',
			),
		],
	},
	{
		id: 'Y10',
		of: ['R11', 'R18'],
		fault: 'A large text, or one with control sequences, is pasted.',
		tests: [
			at(
				'unit/tui/typing.test.ts',
				'does not grow without end',
				'takes a paste as one line of it',
				'is what a paste needs: elsewhere it does nothing, and says so',
			),
			at('unit/tui/reduce.test.ts', 'is not begun by %s'),
			at('e2e/tui/keys.test.ts', 'a paste is a text where one is typed, and never keys'),
		],
	},
	{
		id: 'Y11',
		of: ['R27'],
		fault: 'Standard output, standard error or both are closed.',
		tests: [
			at('unit/cli/commands.test.ts', 'goes on when the reader of its output went away'),
			at('faults/interrupted.test.ts', 'with both of its outputs closed'),
		],
	},
	{
		id: 'F1',
		of: ['R8'],
		fault: 'The system watches no more files.',
		tests: [
			at('integration/logs/follow-log.test.ts', 'polls when the system watches no more files, and says so'),
			at('faults/watches.test.ts', 'where %s'),
		],
	},
	{
		id: 'F2',
		of: ['R8'],
		fault: 'The process may open no more watchers.',
		tests: [
			at('integration/logs/follow-log.test.ts', 'polls when the system watches no more files, and says so'),
			at('faults/watches.test.ts', 'where %s'),
		],
	},
	{
		id: 'F3',
		of: ['R9'],
		fault: 'A watched folder is replaced.',
		tests: [
			at(
				'integration/logs/follow-log.test.ts',
				'goes on after the log was replaced, reading the old file to its end',
				'goes on after its whole folder was replaced',
			),
		],
	},
	{
		id: 'F4',
		of: ['R8'],
		fault: 'A thousand changes a second.',
		tests: [
			at('unit/tui/effects.test.ts', 'runs at once, then once an interval, and always after the last request', 'rests longer than the interval %s'),
		],
	},
];
