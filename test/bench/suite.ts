import type {Row} from './report.ts';

export type SuiteOptions = {
	/** Folder of the package. */
	readonly root: string;
	/** True checks only that everything runs, on little and once. */
	readonly isQuick: boolean;
	/** A repository to measure on instead of generated ones; it is copied, never changed. */
	readonly repository: string | null;
	/** Sizes of the generated trees; null for the suite's own. */
	readonly files: readonly number[] | null;
	/** Null for the suite's own number. */
	readonly rounds: number | null;
	/** Told what is going on. */
	readonly report: (text: string) => void;
	/** Told which yardstick is left out, and why: `gh: it is not installed`. */
	readonly skip: (text: string) => void;
};

export type Suite = {
	/** For the list of suites: what is measured. */
	readonly summary: string;
	readonly run: (options: SuiteOptions) => Promise<readonly Row[]>;
};
