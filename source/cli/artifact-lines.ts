import {formatInteger} from '../domain/figures.ts';
import type {RunArtifact} from '../domain/records.ts';
import {layOutColumns} from '../views/columns.ts';
import {formatBytes, formatPlural} from '../views/format.ts';
import type {Line} from '../views/line.ts';
import {code, list, type Markdown, type MarkdownColumn, markdown, table} from '../views/markdown.ts';

// A test report of thousands of files is looked at in its folder.
const MOST_LINES = 20;
const MOST_ROWS = 100;

const COLUMNS = [{title: 'Artifact', isFlexible: true}, {title: 'Step'}, {title: 'Size', align: 'right'}] as const;

/** The files that steps left, for a person at a terminal. */
export const formatArtifacts = (artifacts: readonly RunArtifact[], width: number): readonly Line[] => {
	if (artifacts.length === 0) return [];
	const rest = artifacts.length - MOST_LINES;
	return [
		...layOutColumns(
			COLUMNS,
			artifacts.slice(0, MOST_LINES).map(({file, stepId, sizeBytes}) => [file, stepId, formatBytes(sizeBytes)]),
			width,
		),
		...(rest > 0 ? [[{text: `and ${formatPlural(rest, 'more artifact')}`, tone: 'quiet'} as const]] : []),
	];
};

const MARKDOWN_COLUMNS: readonly MarkdownColumn[] = [{title: 'Artifact'}, {title: 'Step'}, {title: 'Size', align: 'right'}];

/** The same as a part of a report; nothing where there are none. */
export const formatArtifactsMarkdown = (artifacts: readonly RunArtifact[]): readonly Markdown[] => {
	if (artifacts.length === 0) return [];
	const rest = artifacts.length - MOST_ROWS;
	return [
		markdown`## Artifacts`,
		table(
			MARKDOWN_COLUMNS,
			artifacts.slice(0, MOST_ROWS).map(({file, stepId, sizeBytes}) => [code(file), code(stepId), formatBytes(sizeBytes)]),
		),
		...(rest > 0 ? [list([markdown`and ${formatInteger(rest)} more`])] : []),
	];
};
