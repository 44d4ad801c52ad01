// Writes rad's price table to standard output: node bin/generate-prices.js > source/telemetry/price-table.ts
//
// The prices come from a maintained package that is too large to load at every start (58 ms against less than 1 ms). What is kept are
// the prices per token; what is left out (audio, images, searches, prices by the hour of the day) leaves the model without a price.
import {readFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import {waitForUpdate} from '@pydantic/genai-prices';

// The package does not tell its own day, and a table without one ages unseen: a new version needs a new line here.
const RELEASE = {name: '@pydantic/genai-prices', version: '0.1.8', date: '2026-09-23'};
const PROVIDERS = ['anthropic', 'openai', 'google', 'x-ai', 'mistral', 'moonshotai', 'zhipuai', 'minimax', 'deepseek'];
// A flat price per request or a price of its own for reasoning would be lost in the table.
const UNSUPPORTED = ['requests_kcount', 'output_reasoning_mtok', 'output_citation_mtok'];
// A dollar per million tokens is a million picodollars per token.
const PICO_PER_TOKEN = 1e6;

const main = async () => {
	checkRelease();
	const known = await waitForUpdate();
	const providers = PROVIDERS.map(id => known.find(provider => provider.id === id) ?? fail(`no provider ${id}`));
	process.stdout.write(renderModule(providers.map(renderProvider).join(',\n')));
};

const checkRelease = () => {
	const manifest = fileURLToPath(new URL('../package.json', import.meta.resolve('@pydantic/genai-prices')));
	const {version} = JSON.parse(readFileSync(manifest, 'utf8'));
	if (version !== RELEASE.version) fail(`version ${version} has no date in RELEASE`);
};

const renderModule = body => `// Made by bin/generate-prices.js from ${RELEASE.name} ${RELEASE.version} of ${RELEASE.date}, MIT; edit that, not this.

/** The package that the prices come from; its date is a day, UTC. */
export const PRICE_TABLE_SOURCE = {name: '${RELEASE.name}', version: '${RELEASE.version}', date: '${RELEASE.date}'} as const;

/**
 * JSON of a \`PriceTable\`, one model a line: its name, the names it answers to, and its prices by the day from which they hold, each as rows
 * of [holds above this many prompt tokens, input, cache read, cache write, one-hour cache write, output] in picodollars per token.
 * A model without rows is known to have a price that rad cannot compute.
 */
export const PRICE_TABLE = String.raw\`{
${body}
}\`;
`;

const renderProvider = ({id, fallback_model_providers: fallback = [], models}) => {
	const lines = models.map(model => JSON.stringify([model.id, model.match, toPeriods(model.prices)]));
	const text = `"${id}":{"fallback":${JSON.stringify(fallback)},"models":[\n${lines.join(',\n')}\n]}`;
	return /[`]|\$\{/.test(text) ? fail(`${id}: a name cannot stand in a template`) : text;
};

const toPeriods = prices => {
	const periods = Array.isArray(prices) ? prices : [{prices}];
	const isComputable = periods.every(({constraint, prices: of}) => constraint?.type !== 'time_of_date' && of.input_mtok !== undefined);
	if (!isComputable) return [];
	const found = periods.map(({constraint, prices: of}) => [constraint?.start_date ?? '', toRows(of)]);
	const days = found.map(([day]) => day);
	if (String(days) !== String([...days].sort())) fail(`prices are not in the order of their days: ${days}`);
	return found;
};

const toRows = prices => {
	const unsupported = UNSUPPORTED.filter(key => prices[key] !== undefined);
	if (unsupported.length > 0) fail(`unsupported price: ${unsupported}`);
	const {input_mtok: input, output_mtok: output = 0} = prices;
	const write = prices.cache_write_mtok ?? input;
	const columns = [input, prices.cache_read_mtok ?? input, write, prices.cache_write_1h_mtok ?? write, output];
	const starts = new Set(columns.flatMap(column => (column.tiers ?? []).map(({start}) => start)));
	return [-1, ...[...starts].sort((a, b) => a - b)].map(start => [start, ...columns.map(column => toPicoUsd(priceAbove(column, start)))]);
};

const priceAbove = (column, start) => {
	if (typeof column === 'number') return column;
	const reached = column.tiers.filter(tier => tier.start <= start).sort((a, b) => a.start - b.start);
	return reached.at(-1)?.price ?? column.base;
};

const toPicoUsd = usdPerMillion => {
	const exact = usdPerMillion * PICO_PER_TOKEN;
	const whole = Math.round(exact);
	return Math.abs(exact - whole) < 1e-3 ? whole : fail(`${usdPerMillion} is no whole number of picodollars`);
};

const fail = message => {
	throw new Error(message);
};

await main();
