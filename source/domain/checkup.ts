/** One thing that was looked at. A `warning` can be lived with; a `cure` says what to do about it. */
export type Finding = {readonly state: 'good' | 'warning' | 'bad'; readonly text: string; readonly cure: string | null};

/** Looks at one part of the machine or the workspace and changes nothing but what every command tidies up. */
export type Check = {
	readonly name: string;
	/** True where nothing after it can be looked at when it fails. */
	readonly isNeeded: boolean;
	/** @throws {RadError} what is wrong, with its hint as the cure. */
	readonly run: (signal: AbortSignal) => Promise<readonly Finding[]>;
};
