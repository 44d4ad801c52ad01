import {formatInteger} from '../domain/figures.ts';
import type {KnownPriceRow, PriceBucket, PriceRow, PriceTableSource} from '../domain/prices.ts';

const PICO_PER_USD = 1e6;
const NANO_PER_USD = 1_000_000_000n;
const NANO_DECIMALS = 9;
const RATE_DECIMALS = {least: 2, most: 6} as const;
const MONEY_DECIMALS = {least: 4, most: 6} as const;

/** Where the user's own prices are. */
export const OWN_PRICES = 'your prices (.radium/prices.json)';

export const BUCKET_TITLES: Readonly<Record<PriceBucket, string>> = {
	input: 'Fresh input',
	cacheRead: 'Cache read',
	cacheWrite: 'Cache write, 5 min',
	cacheWrite1h: 'Cache write, 1 hour',
	output: 'Output',
};

/** Dollars per million tokens from picodollars per token. */
export const toUsdPerMillion = (picoPerToken: number): number => picoPerToken / PICO_PER_USD;

/** `3.00`, `0.0375`: dollars per million tokens, with as many decimals as it has, two at least. */
export const formatRate = (picoPerToken: number): string => {
	const [whole = '', decimals = ''] = toUsdPerMillion(picoPerToken).toFixed(RATE_DECIMALS.most).split('.');
	return `${formatInteger(Number(whole))}.${decimals.replace(/0+$/, '').padEnd(RATE_DECIMALS.least, '0')}`;
};

/** `@pydantic/genai-prices 0.1.8 of 2026-09-23`. */
export const formatTable = ({name, version, date}: PriceTableSource): string => `${name} ${version} of ${date}`;

/** Where a price comes from. */
export const formatSource = ({isOwn}: Pick<PriceRow, 'isOwn'>, table: PriceTableSource): string => (isOwn ? OWN_PRICES : formatTable(table));

/** `prompt >200,000` or `prompt ≥272,000`: for which prompts a price holds; empty for one that holds for any. */
export const formatThreshold = ({aboveTokens}: Pick<PriceRow, 'aboveTokens'>): string => {
	if (aboveTokens === null) return '';
	// Vendors name round numbers, some as the last small prompt and some as the first large one.
	return (aboveTokens + 1) % 1000 === 0 ? `prompt ≥${formatInteger(aboveTokens + 1)}` : `prompt >${formatInteger(aboveTokens)}`;
};

/** `since 2026-03-13`, or `from` for a day to come; empty for a price that always held. */
export const formatSince = ({since}: Pick<PriceRow, 'since'>, now: number): string =>
	since === null ? '' : `${Date.parse(since) > now ? 'from' : 'since'} ${since}`;

/** `claude-opus-4-6, fast tier, since 2026-03-13, prompt >200,000; your prices (.radium/prices.json)`. */
export const describePrice = (price: KnownPriceRow, table: PriceTableSource, now: number): string =>
	`${[price.model, price.tier === null ? '' : `${price.tier} tier`, formatSince(price, now), formatThreshold(price)].filter(part => part !== '').join(', ')}; ${formatSource(price, table)}`;

/** Amounts that stand below each other and are added up by a reader: all with the same decimals, as many as the amounts have, four at least. */
export const formatMoney = (amounts: ReadonlyArray<bigint | null>): readonly string[] => {
	const isShort = (decimals: number): boolean => amounts.every(amount => (amount ?? 0n) % 10n ** BigInt(NANO_DECIMALS - decimals) === 0n);
	const decimals = [MONEY_DECIMALS.least, MONEY_DECIMALS.most].find(isShort) ?? NANO_DECIMALS;
	return amounts.map(amount => (amount === null ? 'n/a' : formatUsd(amount, decimals)));
};

const formatUsd = (nanoUsd: bigint, decimals: number): string => {
	if (nanoUsd < 0n) return `-${formatUsd(-nanoUsd, decimals)}`;
	const fraction = String(nanoUsd % NANO_PER_USD).padStart(NANO_DECIMALS, '0');
	return `$${formatInteger(nanoUsd / NANO_PER_USD)}.${fraction.slice(0, decimals)}`;
};
