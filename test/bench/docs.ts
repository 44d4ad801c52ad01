import type {BenchDocument, Figure} from './document.ts';
import {formatNumber, formatRatio} from './report.ts';

const HEAD = `# Benchmarks

Made by \`npm run bench -- --write-docs FILE.json\` from what \`npm run bench -- --json FILE.json\` wrote; change those, not this.

Each figure is the median of several rounds, taken in turns with its yardstick in the same run: on a machine that others use too, the
ratio says more than the figure. Time is processor time unless it says otherwise. A target that is missed is told with its cause.
`;

const TABLE_HEAD = '| on | what | figure | yardstick | ratio | target | held |\n|---|---|---:|---:|---:|---|---|\n';

/** The page of the benchmarks; `summaries` tells what each suite measures. */
export const renderDocs = (document: BenchDocument, summaries: Readonly<Record<string, string>>): string => {
	const suites = [...new Set(document.figures.map(({suite}) => suite))];
	const sections = suites.map(suite =>
		renderSuite(
			suite,
			summaries[suite] ?? '',
			document.figures.filter(figure => figure.suite === suite),
			document.skipped.filter(skipped => skipped.suite === suite).map(({text}) => text),
		),
	);
	const quick = document.isQuick ? '\nThese are figures of a quick trial, which say nothing.\n' : '';
	return `${HEAD}\n${document.day}, on ${document.machine}. ${countHeld(document.figures)}\n${quick}\n${sections.join('\n')}`;
};

const countHeld = (figures: readonly Figure[]): string => {
	const judged = figures.filter(({held}) => held !== null);
	return `${judged.filter(({held}) => held).length} of ${judged.length} targets are held.`;
};

const renderSuite = (suite: string, summary: string, figures: readonly Figure[], skipped: readonly string[]): string => {
	const rows = figures.map(figure => `| ${toCells(figure).map(escapeBars).join(' | ')} |\n`).join('');
	const left = skipped.map(text => `\nLeft out: ${text}.\n`).join('');
	return `## ${suite}\n\n${summary}\n\n${TABLE_HEAD}${rows}${left}${renderGaps(figures)}`;
};

const toCells = ({scene, row, value, unit, yardstick, ratio, target, held}: Figure): readonly string[] => [
	scene,
	row,
	`${formatNumber(value)} ${unit}`.trim(),
	yardstick === null ? '' : `${yardstick.name}: ${formatNumber(yardstick.value)}`,
	ratio === null ? '' : formatRatio(ratio),
	target ?? '',
	held === null ? '' : held ? 'yes' : '**no**',
];

const escapeBars = (text: string): string => text.replaceAll('|', '\\|');

const renderGaps = (figures: readonly Figure[]): string => {
	const causes = new Map<string, string[]>();
	for (const {scene, row, held, cause} of figures) {
		if (held !== false) continue;
		const key = cause ?? 'The cause is not known yet.';
		causes.set(key, [...(causes.get(key) ?? []), `${row} (${scene})`]);
	}
	if (causes.size === 0) return '';
	const lines = [...causes].map(([cause, rows]) => `- ${rows.join(', ')}: ${cause}\n`);
	return `\nMissed, and why:\n\n${lines.join('')}`;
};
