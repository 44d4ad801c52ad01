import type {Permissions} from './records.ts';

/** What an agent's own wish to restore is worth without a person: nothing, or its own step's checkpoints. */
export type RestorePolicy = 'ask' | 'own-step';

export type PlanInput = {
	readonly name: string;
	readonly type: 'string' | 'number' | 'boolean';
	readonly isRequired: boolean;
	readonly defaultValue: string | number | boolean | null;
	readonly description: string | null;
};

/** What a step may be tried again for; `error` is every failure that is none of the others. */
export const RETRY_CAUSES = ['error', 'timeout', 'lost', 'rate_limit', 'invalid_output'] as const;

export type RetryCause = (typeof RETRY_CAUSES)[number];

export type RetryRule = {
	/** How often it may be tried again. */
	readonly max: number;
	readonly on: readonly RetryCause[];
	/** The longest wait before the first retry; each later one is `factor` times longer, up to `maxBackoffMs`. The wait itself is random. */
	readonly backoffMs: number;
	readonly factor: number;
	readonly maxBackoffMs: number;
};

/** What a run or a step may spend: who reaches a limit is stopped. Null where there is none. */
export type Budget = {
	/** Whole billionths of a dollar. */
	readonly costNanoUsd: number | null;
	/** Tokens of every kind. */
	readonly tokens: number | null;
	/** Responses of models. */
	readonly turns: number | null;
	readonly wallMs: number | null;
};

/** What a declared output may be, by its name in JSON Schema. */
export const OUTPUT_TYPES = ['string', 'number', 'integer', 'boolean', 'array', 'object'] as const;

export type OutputType = (typeof OUTPUT_TYPES)[number];

/** JSON Schema of one output, with those words alone that the engines' own flags take too. */
export type OutputSchema = {
	readonly type: OutputType;
	readonly description?: string | undefined;
	readonly enum?: ReadonlyArray<string | number | boolean> | undefined;
	readonly minimum?: number | undefined;
	readonly maximum?: number | undefined;
	readonly items?: OutputSchema | undefined;
	readonly minItems?: number | undefined;
	readonly maxItems?: number | undefined;
	readonly properties?: Readonly<Record<string, OutputSchema>> | undefined;
	readonly required?: readonly string[] | undefined;
};

/** Outputs by their names; each of them must be there. */
export type OutputSchemas = Readonly<Record<string, OutputSchema>>;

/** Outputs that every attempt has, which tell how it went: none can be declared under such a name. */
export const OUTPUTS_OF_EVERY_STEP = ['exit_code', 'tail', 'text', 'duration_ms', 'cost_usd'] as const;

/** One step as it will run. Texts still hold their `${{ }}` templates. */
export type PlanStep = {
	readonly id: string;
	/** Steps that must be over first. */
	readonly needs: readonly string[];
	/** An expression: where it is false the step is skipped, and counts as done. Null: always. */
	readonly when: string | null;
	/** True where its failure keeps neither the steps that need it nor the run from going on. */
	readonly continuesOnError: boolean;
	readonly kind: 'prompt' | 'run';
	/** The prompt, or the command line. */
	readonly text: string;
	readonly engine: string;
	readonly model: string | null;
	/** Of a prompt; what its agent may do without being asked. */
	readonly permissions: Permissions;
	/** Of a prompt: the step whose agent's conversation it goes on with. */
	readonly session: string | null;
	readonly recording: string | null;
	readonly speed: number | null;
	readonly env: Readonly<Record<string, string>>;
	/** What it promises to hand on; null where it promises nothing. */
	readonly outputs: OutputSchemas | null;
	readonly timeoutMs: number;
	/** How long it may print nothing; null for ever. */
	readonly idleTimeoutMs: number | null;
	readonly retry: RetryRule;
	/** Of all its attempts and their sub-agents. */
	readonly budget: Budget;
	readonly restorePolicy: RestorePolicy;
	/** False where the author, or who started the run, wants none: nothing that the step does can be undone then. */
	readonly takesCheckpoints: boolean;
};

/** The frozen definition of a run. Editing the workflow's file never changes it. */
export type Plan = {
	readonly name: string;
	readonly description: string | null;
	readonly inputs: readonly PlanInput[];
	readonly budget: Budget;
	/** In the order of the file; the needs form no cycle. */
	readonly steps: readonly PlanStep[];
};

/** What is kept with the run. */
export type FrozenPlan = {
	readonly plan: Plan;
	readonly inputs: Readonly<Record<string, string | number | boolean>>;
	/** What whoever started it wants to spend at most, besides what the plan allows; null for no such limit. */
	readonly maxCostNanoUsd: number | null;
};
