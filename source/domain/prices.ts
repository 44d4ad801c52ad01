import type {AgentId} from './ids.ts';
import type {CostSource} from './records.ts';
import type {Tokens} from './tokens.ts';

/** What has a price of its own, in the order in which it is shown. They never overlap: `cacheWrite` is what was written for five minutes, reasoning is in `output`. */
export const PRICE_BUCKETS = ['input', 'cacheRead', 'cacheWrite', 'cacheWrite1h', 'output'] as const;

export type PriceBucket = (typeof PRICE_BUCKETS)[number];

/** Whole picodollars per token, which are millionths of a dollar per million tokens. */
export type Rates = Readonly<Record<PriceBucket, number>>;

/** The tokens of each bucket that has a price of its own. */
export const toBucketCounts = ({input, cacheRead, cacheWrite, cacheWrite1h, output}: Tokens): Readonly<Record<PriceBucket, number>> => ({
	input,
	cacheRead,
	cacheWrite: cacheWrite - cacheWrite1h,
	cacheWrite1h,
	output,
});

/** The package of a price table; its date is a day, UTC. */
export type PriceTableSource = {readonly name: string; readonly version: string; readonly date: string};

/** Prices of a model for one range of days and of prompt sizes. */
export type PriceRow = {
	readonly provider: string;
	/** The name under which it is listed; it may answer to others. */
	readonly model: string;
	/** True when the user wrote it, false when it is in rad's table. */
	readonly isOwn: boolean;
	/** The day, UTC, from which it holds: `2026-03-13`; null when it holds for all that was before. */
	readonly since: string | null;
	/** Holds for a whole response whose prompt, cached or not, has more tokens than this; null when it holds for small ones too. */
	readonly aboveTokens: number | null;
	/** The service tier whose prices they are: `batch`, `fast`; null for the standard one. */
	readonly tier: string | null;
	/** Null when the model's price is none that rad can compute: by the hour of the day, or by something else than tokens. */
	readonly rates: Rates | null;
};

export type KnownPriceRow = PriceRow & {readonly rates: Rates};

export type PriceList = {readonly table: PriceTableSource; readonly rows: readonly PriceRow[]};

/** `costNanoUsd` is null when no price is known. */
export type CostLine = {readonly bucket: PriceBucket; readonly tokens: number; readonly costNanoUsd: bigint | null};

/** Responses of one model and service tier whose prices are in the same row and whose recorded costs come from the same source. */
export type CostPart = {
	readonly provider: string;
	/** As the engine spells it. */
	readonly model: string;
	/** The provider's service tier; null for the standard one. */
	readonly tier: string | null;
	readonly responses: number;
	readonly tokens: Tokens;
	/** The row that the prices of now have for the days of these responses; null when no price is known. */
	readonly price: KnownPriceRow | null;
	/** One for each bucket; their costs add up to `estimateNanoUsd`, exactly. */
	readonly lines: readonly CostLine[];
	/** What the prices of now make it, each response rounded to the billionth; null when no price is known. */
	readonly estimateNanoUsd: bigint | null;
	readonly costSource: CostSource;
	/** What is recorded, which no price changes; null exactly when `costSource` is `unknown`. */
	readonly costNanoUsd: bigint | null;
};

/** In the order in which the parts were first seen. */
export type CostExplanation = {readonly table: PriceTableSource; readonly parts: readonly CostPart[]};

/** Prices, and how costs follow from them. Without network; what is recorded is never changed. */
export type Prices = {
	/**
	 * The prices that hold now, and those of later days that are known; the user's own stand in for those of the table. A filter is a part
	 * of `provider/model`, or, where no model is called so, the whole name of one as an engine writes it; capital letters do not matter.
	 *
	 * @throws {RadError} `WORKSPACE_UNUSABLE` when the file of the user's prices has mistakes.
	 */
	readonly list: (filter?: string) => Promise<PriceList>;
	/** How the cost of an agent's own responses follows from prices, without those of its sub-agents. Throws as `list` does. */
	readonly explain: (agentId: AgentId) => Promise<CostExplanation>;
};
