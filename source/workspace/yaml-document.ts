import {
	type Document,
	isAlias,
	isCollection,
	isMap,
	isNode,
	isScalar,
	isSeq,
	LineCounter,
	type Node,
	type Pair,
	parseDocument,
	visit,
	type YAMLMap,
	type YAMLParseError,
} from 'yaml';
import type {WorkflowProblem} from '../domain/workflow-problem.ts';

const MAX_BYTES = 64 * 1024;
// What people write needs none; a few are fine, thousands are an attack.
const MAX_ALIASES = 20;

/** A place in a document: keys and indexes from its top. */
export type Path = ReadonlyArray<string | number>;

/** A YAML file as a value, with the place of every node. */
export type YamlDocument = {
	readonly value: unknown;
	/** A problem at the node of a path, or at the nearest one above it; `offset` moves it inside a text. */
	readonly problemAt: (path: Path, message: string, offset?: number) => WorkflowProblem;
	/** A problem at a key of the mapping at a path. */
	readonly problemAtKey: (path: Path, key: string, message: string) => WorkflowProblem;
};

export type YamlReading = {
	/** Null when nothing more can be said of the file than the problems. */
	readonly document: YamlDocument | null;
	readonly problems: readonly WorkflowProblem[];
};

type At = (offset: number, message: string) => WorkflowProblem;
type Parsed = Document.Parsed;

/** Reads YAML 1.2; syntax errors and repeated keys come back as problems, never as exceptions. Of a repeated key the last one counts. */
export const readYaml = (file: string, text: string): YamlReading => {
	const counter = new LineCounter();
	const at: At = (offset, message) => {
		const {line, col} = counter.linePos(offset);
		return {file, line: Math.max(1, line), column: Math.max(1, col), message};
	};
	const unreadable = findUnreadable(text);
	if (unreadable !== null) return {document: null, problems: [at(0, unreadable)]};
	// The library's own check for repeated keys takes seconds on a hostile file; ours is linear. Its warnings would go to stderr.
	const options = {lineCounter: counter, uniqueKeys: false, prettyErrors: false, logLevel: 'error'} as const;
	const source = text.replace(/^\uFEFF/, '');
	const parsed = parseDocument(source, options);
	const errors = parsed.errors.filter((error, index) => index === 0 || !isFollowUp(error));
	const tags = parsed.warnings.filter(({code}) => code === 'TAG_RESOLVE_FAILED');
	const broken = [
		...errors.map(error => at(error.pos[0], describeError(error))),
		...tags.map(({pos}) => at(pos[0], 'there are no tags (!name) of this kind; put a text that begins with ! in quotes')),
		...findUnknownAliases(parsed, at),
	];
	const wrongKeys = broken.length > 0 ? [] : takeOutCollectionKeys(parsed, at);
	const repeated = findRepeatedKeys(parsed.contents).map(key => at(key.offset, `the key "${key.name}" stands here twice`));
	const problems = [...broken, ...wrongKeys, ...repeated];
	if (broken.length > 0) return {document: null, problems};
	const {value, problem} = toValue(() => parsed.toJS({maxAliasCount: MAX_ALIASES}));
	if (problem !== null) return {document: null, problems: [...problems, at(0, problem)]};
	return {document: {value, ...createLocator(parsed.contents, source, at)}, problems};
};

const findUnreadable = (text: string): string | null => {
	if (Buffer.byteLength(text) > MAX_BYTES) return `the file is too large: at most ${MAX_BYTES / 1024} KiB`;
	return text.includes('\0') ? 'the file is not text: it holds NUL bytes; write it as YAML in UTF-8' : null;
};

/** After a mistake the parser takes what follows for the end of the file and complains about each of its words. */
const isFollowUp = ({message}: YAMLParseError): boolean => message.includes(' in YAML stream: ');

const describeError = ({code, message}: YAMLParseError): string =>
	code === 'MULTIPLE_DOCS' ? 'the file holds several documents, parted by "---"; write each to a file of its own' : firstSentence(message);

/** Aliases (`*name`) of which no anchor (`&name`) stands before: most were meant as text. */
const findUnknownAliases = (parsed: Parsed, at: At): readonly WorkflowProblem[] => {
	const anchors = new Set<string>();
	const problems: WorkflowProblem[] = [];
	visit(parsed, (_, node) => {
		if (!isNode(node)) return;
		if (!isAlias(node)) {
			if (node.anchor !== undefined) anchors.add(node.anchor);
		} else if (!anchors.has(node.source)) {
			problems.push(at(node.range?.[0] ?? 0, `there is no anchor "&${node.source}" above; put a text that begins with * in quotes`));
		}
	});
	return problems;
};

/** Keys that are lists or mappings, such as `{{ name }}` makes; the library would turn them into texts of its own. */
const takeOutCollectionKeys = (parsed: Parsed, at: At): readonly WorkflowProblem[] => {
	const problems: WorkflowProblem[] = [];
	visit(parsed, {
		Pair: (_, {key}) => {
			if (!isCollection(key)) return undefined;
			problems.push(at(key.range?.[0] ?? 0, 'a key is a word, not a list or a mapping; put a text that begins with [ or { in quotes'));
			return visit.REMOVE;
		},
	});
	return problems;
};

const toValue = (read: () => unknown): {readonly value: unknown; readonly problem: string | null} => {
	try {
		return {value: read(), problem: null};
	} catch (error) {
		if (error instanceof ReferenceError) return {value: null, problem: 'the file repeats too much of itself by aliases (*name)'};
		if (error instanceof Error) return {value: null, problem: `the file is too complex: ${error.message}`};
		throw error;
	}
};

const createLocator = (root: unknown, text: string, at: At): Omit<YamlDocument, 'value'> => {
	const findPair = createPairFinder();
	const startOf = (node: unknown): number | undefined => (isNode(node) ? node.range?.[0] : undefined);
	const locate = (path: Path): {readonly node: unknown; readonly offset: number} => {
		let node: unknown = root;
		let offset = startOf(root) ?? 0;
		for (const part of path) {
			const next: unknown = isMap(node) ? findPair(node, String(part))?.value : isSeq(node) ? node.get(part, true) : undefined;
			if (next === undefined) break;
			node = next;
			offset = startOf(next) ?? offset;
		}
		return {node, offset};
	};
	return {
		problemAt: (path, message, inside = 0) => {
			const {node, offset} = locate(path);
			return at(offset + (isScalar(node) ? findInside(node, text, inside) : 0), message);
		},
		problemAtKey: (path, key, message) => {
			const {node, offset} = locate(path);
			const pair = isMap(node) ? findPair(node, key) : undefined;
			return at(startOf(pair?.key) ?? offset, message);
		},
	};
};

/** Finds the last pair of a mapping with a key; each mapping is gone through once. */
const createPairFinder = () => {
	const indexes = new Map<YAMLMap, ReadonlyMap<string, Pair>>();
	return (map: YAMLMap, key: string): Pair | undefined => {
		const index = indexes.get(map) ?? new Map(map.items.map(pair => [toKeyName(pair.key), pair]));
		indexes.set(map, index);
		return index.get(key);
	};
};

const toKeyName = (key: unknown): string => String(isScalar(key) ? key.value : key);

/** Where a character of a scalar's value stands in the file, counted from the scalar's start: block texts are indented, so look for what follows it. */
const findInside = (node: Node, text: string, inside: number): number => {
	const value = isScalar(node) && typeof node.value === 'string' ? node.value : '';
	const [start, end] = [node.range?.[0] ?? 0, node.range?.[1] ?? 0];
	const raw = text.slice(start, end);
	const wanted = value.slice(inside, inside + 12).split('\n', 1)[0] ?? '';
	const before = value.slice(0, inside).split(wanted).length - 1;
	let found = -1;
	for (let count = 0; wanted !== '' && count <= before; count += 1) found = raw.indexOf(wanted, found + 1);
	return Math.max(0, found);
};

const findRepeatedKeys = (node: unknown): ReadonlyArray<{readonly name: string; readonly offset: number}> => {
	if (isSeq(node)) return node.items.flatMap(findRepeatedKeys);
	if (!isMap(node)) return [];
	const seen = new Set<string>();
	return node.items.flatMap(({key, value}) => {
		const below = findRepeatedKeys(value);
		const name = toKeyName(key);
		if (!seen.has(name)) {
			seen.add(name);
			return below;
		}
		return [{name, offset: isNode(key) ? (key.range?.[0] ?? 0) : 0}, ...below];
	});
};

const firstSentence = (message: string): string => message.split('\n', 1)[0] ?? message;
