import {describe, expect, test} from 'vitest';
import {judge as judgeParsed, toKnownFlags, type Verdict} from '../../../source/cli/judge.ts';
import {parseWords} from '../../../source/cli/parse-words.ts';
import {COMMANDS} from '../../../source/cli/table.ts';
import {RadError} from '../../../source/domain/failures.ts';

const judge = async (line: string): Promise<Verdict> => {
	const words = toWords(line);
	return judgeParsed(words, COMMANDS, await parseWords(words, toKnownFlags(COMMANDS)));
};

/** Splits at spaces; `''` is an empty word. */
const toWords = (line: string): readonly string[] =>
	line
		.split(' ')
		.filter(word => word !== '')
		.map(word => (word === "''" ? '' : word));

const summarise = (verdict: Verdict): unknown =>
	verdict.kind === 'command' ? {path: verdict.command.path, ...verdict.words, workspace: verdict.workspace} : verdict;

describe('words become options', () => {
	const nothing = {input: [], wait: false, detach: false, noCheckpoint: false, dryRun: false, json: false};
	const restore = {path: [], keepNew: false, index: false, noIndex: false, dryRun: false, yes: false, json: false};
	const prune = {keep: undefined, olderThan: undefined, maxSize: undefined, dryRun: false, json: false};
	const quiet = {
		lines: undefined,
		follow: false,
		children: false,
		level: undefined,
		grep: undefined,
		since: undefined,
		raw: false,
		noPager: false,
		json: false,
	};
	const watched = {watch: false, every: undefined, json: false};
	const list = {
		...watched,
		...{status: [], run: undefined, engine: undefined, model: undefined, sort: undefined, reverse: false},
		...{limit: undefined, tree: false, fields: [], time: undefined},
	};
	test.each([
		['run hello', 'run', {workflow: 'hello'}, nothing],
		['run hello --json --detach', 'run', {workflow: 'hello'}, {...nothing, json: true, detach: true}],
		['run hello --wait', 'run', {workflow: 'hello'}, {...nothing, wait: true}],
		['run --json hello', 'run', {workflow: 'hello'}, {...nothing, json: true}],
		['--json run hello', 'run', {workflow: 'hello'}, {...nothing, json: true}],
		['run hello --json --json', 'run', {workflow: 'hello'}, {...nothing, json: true}],
		['run hello --no-json', 'run', {workflow: 'hello'}, nothing],
		['run hello --input a=1 --input=b=2=3', 'run', {workflow: 'hello'}, {...nothing, input: ['a=1', 'b=2=3']}],
		['run --detach -- --json', 'run', {workflow: '--json'}, {...nothing, detach: true}],
		['logs', 'logs', {'run|agent': []}, quiet],
		['logs agt_1 -n 5 -f', 'logs', {'run|agent': ['agt_1']}, {...quiet, lines: 5, follow: true}],
		['logs -fn5 007', 'logs', {'run|agent': ['007']}, {...quiet, lines: 5, follow: true}],
		['logs --lines=0', 'logs', {'run|agent': []}, {...quiet, lines: 0}],
		['logs -f agt_1', 'logs', {'run|agent': ['agt_1']}, {...quiet, follow: true}],
		['monitor list --status failed --run 3k', 'monitor list', {}, {...list, status: ['failed'], run: '3k'}],
		['monitor list --status failed,lost --status=running', 'monitor list', {}, {...list, status: ['failed', 'lost', 'running']}],
		['monitor --json status', 'monitor status', {agent: undefined}, {...watched, json: true}],
		['run --no-checkpoint hello', 'run', {workflow: 'hello'}, {...nothing, noCheckpoint: true}],
		['checkpoint diff a b --stat', 'checkpoint diff', {from: 'a', to: 'b', path: undefined}, {stat: true, json: false}],
		['checkpoint diff a b c', 'checkpoint diff', {from: 'a', to: 'b', path: 'c'}, {stat: false, json: false}],
		['checkpoint restore a -y', 'checkpoint restore', {checkpoint: 'a'}, {...restore, yes: true}],
		['checkpoint restore --path b a --path=c', 'checkpoint restore', {checkpoint: 'a'}, {...restore, path: ['b', 'c']}],
		['checkpoint restore a --index --keep-new', 'checkpoint restore', {checkpoint: 'a'}, {...restore, index: true, keepNew: true}],
		['checkpoint restore --no-index a --dry-run', 'checkpoint restore', {checkpoint: 'a'}, {...restore, noIndex: true, dryRun: true}],
		['checkpoint restore --index -- --no-index', 'checkpoint restore', {checkpoint: '--no-index'}, {...restore, index: true}],
		['checkpoint undo -y', 'checkpoint undo', {}, {dryRun: false, yes: true, json: false}],
		['checkpoint resume --undo', 'checkpoint resume', {}, {undo: true, json: false}],
		['checkpoint prune --keep 3', 'checkpoint prune', {}, {...prune, keep: 3}],
		['checkpoint prune --older-than 1d12h', 'checkpoint prune', {}, {...prune, olderThan: 129_600_000}],
		['checkpoint prune --max-size 500MB', 'checkpoint prune', {}, {...prune, maxSize: 500_000_000}],
		['logs a -f b --grep c d', 'logs', {'run|agent': ['a', 'b', 'd']}, {...quiet, follow: true, grep: 'c'}],
		['logs a --since 10m --level said', 'logs', {'run|agent': ['a']}, {...quiet, since: {agoMs: 600_000}, level: 'said'}],
		['help monitor list', 'help', {topic: 'monitor', verb: 'list'}, {}],
	])('rad %s', async (line, path, input, flags) => {
		expect(summarise(await judge(line))).toEqual({path, input, flags, workspace: undefined});
	});

	test('takes the workspace before and after the command', async () => {
		expect(await judge('--workspace ../x runs')).toMatchObject({kind: 'command', workspace: '../x'});
		expect(await judge('runs --workspace=/x')).toMatchObject({kind: 'command', workspace: '/x'});
	});

	test.each([
		['', ''],
		['--help', ''],
		['-h', ''],
		['--json --help', ''],
		['monitor', 'monitor'],
		['monitor --help', 'monitor'],
		['run --help', 'run'],
		['run -h hello', 'run'],
		['checkpoint restore --help', 'checkpoint restore'],
	])('rad %s shows the help of "%s"', async (line, topic) => {
		expect(await judge(line)).toEqual({kind: 'help', topic});
	});

	test('asks for the version wherever it stands', async () => {
		expect(await judge('--version')).toEqual({kind: 'version'});
		expect(await judge('run --version')).toEqual({kind: 'version'});
	});
});

describe('a mistake is named, with what was probably meant', () => {
	test.each([
		['--json', '--json needs a command.', ''],
		['--version --json', '--json needs a command.', ''],
		['monitor --json', '--json needs a command.', 'monitor'],
		['monitr --json', 'There is no command monitr. Did you mean rad monitor?', ''],
		['monitr', 'There is no command monitr. Did you mean rad monitor?', ''],
		['zzz', 'There is no command zzz.', ''],
		['mointor --status failed', 'There is no command mointor. Did you mean rad monitor?', ''],
		['monitor lsit', 'There is no command monitor lsit. Did you mean rad monitor list?', 'monitor'],
		['checkpoint zzzzzz', 'There is no command checkpoint zzzzzz.', 'checkpoint'],
		['run', 'rad run needs a workflow.', 'run'],
		['run a b', 'rad run takes one word (workflow): one too many is b', 'run'],
		['help a b c', 'rad help takes at most 2 words (topic, verb): one too many is c', 'help'],
		['runs now', 'rad runs takes no words: one too many is now', 'runs'],
		['run a --deatch', 'rad run has no flag --deatch. Did you mean --detach?', 'run'],
		['run a --no-detahc', 'rad run has no flag --no-detahc.', 'run'],
		['run a --follow', 'rad run has no flag --follow.', 'run'],
		['run a -x', 'rad run has no flag -x.', 'run'],
		['--jsn runs', 'rad has no flag --jsn.', ''],
		['runs --color', 'rad runs has no flag --color.', 'runs'],
		['runs --no-color=1', '--no-color takes no value.', 'runs'],
		['runs --no-index', 'rad runs has no flag --no-index.', 'runs'],
		['run a --checkpoint', 'rad run has no flag --checkpoint. Did you mean --no-checkpoint?', 'run'],
		['run a --no-checkpoint=yes', '--no-checkpoint takes no value.', 'run'],
		['checkpoint restore a --index --no-index', '--index and --no-index do not go together.', 'checkpoint restore'],
		['checkpoint restore a --no-index --index', '--index and --no-index do not go together.', 'checkpoint restore'],
		['checkpoint restore a --path', '--path needs a value.', 'checkpoint restore'],
		["checkpoint restore a --path ''", '--path needs a value.', 'checkpoint restore'],
		['checkpoint prune --keep few', '--keep needs a whole number, not few', 'checkpoint prune'],
		['checkpoint prune --older-than 7', '--older-than needs a duration such as 7d, 12h or 30m, not 7', 'checkpoint prune'],
		['checkpoint prune --older-than -1d', '--older-than needs a value.', 'checkpoint prune'],
		['checkpoint prune --max-size 1GiB', '--max-size needs a size such as 200kB, 500MB or 1GB, not 1GiB', 'checkpoint prune'],
		['checkpoint undo cp_1', 'rad checkpoint undo takes no words: one too many is cp_1', 'checkpoint undo'],
		['runs --constructor.prototype.x 1', 'rad runs has no flag --constructor.', 'runs'],
		['logs -n', '-n needs a value.', 'logs'],
		['logs -n -f', '-n needs a value.', 'logs'],
		['logs --lines=', '--lines needs a value.', 'logs'],
		['logs -n -5', '--lines needs a whole number, not -5', 'logs'],
		['logs -n many', '--lines needs a whole number, not many', 'logs'],
		['logs -n 1 -n 2', '--lines can be given only once.', 'logs'],
		['logs --follow=yes', '--follow takes no value.', 'logs'],
		['run a --input.b=1', '--input needs a value.', 'run'],
		['runs --workspace', '--workspace needs a value.', 'runs'],
		["runs --workspace ''", '--workspace needs a value.', 'runs'],
		[
			'monitor list --status faild',
			'--status cannot be faild. Did you mean failed? It is one of starting, running, waiting, completed, failed, cancelled, timed_out, lost.',
			'monitor list',
		],
		[
			'monitor list --status failed,completd',
			'--status cannot be completd. Did you mean completed? It is one of starting, running, waiting, completed, failed, cancelled, timed_out, lost.',
			'monitor list',
		],
	])('rad %s', async (line, message, topic) => {
		const failure = await catchFailure(() => judge(line));

		expect(failure.message).toBe(message);
		expect(failure.code).toBe('USAGE');
		expect(failure.hint).toBe(`rad help ${topic}`.trim());
	});
});

const catchFailure = async (act: () => Promise<unknown>): Promise<RadError> => {
	try {
		await act();
	} catch (error) {
		if (error instanceof RadError) return error;
		throw error;
	}
	throw new Error('Nothing was thrown.');
};
