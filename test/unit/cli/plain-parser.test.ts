import {describe, expect, test} from 'vitest';
import {toKnownFlags} from '../../../source/cli/judge.ts';
import {type ParsedWords, parseByMeow} from '../../../source/cli/meow-parser.ts';
import {parsePlainWords} from '../../../source/cli/plain-parser.ts';
import {COMMANDS} from '../../../source/cli/table.ts';

const KNOWN = toKnownFlags(COMMANDS);

/** meow also tells the flags that were not typed. */
const toGiven = ({input, flags}: ParsedWords) => ({
	input,
	flags: Object.fromEntries(flags.filter(([, value]) => value !== undefined && !(Array.isArray(value) && value.length === 0))),
});

const PIECES = [
	...['monitor', 'list', 'agt_3k9', '007', '1e3', 'ä b', ' x', 'x ', '', '-', '--', '-5', 'a=b', 'true', 'false', 'null', '__proto__', 'constructor'],
	...[
		'--json',
		'--follow',
		'-f',
		'-n',
		'--lines',
		'--lines=5',
		'--lines=',
		'-n=5',
		'-n5',
		'-fn',
		'--no-json',
		'--no-color',
		'--no-checkpoint',
		'--quiet',
		'-q',
		'-fq',
		'--no-quiet',
		'--checkpoint',
	],
	...['--status', '--status=failed,lost', '--input', '--input=a=1', '--input.a=1', '--workspace', '--workspace=/x', '--help', '-h', '--version'],
	...['--unknown', '-x', '--jsón', '--json=true', '--JSON', '--keep', '--max-size', '--maxSize', '--__proto__', '--constructor'],
];

/** The same numbers in each run: a line fails again. */
const createNumbers = (seed: number) => {
	let state = seed;
	return (below: number): number => {
		state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
		return Math.floor((state / 2_147_483_648) * below);
	};
};

describe('words that are plainly right', () => {
	test('are read as meow reads them, whatever they are', () => {
		const next = createNumbers(7);
		let plain = 0;
		for (let round = 0; round < 4000; round += 1) {
			const words = Array.from({length: next(6)}, () => PIECES[next(PIECES.length)] ?? '');
			const parsed = parsePlainWords(words, KNOWN);
			if (parsed === undefined) continue;
			plain += 1;
			expect(toGiven(parsed), JSON.stringify(words)).toEqual(toGiven(parseByMeow(words, KNOWN)));
		}
		expect(plain).toBeGreaterThan(400);
	});

	test.each([
		['monitor list --json', {input: ['monitor', 'list'], flags: {json: true}}],
		['logs agt_1 -n 5 -f', {input: ['logs', 'agt_1'], flags: {lines: ['5'], follow: true}}],
		['run a --input b=1 --input=c=2', {input: ['run', 'a'], flags: {input: ['b=1', 'c=2']}}],
		['runs -q', {input: ['runs'], flags: {quiet: true}}],
	])('are read without meow: %s', (line, expected) => {
		const parsed = parsePlainWords(line.split(' '), KNOWN);
		expect(parsed && toGiven(parsed)).toEqual(expected);
	});

	test.each(['--', 'runs --jsn', 'logs -n', 'logs -fn5', 'runs --no-color', 'logs -n -5', 'run a --json --json'])('are not these: %s', line => {
		expect(parsePlainWords(line.split(' '), KNOWN)).toBeUndefined();
	});
});
