import type {Stage} from '../stages.ts';
import {STAGES} from '../stages.ts';
import type {Promised, Proof, Row} from './entry.ts';
import type {StageFigures} from './figures.ts';

/** The page of the documentation that tells the promises, what proves them, and what is still open. */
export const toPage = (promises: readonly Promised[], rows: readonly Row[], figures: readonly StageFigures[]): string => {
	const count = (wanted: (row: Row) => boolean): number => rows.filter(wanted).length;
	return [
		'# What rad promises, and what proves it',
		'',
		'You may rely on these promises. Each has at least one test that fails when the promise is broken, and a list of faults and bad inputs that',
		'would break it (the rows). [Security](security.md) tells in words what rad protects you from, and what it does not.',
		'',
		`Of ${rows.length} rows, ${count(isProved)} are proved by tests, ${count(row => row.open !== undefined)} are [open or proved in part](#what-is-open), and ${count(row => row.not !== undefined)} [do not apply](#what-does-not-apply).`,
		'The page is generated from `test/faults/table.ts`; a test fails when a test that it names is gone. The commands below need a clone of the',
		'repository, `npm install` and `npm run build`.',
		'',
		...promises.flatMap(promise => toSection(promise, rows, figures)),
		'## The rows',
		'',
		...rows.flatMap(toRow),
		'',
		'## The last figures',
		'',
		'Of the long tests; each is run for hours by `npm run test:faults -- --all`, and a shorter one with every change.',
		'',
		...toList(figures, toMachine),
		'',
		'## What is open',
		'',
		...promises.flatMap(({id, open}) => (open === undefined ? [] : [`- **${id}**: ${open}`])),
		...rows.flatMap(row =>
			row.open === undefined
				? []
				: [`- **${row.id}** ${toPlainText(row.fault)} ${row.tests === undefined ? 'Open' : 'In part'}: ${toPlainText(row.open)}`],
		),
		'',
		'## What does not apply',
		'',
		...rows.flatMap(row => (row.not === undefined ? [] : [`- **${row.id}** ${toPlainText(row.fault)} ${toPlainText(row.not)}`])),
		'',
	].join('\n');
};

const isProved = (row: Row): boolean => row.tests !== undefined && row.open === undefined;

const toSection = ({id, text, tests}: Promised, all: readonly Row[], figures: readonly StageFigures[]): readonly string[] => {
	const rows = all.filter(row => row.of.includes(id));
	const files = [...new Set([...tests, ...rows.flatMap(row => row.tests ?? [])].map(({file}) => file))].sort();
	return [
		`## ${id}`,
		'',
		toPlainText(text),
		'',
		...byFile(tests).map(toItem),
		'',
		...withGap(toList(figures, toFigures, stage => stage.promises.includes(id))),
		...(rows.length === 0 ? [] : [`Rows: ${rows.map(row => `${row.id}${toMark(row)}`).join(', ')}`, '']),
		`All of it: \`npm run vitest -- ${files.join(' ')}\``,
		'',
	];
};

const withGap = (lines: readonly string[]): readonly string[] => (lines.length === 0 ? [] : [...lines, '']);

/** One item for each stage that has figures. */
const toList = (
	figures: readonly StageFigures[],
	toText: (figures: StageFigures, stage: Stage) => string,
	isWanted: (stage: Stage) => boolean = () => true,
): readonly string[] =>
	STAGES.filter(isWanted).flatMap(stage => figures.flatMap(each => (each.stage === stage.name ? [`- ${toText(each, stage)}`] : [])));

const toFigures = ({counts, isPassed}: StageFigures, {name, summary}: Stage): string =>
	`Last figures of ${summary}: ${isPassed ? '' : '**failed**; '}${toCounts(counts)} (\`npm run test:faults -- --all ${name}\`)`;

const toCounts = (counts: StageFigures['counts']): string =>
	Object.entries(counts)
		.map(([name, count]) => `${count.toLocaleString('en-US')} ${toPlainText(name)}`)
		.join('; ');

const toMachine = ({day, machine, tookSeconds, isPassed}: StageFigures, {name, summary}: Stage): string =>
	`**${name}**, ${summary}: ${isPassed ? 'passed' : '**failed**'} on ${day} in ${Math.ceil(tookSeconds / 60)} min, on ${machine}`;

const toMark = ({tests, open, not}: Row): string => {
	if (not !== undefined) return ' (does not apply)';
	if (open === undefined) return '';
	return tests === undefined ? ' (open)' : ' (in part)';
};

const toRow = (row: Row): readonly string[] => [
	`- **${row.id}**${toMark(row)} ${toPlainText(row.fault)}`,
	...byFile(row.tests ?? []).map(proof => `  ${toItem(proof)}`),
];

/** The proofs of one file as one, each name once. */
const byFile = (proofs: readonly Proof[]): readonly Proof[] => {
	const files = new Map<string, ReadonlySet<string>>();
	for (const {file, names} of proofs) files.set(file, new Set([...(files.get(file) ?? []), ...names]));
	return [...files].map(([file, names]) => ({file, names: [...names]}));
};

const toItem = ({file, names}: Proof): string => `- \`${file}\`: ${names.map(name => `“${toPlainText(name)}”`).join(', ')}`;

/** Markdown takes none of it for more than text. */
const toPlainText = (text: string): string => text.replaceAll(/[\\<>*_[\]|]/g, '\\$&');
