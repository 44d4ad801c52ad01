import {isMap, isNode, isPair, isScalar, isSeq, LineCounter, type Node, parseDocument, type YAMLMap} from 'yaml';
import type {WorkflowProblem} from '../../domain/rad.ts';

const MAX_BYTES = 64 * 1024;
// A workflow needs none; a few are fine, thousands are an attack.
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

/** Reads YAML 1.2; syntax errors and repeated keys come back as problems, never as exceptions. */
export const readYaml = (file: string, text: string): {readonly document: YamlDocument; readonly problems: readonly WorkflowProblem[]} => {
	const counter = new LineCounter();
	const at = (offset: number, message: string): WorkflowProblem => {
		const {line, col} = counter.linePos(offset);
		return {file, line: Math.max(1, line), column: Math.max(1, col), message};
	};
	const tooLarge = Buffer.byteLength(text) > MAX_BYTES;
	// The library's own check for repeated keys takes seconds on a hostile file; ours is linear.
	const parsed = parseDocument(tooLarge ? '' : text.replace(/^\uFEFF/, ' '), {lineCounter: counter, uniqueKeys: false, prettyErrors: false});
	const problems = parsed.errors.map(error => at(error.pos[0], firstSentence(error.message)));
	if (tooLarge) problems.push(at(0, `the file is too large: at most ${MAX_BYTES / 1024} KiB`));
	if (isNode(parsed.contents))
		problems.push(...findRepeatedKeys(parsed.contents).map(key => at(key.offset, `the key "${key.name}" stands here twice`)));
	const {value, problem} = toValue(() => parsed.toJS({maxAliasCount: MAX_ALIASES}));
	if (problem !== null && problems.length === 0) problems.push(at(0, problem));
	return {document: {value, ...createLocator(parsed.contents, text, at)}, problems};
};

const toValue = (read: () => unknown): {readonly value: unknown; readonly problem: string | null} => {
	try {
		return {value: read(), problem: null};
	} catch (error) {
		if (error instanceof Error) return {value: null, problem: `the file is too complex: ${error.message}`};
		throw error;
	}
};

const createLocator = (root: unknown, text: string, at: (offset: number, message: string) => WorkflowProblem): Omit<YamlDocument, 'value'> => {
	const startOf = (node: unknown): number | undefined => (isNode(node) ? node.range?.[0] : undefined);
	const locate = (path: Path): {readonly node: unknown; readonly offset: number} => {
		let node: unknown = root;
		let offset = startOf(root) ?? 0;
		for (const part of path) {
			const next: unknown = isMap(node) || isSeq(node) ? node.get(part, true) : undefined;
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

const findPair = (map: YAMLMap, key: string) =>
	map.items.find(item => isPair(item) && String(isScalar(item.key) ? item.key.value : item.key) === key);

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

const findRepeatedKeys = (node: Node): ReadonlyArray<{readonly name: string; readonly offset: number}> => {
	if (isSeq(node)) return node.items.filter(isNode).flatMap(findRepeatedKeys);
	if (!isMap(node)) return [];
	const seen = new Set<string>();
	return node.items.flatMap(({key, value}) => {
		const below = isNode(value) ? findRepeatedKeys(value) : [];
		const name = String(isScalar(key) ? key.value : key);
		if (!seen.has(name)) {
			seen.add(name);
			return below;
		}
		return [{name, offset: isNode(key) ? (key.range?.[0] ?? 0) : 0}, ...below];
	});
};

const firstSentence = (message: string): string => message.split('\n', 1)[0] ?? message;
