/** What long work is at; what a person reads of it is decided where it is shown. */
export type ProgressStage =
	| 'read-sessions'
	| 'look-at-files'
	| 'list-objects'
	| 'check-objects'
	| 'write-files'
	| 'choose-checkpoints'
	| 'compress-objects'
	| 'pack-objects';

/** How far a stage of long work is. */
export type Progress = {
	readonly stage: ProgressStage;
	/** Whose part of it this is, where there are several: the name of an engine. A new one begins from the start. */
	readonly subject?: string;
	readonly done: number;
	/** Null where nobody knows how much there is. */
	readonly total: number | null;
};

/** Hears how far long work is, perhaps thousands of times a second. It returns at once and never throws. */
export type OnProgress = (progress: Progress) => void;

/** For what may take long: who listens costs it next to nothing. */
export type Observed = {readonly onProgress?: OnProgress | undefined};
