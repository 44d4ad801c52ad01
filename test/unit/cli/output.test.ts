import {Writable} from 'node:stream';
import {describe, expect, test} from 'vitest';
import {createOutput, type OutputOptions} from '../../../source/cli/output.ts';
import {collect} from './run-words.ts';

const open = (change: Partial<OutputOptions> = {}) => {
	const kept = collect();
	return {output: createOutput({stream: kept.stream, isTerminal: true, columns: 80, color: true, onError: 'fail', ...change}), text: kept.text};
};

const failing = (code: string): Writable => new Writable({write: (_, __, done) => done(Object.assign(new Error(`${code}: it failed`), {code}))});

describe('what is written', () => {
	test('is coloured by its tone on a terminal', async () => {
		const {output, text} = open();

		await output.line(['a ', {text: 'b', tone: 'bad'}]);

		expect(text()).toBe('a \u001B[31mb\u001B[0m\n');
	});

	test.each([
		['without colour', {color: false}],
		['in a pipe', {isTerminal: false}],
	])('is plain %s', async (_, change) => {
		const {output, text} = open(change);

		await output.line([{text: 'b', tone: 'bad'}]);

		expect(text()).toBe('b\n');
	});

	test('loses every control sequence and stays on its line', async () => {
		const {output, text} = open({isTerminal: false});

		await output.line('a\u001B]52;c;aGk=\u0007b\nc\td');
		await output.fields([['a\tb', null, 3, '\u009B31mx']]);

		expect(text()).toBe('ab c\td\na b\t\t3\tx\n');
	});

	test('is one document for a pipe and an indented one for a terminal', async () => {
		const pipe = open({isTerminal: false});
		const terminal = open();

		await pipe.output.json([{a: 1}]);
		await terminal.output.json([{a: 1}]);

		expect(pipe.text()).toBe('[{"a":1}]\n');
		expect(terminal.text()).toBe('[\n  {\n    "a": 1\n  }\n]\n');
	});

	test('was taken by the stream when the promise resolves', async () => {
		const taken: string[] = [];
		const slow = new Writable({
			highWaterMark: 1,
			write: (chunk: Buffer, _, done) =>
				setImmediate(() => {
					taken.push(chunk.toString());
					done();
				}),
		});

		await createOutput({stream: slow, isTerminal: false, columns: 80, color: false, onError: 'fail'}).line('all of it');

		expect(taken).toEqual(['all of it\n']);
	});
});

describe('when the stream fails', () => {
	test('a reader that went away is no failure, is told, and hears nothing more', async () => {
		const {output} = open({stream: failing('EPIPE')});

		await output.line('one');
		await output.line('two');

		expect(output.closed.aborted).toBe(true);
	});

	test('a full disk is OUTPUT_FAILED', async () => {
		const {output} = open({stream: failing('ENOSPC')});

		await expect(output.line('one')).rejects.toMatchObject({
			code: 'OUTPUT_FAILED',
			exitCode: 5,
			message: 'The output could not be written: no space is left there.',
		});
	});

	test('a stream that throws instead of calling back is the same', async () => {
		const stream = collect().stream;
		stream.write = () => {
			throw Object.assign(new Error('ENOSPC: no space'), {code: 'ENOSPC'});
		};

		await expect(open({stream}).output.line('one')).rejects.toMatchObject({code: 'OUTPUT_FAILED'});
	});

	test('nobody can be told when it is the stream for failures', async () => {
		const {output} = open({stream: failing('ENOSPC'), onError: 'ignore'});

		await expect(output.line('one')).resolves.toBeUndefined();
	});
});
