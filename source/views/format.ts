import {formatInteger, formatNanoUsd, pad2} from '../domain/figures.ts';
import type {CostSource, StoreSize, UsageTotals} from '../domain/records.ts';

/** `just now`, `3m ago`, `2h ago`, `5d ago`. */
export const formatAgo = (at: number, now: number): string => {
	const seconds = Math.floor((now - at) / 1000);
	if (seconds < 5) return 'just now';
	if (seconds < 60) return `${seconds}s ago`;
	if (seconds < 3600) return `${Math.floor(seconds / 60)}m ago`;
	return seconds < 48 * 3600 ? `${Math.floor(seconds / 3600)}h ago` : `${Math.floor(seconds / 86_400)}d ago`;
};

/** `HH:MM:SS` of the local time zone. */
export const formatTime = (at: number): string => {
	const time = new Date(at);
	return `${pad2(time.getHours())}:${pad2(time.getMinutes())}:${pad2(time.getSeconds())}`;
};

/** `2026-03-01T15:04:05+01:00`, of the local time zone. */
export const formatLocalTime = (at: number): string => {
	const time = new Date(at);
	const eastMinutes = -time.getTimezoneOffset();
	// What the clock on the wall says, as if it were UTC.
	const wall = new Date(at + eastMinutes * 60_000).toISOString().slice(0, 19);
	const zone = Math.abs(eastMinutes);
	return `${wall}${eastMinutes < 0 ? '-' : '+'}${pad2(Math.floor(zone / 60))}:${pad2(zone % 60)}`;
};

/** A count in at most five characters: `999`, `12.3k`, `1.84M`. */
export const formatCount = (count: number): string => {
	if (count < 1000) return String(count);
	const [value, unit] = count < 999_500 ? [count / 1e3, 'k'] : count < 999_500_000 ? [count / 1e6, 'M'] : [count / 1e9, 'G'];
	return `${value < 9.995 ? value.toFixed(2) : value < 99.95 ? value.toFixed(1) : value.toFixed(0)}${unit}`;
};

type Cost = Pick<UsageTotals, 'costNanoUsd' | 'unpriced' | 'costSource' | 'responses'>;

/** A cost with its doubt: `n/a` nothing is known, `≥` some responses have no price, `~` estimated from the price table, plain when the engine reported it. */
export const formatCost = ({costNanoUsd, unpriced, costSource, responses}: Cost): string => {
	if (responses === 0) return '—';
	if (costSource === 'unknown') return 'n/a';
	return `${unpriced > 0 ? '≥' : toMark(costSource)}${formatNanoUsd(costNanoUsd)}`;
};

/** `84%`, rounded; `—` where nothing was read at all. Only a whole is 100 %. */
export const formatShare = (part: number, whole: number): string =>
	whole === 0 ? '—' : `${part >= whole ? 100 : Math.min(99, Math.round((part / whole) * 100))}%`;

/** The shares of parts that make a whole: they add up to 100, since the largest remainders are rounded up. */
export const formatShares = (parts: readonly number[]): readonly string[] => {
	const whole = parts.reduce((sum, part) => sum + part, 0);
	if (whole === 0) return parts.map(() => '—');
	const exact = parts.map(part => (part / whole) * 100);
	const floors = exact.map(Math.floor);
	const missing = 100 - floors.reduce((sum, share) => sum + share, 0);
	const remainders = exact.map((share, index) => ({index, remainder: share - Math.floor(share)}));
	const raised = new Set(
		remainders
			.sort((a, b) => b.remainder - a.remainder || a.index - b.index)
			.slice(0, missing)
			.map(({index}) => index),
	);
	return floors.map((share, index) => `${share + (raised.has(index) ? 1 : 0)}%`);
};

/** `1.2 GB`, in powers of 1,000. */
export const formatBytes = (sizeBytes: number): string => {
	if (sizeBytes < 1000) return `${sizeBytes} B`;
	const [value, unit] = sizeBytes < 999_500 ? [sizeBytes / 1e3, 'kB'] : sizeBytes < 999_500_000 ? [sizeBytes / 1e6, 'MB'] : [sizeBytes / 1e9, 'GB'];
	return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${unit}`;
};

/** What the checkpoints take on the disk: `3.4 MB, besides 12 MB that the repository has anyway`. */
export const formatStoreSize = ({ownBytes, sharedBytes}: StoreSize): string =>
	sharedBytes === 0 ? formatBytes(ownBytes) : `${formatBytes(ownBytes)}, besides ${formatBytes(sharedBytes)} that the repository has anyway`;

/** `1 file`, `2 files`. */
export const formatPlural = (count: number, noun: string): string => `${formatInteger(count)} ${noun}${count === 1 ? '' : 's'}`;

const toMark = (source: CostSource): string => (source === 'estimated' ? '~' : '');
