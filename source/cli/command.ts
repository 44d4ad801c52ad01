import type {Clock} from '../domain/clock.ts';
import type {Moment} from '../domain/moment.ts';
import type {Pager} from '../domain/pager.ts';
import type {Host, Rad, RadReads} from '../domain/rad.ts';
import type {Prompt} from './confirm.ts';
import type {Output} from './output.ts';

/** One word that a command takes after its name: one of its choices, where it has some. The last one can stand for any number of words, also none. */
export type InputSpec = {readonly isRequired: boolean; readonly description: string; readonly choices?: readonly string[]; readonly isMany?: true};

/**
 * What a flag takes. `placeholder` stands for the value in the help. The same name has the same type and short form in every command.
 * `choices` may be repeated, and takes several separated by commas.
 * A switch whose name is `no` and a capital (`noColor`) is typed `--no-color` and is true then.
 */
export type FlagSpec =
	| {readonly type: 'switch'; readonly description: string; readonly short?: string}
	| {readonly type: 'text' | 'texts'; readonly placeholder: string; readonly description: string; readonly short?: string}
	| {
			readonly type: 'count' | 'duration' | 'moment' | 'size' | 'money';
			readonly placeholder: string;
			readonly description: string;
			readonly short?: string;
	  }
	| {
			readonly type: 'choice' | 'choices';
			readonly placeholder: string;
			readonly choices: readonly string[];
			readonly description: string;
			readonly short?: string;
	  };

/** By the input's name, in the order in which they are typed; an optional one comes last. */
export type InputSpecs = Readonly<Record<string, InputSpec>>;
export type FlagSpecs = Readonly<Record<string, FlagSpec>>;

export type InputValues<Inputs extends InputSpecs> = {
	readonly [Name in keyof Inputs]: Inputs[Name] extends {readonly isMany: true}
		? readonly string[]
		: Inputs[Name]['isRequired'] extends true
			? string
			: string | undefined;
};

type FlagValue<Spec extends FlagSpec> = Spec extends {readonly type: 'switch'}
	? boolean
	: Spec extends {readonly type: 'choices'; readonly choices: ReadonlyArray<infer Choice>}
		? readonly Choice[]
		: Spec extends {readonly type: 'texts'}
			? readonly string[]
			: Spec extends {readonly type: 'count' | 'duration' | 'size' | 'money'}
				? number | undefined
				: Spec extends {readonly type: 'moment'}
					? Moment | undefined
					: Spec extends {readonly type: 'choice'; readonly choices: ReadonlyArray<infer Choice>}
						? Choice | undefined
						: string | undefined;

/** A switch that was not typed is false, a list is empty, anything else undefined. A duration is in milliseconds, a size in bytes, money in billionths of a dollar. */
export type FlagValues<Flags extends FlagSpecs> = {readonly [Name in keyof Flags]: FlagValue<Flags[Name]>};

/** What every command works with. */
type Surroundings = {
	/** Where the command works: `--workspace` or the current folder. */
	readonly directory: string;
	/** How the user calls this program: `rad`, unless it is not installed. */
	readonly program: string;
	/** Text of `--workspace` as it was typed; what we print for copying must carry it too. */
	readonly workspaceFlag: string | undefined;
	readonly out: Output;
	/** For what a person must know: failures, questions, what is not as it was wished. */
	readonly err: Output;
	/** For what only helps a person along: the same stream, and nothing with `--quiet`. */
	readonly notes: Output;
	/** How to ask the person at the terminal; undefined where nobody can answer. */
	readonly prompt: Prompt | undefined;
	readonly environment: Readonly<Record<string, string | undefined>>;
	readonly clock: Clock;
	readonly signal: AbortSignal;
};

/** What a command works with that only looks, once: it can be run without loading the rest of the program, see source/quick.ts. */
export type ReadContext = Surroundings & {
	/** Opens the workspace of the command line; it is closed when the command is over. Called before anything is printed. */
	readonly open: () => Promise<RadReads>;
};

export type Context = Surroundings & {
	readonly host: Host;
	/** How to show what is longer than the screen; undefined where all is printed at once. */
	readonly pager: Pager | undefined;
	/** Opens the workspace of the command line, or of the folder that is named; it is closed when the command is over. */
	readonly open: (directory?: string) => Promise<Rad>;
	readonly commands: readonly Command[];
};

export type CommandSpec<Inputs extends InputSpecs, Flags extends FlagSpecs, Needs = Context> = {
	/** The words that name it: `monitor list`. */
	readonly path: string;
	readonly group: CommandGroup;
	/** One line for lists, without a period. */
	readonly summary: string;
	/** Paragraphs for its own help; wrapped there. */
	readonly description: readonly string[];
	readonly input: Inputs;
	readonly flags: Flags;
	/** Names of the tab-separated fields that a pipe gets, one line for each thing. */
	readonly pipeFields?: readonly string[];
	readonly examples: ReadonlyArray<{readonly words: string; readonly note: string}>;
	/** What each exit code means here, besides those that every command shares. */
	readonly exitCodes: Readonly<Record<number, string>>;
	/** True for what decides itself about a restore that was cut short; before every other command it is finished. */
	readonly leavesRestores?: boolean;
	/** Returns the exit code. Failures are thrown as `RadError` and printed by the caller. */
	readonly run: (call: Needs & {readonly input: InputValues<Inputs>; readonly flags: FlagValues<Flags>}) => Promise<number>;
};

type CommandGroup = 'Work' | 'Look' | 'Undo' | 'More';

/** A row of the command table. */
export type Command<Needs = Context> = Omit<CommandSpec<InputSpecs, FlagSpecs>, 'run'> & {
	readonly run: (context: Needs, words: JudgedWords) => Promise<number>;
};

/** Words after they were checked against the command's own input and flags. */
export type JudgedWords = {
	readonly input: Readonly<Record<string, string | readonly string[] | undefined>>;
	readonly flags: Readonly<Record<string, boolean | string | number | readonly string[] | Moment | undefined>>;
};

type Define<Needs> = <const Inputs extends InputSpecs, const Flags extends FlagSpecs>(spec: CommandSpec<Inputs, Flags, Needs>) => Command<Needs>;

const define =
	<Needs>(): Define<Needs> =>
	<const Inputs extends InputSpecs, const Flags extends FlagSpecs>(spec: CommandSpec<Inputs, Flags, Needs>): Command<Needs> => ({
		...spec,
		// The judge made these values from the very same specs, which the table's type cannot tell.
		run: (context, words) => spec.run({...context, input: words.input as InputValues<Inputs>, flags: words.flags as unknown as FlagValues<Flags>}),
	});

/** Makes a row of the table from a command that knows the types of its own input and flags. */
export const defineCommand = define<Context>();

/** The same for a command that only looks. */
export const defineReadCommand = define<ReadContext>();
