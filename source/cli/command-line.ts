import {quote} from '../domain/quote.ts';

type Caller = {readonly program: string; readonly workspaceFlag: string | undefined};

/** A command of ours that can be copied: it carries `--workspace` where the user gave it, so that it means the same workspace. */
export const toCommandLine = (words: string, {program, workspaceFlag}: Caller): string =>
	workspaceFlag === undefined ? `${program} ${words}` : `${program} ${words} --workspace ${quote(workspaceFlag)}`;
