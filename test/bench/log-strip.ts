import {StringDecoder} from 'node:string_decoder';
import {stripVTControlCharacters} from 'node:util';
import {createSanitizer, sanitizeText} from '../../source/domain/sanitize.ts';
import {createLineSplitter} from '../../source/logs/line-splitter.ts';
import {DIRTY_TEXTS} from '../support/dirty-texts.ts';
import {createSamples, measureHere} from './measure.ts';
import {limit, type Row, relate} from './report.ts';
import {createRandom, type Random} from './source-text.ts';

export type StripEffort = {readonly sizeBytes: number; readonly rounds: number; readonly fuzzTexts: number};

const AT_LEAST_OF_PEER = 5;
const AT_LEAST_OF_WALK = 0.4;
const CHUNK_BYTES = 64 * 1024;
const CHUNKS_BYTES = [64, 4096, 1024 * 1024];

const ON_TEXT =
	`the peer and the walk neither cut lines nor look at what is no escape sequence. rad works on decoded lines, since it also replaces bidirectional
controls, cuts stacked marks and mends what is no UTF-8; decoding alone runs at about 230 MB/s here, and the design's prototype works on bytes in WebAssembly.`.replaceAll(
		'\n',
		' ',
	);

type Corpus = {readonly name: string; readonly bytes: Buffer};

/** What agents print, plain text, and text in which nearly each word is coloured. */
export const createCorpora = (sizeBytes: number): readonly Corpus[] => {
	const random = createRandom(5);
	return [
		{name: 'as agents print', bytes: createCorpus(sizeBytes, random, 1 / 4)},
		{name: 'plain', bytes: createCorpus(sizeBytes, random, 0)},
		{name: 'dense', bytes: createCorpus(sizeBytes, random, 1 / 2)},
	];
};

const WORDS = ['reading', 'source/main.ts', 'and', 'writing', 'the', 'tests', '✓', 'passed', 'of', 'naïve', 'files', '42', 'lines'];

const createCorpus = (sizeBytes: number, random: Random, coloured: number): Buffer => {
	const word = (): string => {
		const plain = WORDS[Math.floor(random() * WORDS.length)] ?? '';
		return random() < coloured ? `\x1b[${30 + Math.floor(random() * 8)}m${plain}\x1b[0m` : plain;
	};
	const lines = Array.from({length: 2000}, () => `${Array.from({length: 12}, word).join(' ')}\n`);
	const block = Buffer.from(lines.join(''));
	return Buffer.concat(
		Array.from({length: Math.ceil(sizeBytes / block.length)}, () => block),
		sizeBytes,
	);
};

/** As the log of an agent is cleaned: cut into lines, decoded, sanitised. */
const strip = (bytes: Buffer, chunkBytes: number): void => {
	const splitter = createLineSplitter({maxBytes: 64 * 1024});
	for (let at = 0; at < bytes.length; at += chunkBytes) for (const line of splitter.write(bytes.subarray(at, at + chunkBytes))) sanitizeText(line);
};

const stripAsPeer = (bytes: Buffer): void => {
	const decoder = new StringDecoder('utf8');
	for (let at = 0; at < bytes.length; at += CHUNK_BYTES) Buffer.from(stripVTControlCharacters(decoder.write(bytes.subarray(at, at + CHUNK_BYTES))));
};

const walk = (bytes: Buffer): void => {
	for (let at = bytes.indexOf(0x1b); at !== -1; at = bytes.indexOf(0x1b, at + 1));
};

export const measureStrip = async ({sizeBytes, rounds, fuzzTexts}: StripEffort): Promise<readonly Row[]> => {
	const samples = createSamples();
	const corpora = createCorpora(sizeBytes);
	for (let round = 0; round < rounds; round += 1) {
		for (const {name, bytes} of corpora) {
			samples.add(`${name} rad`, await measureHere(() => strip(bytes, CHUNK_BYTES)));
			samples.add(`${name} peer`, await measureHere(() => stripAsPeer(bytes)));
			samples.add(`${name} walk`, await measureHere(() => walk(bytes)));
		}
		for (const chunkBytes of CHUNKS_BYTES)
			samples.add(`chunks ${chunkBytes}`, await measureHere(() => strip(corpora[0]?.bytes ?? Buffer.alloc(0), chunkBytes)));
	}
	const speed = (name: string): number => sizeBytes / 1e6 / ((samples.medianOf(name)?.cpuMs ?? Number.NaN) / 1000);
	return [...corpora.flatMap(({name}) => toRows(name, speed)), ...toChunkRows(speed), countWrongCuts(), countWrongTexts(fuzzTexts)];
};

const toRows = (name: string, speed: (name: string) => number): readonly Row[] => {
	const figure = {value: speed(`${name} rad`), unit: 'MB/s'} as const;
	const scene = `log/strip, ${name}`;
	return [
		{
			...relate(scene, 'cleaned', figure, {name: 'util.stripVTControlCharacters', value: speed(`${name} peer`)}, {atLeast: AT_LEAST_OF_PEER}),
			cause: ON_TEXT,
		},
		{...relate(scene, 'cleaned', figure, {name: 'walk to each ESC', value: speed(`${name} walk`)}, {atLeast: AT_LEAST_OF_WALK}), cause: ON_TEXT},
	];
};

const toChunkRows = (speed: (name: string) => number): readonly Row[] =>
	CHUNKS_BYTES.map(chunkBytes =>
		relate(
			'log/strip, as agents print',
			`cleaned, ${chunkBytes.toLocaleString('en-US')} B at a time`,
			{value: speed(`chunks ${chunkBytes}`), unit: 'MB/s'},
			{name: '65,536 B at a time', value: speed('as agents print rad')},
		),
	);

const sanitizePieces = (pieces: readonly string[]): string => {
	const sanitizer = createSanitizer();
	return pieces.map(sanitizer.write).join('') + sanitizer.end();
};

/** Every text cut at every place between two UTF-16 units. */
const countWrongCuts = (): Row => {
	const cuts = DIRTY_TEXTS.flatMap(([, dirty, clean]) =>
		Array.from({length: dirty.length + 1}, (_, place) => sanitizePieces([dirty.slice(0, place), dirty.slice(place)]) === clean),
	);
	const wrong = cuts.filter(isRight => !isRight).length;
	return limit('log/strip-cuts', `wrong, of ${cuts.length.toLocaleString('en-US')} cuts of ${DIRTY_TEXTS.length} texts`, wrong, '', 0);
};

const PARTS = [
	'\x1b',
	'[',
	']',
	'P',
	'\\',
	'0;',
	'31m',
	'\x07',
	'\x9b',
	'\x9d',
	'\x9c',
	'\r',
	'\n',
	'\t',
	'\x18',
	'é',
	'語',
	'😀',
	'\u0301',
	'\u202e',
	'a',
	' ',
];

/** Random texts: the same whole, in random pieces, and in pieces of one unit; and nothing is left that a terminal would obey. */
const countWrongTexts = (count: number): Row => {
	const random = createRandom(23);
	let wrong = 0;
	for (let index = 0; index < count; index += 1) {
		const dirty = Array.from({length: Math.floor(random() * 40)}, () => PARTS[Math.floor(random() * PARTS.length)] ?? '').join('');
		const place = Math.floor(random() * dirty.length);
		const clean = sanitizeText(dirty);
		const isSame = sanitizePieces([dirty.slice(0, place), dirty.slice(place)]) === clean && sanitizePieces(dirty.split('')) === clean;
		if (!isSame || /[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]/.test(clean)) wrong += 1;
	}
	return limit('log/strip-cuts', `wrong, of ${count.toLocaleString('en-US')} random texts`, wrong, '', 0);
};
