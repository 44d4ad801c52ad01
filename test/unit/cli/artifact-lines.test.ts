import {expect, test} from 'vitest';
import {formatArtifacts, formatArtifactsMarkdown} from '../../../source/cli/artifact-lines.ts';
import {toPlainText} from '../../../source/views/line.ts';

const list = (count: number) =>
	Array.from({length: count}, (_, index) => ({
		stepId: 'test',
		attempt: 1,
		path: `${index}.log`,
		file: `.radium/runs/r/test.1/artifacts/${index}.log`,
		sizeBytes: 1500,
	}));

test('artifacts are shown with step and size, the first ones of many', () => {
	expect(formatArtifacts(list(22), 80).map(toPlainText)).toEqual([
		expect.stringMatching(/^Artifact +Step +Size/),
		...Array.from({length: 20}, (_, index) =>
			expect.stringMatching(new RegExp(`^\\.radium/runs/r/test\\.1/artifacts/${index}\\.log +test +1\\.5 kB$`)),
		),
		'and 2 more artifacts',
	]);
	expect(formatArtifacts([], 80)).toEqual([]);
	expect(formatArtifactsMarkdown([])).toEqual([]);
	expect(formatArtifactsMarkdown(list(101)).at(-1)).toMatchObject({markdown: expect.stringContaining('and 1 more')});
});
