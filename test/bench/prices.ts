import {NO_TOKENS, type Tokens} from '../../source/domain/tokens.ts';
import {createPricing, type PriceBook, type PricedUsage} from '../../source/telemetry/pricing.ts';
import {askPackage} from '../support/price-of-package.ts';
import {createSamples, measureHere, type Samples} from './measure.ts';
import {KNOWN_COSTS, type KnownCost} from './price-truth.ts';
import {limit, type Row, relate} from './report.ts';
import type {Suite} from './suite.ts';

const RECORDS = 100_000;
const PEER_RECORDS = 1000;
const ROUNDS = 7;
const AT_MOST_MICROSECONDS = 0.1;
const AT_MOST_RATIO = 0.01;

const LOOK_UP = `most of it is looking up the model by its provider and name, and its price by the day and the size of the prompt, which the
prototype did once before it began to count.`.replaceAll('\n', ' ');

/** What a price takes beside the package that the prices come from, and whether prices are right. */
export const pricesSuite: Suite = {
	summary: 'prices: what one takes, whether they are the package’s, and forty known costs',
	run: async ({isQuick, rounds, report}) => {
		const book = createPricing();
		const grid = toGrid(book);
		const samples = createSamples();
		const records = isQuick ? 500 : RECORDS;
		const peerRecords = isQuick ? 20 : PEER_RECORDS;
		for (let round = 1; round <= (isQuick ? 1 : (rounds ?? ROUNDS)); round += 1) {
			report(`round ${round}`);
			await measureRound(book, grid, {records, peerRecords}, samples);
		}
		const compared = isQuick ? grid.filter((_, index) => index % 50 === 0) : grid;
		return [...toSpeedRows(samples, {records, peerRecords}), toMismatchRow(book, compared), toTruthRow(book)];
	},
};

type Counts = {readonly records: number; readonly peerRecords: number};

const measureRound = async (book: PriceBook, grid: readonly PricedUsage[], {records, peerRecords}: Counts, samples: Samples): Promise<void> => {
	const repeat = (count: number, price: (usage: PricedUsage) => unknown) => () => {
		for (let index = 0; index < count; index += 1) price(grid[index % grid.length] as PricedUsage);
	};
	// A run has few models, whose prices are found once.
	const usual = grid.filter(({provider, model}) => provider === 'anthropic' && model.startsWith('claude-opus-4'));
	samples.add(
		'rad',
		await measureHere(() => {
			for (let index = 0; index < records; index += 1) book.price(usual[index % usual.length] as PricedUsage);
		}),
	);
	samples.add('peer', await measureHere(repeat(peerRecords, askPackage)));
};

const toSpeedRows = (samples: Samples, {records, peerRecords}: Counts): readonly Row[] => {
	const [rad, peer] = ['rad', 'peer'].map(samples.medianOf);
	if (rad === undefined || peer === undefined) return [];
	const value = (1000 * rad.cpuMs) / records;
	const yardstick = {name: 'genai-prices calcPrice', value: (1000 * peer.cpuMs) / peerRecords};
	const scene = 'price/record';
	return [
		{...limit(scene, 'one record', value, 'µs CPU', AT_MOST_MICROSECONDS), cause: LOOK_UP},
		{...relate(scene, 'one record, beside the package', {value, unit: 'µs CPU'}, yardstick, {atMost: AT_MOST_RATIO}), cause: LOOK_UP},
	];
};

const SIZES = [0, 1, 199_999, 200_000, 200_001, 271_999, 272_000, 1_000_000];
const DAYS = [Date.UTC(2020, 0, 1), Date.UTC(2026, 2, 13) - 1, Date.UTC(2026, 2, 13), Date.UTC(2026, 7, 21), Date.UTC(2027, 0, 1)];

const toTokens = (size: number): readonly Tokens[] => [
	{...NO_TOKENS, input: size, output: 777},
	{...NO_TOKENS, input: 3, cacheRead: size, output: 1},
	{input: 1, cacheRead: 7, cacheWrite: size, cacheWrite1h: Math.floor(size / 3), output: 123_456, reasoning: 100},
];

/** Every model that has a price, at every threshold and on every day on which prices changed. */
const toGrid = (book: PriceBook): readonly PricedUsage[] => {
	const models = new Map(book.list(0).map(row => [`${row.provider}/${row.model}`, row]));
	return [...models.values()]
		.filter(({rates}) => rates !== null)
		.flatMap(({provider, model}) => DAYS.flatMap(at => SIZES.flatMap(toTokens).map(tokens => ({provider, model, tokens, at}))));
};

/** The package computes with binary fractions: below one billionth of a dollar it is not to be compared with. */
const isSame = (rad: number | undefined, peer: number | undefined): boolean =>
	rad === undefined || peer === undefined ? rad === peer : Math.abs(rad - peer) < 1;

const toMismatchRow = (book: PriceBook, grid: readonly PricedUsage[]): Row => {
	const wrong = grid.filter(usage => !isSame(book.price(usage)?.costNanoUsd, askPackage(usage)));
	return limit('price/record', `other than the package’s, of ${grid.length.toLocaleString('en-US')}`, wrong.length, '', 0);
};

const isRight = (book: PriceBook, {usage, usd}: KnownCost): boolean =>
	usd === null ? book.price(usage) === undefined : book.price(usage)?.costNanoUsd === Math.round(usd * 1e9);

const toTruthRow = (book: PriceBook): Row => {
	const wrong = KNOWN_COSTS.filter(cost => !isRight(book, cost));
	const cause = `wrong are: ${wrong.map(({about}) => about).join(', ')}.`;
	return {...limit('price/truth', `wrong, of ${KNOWN_COSTS.length} known costs`, wrong.length, '', 0), cause};
};
