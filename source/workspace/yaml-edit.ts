import {type Document, isCollection, isMap, isNode, isScalar, isSeq, type Pair, parseDocument, type YAMLMap} from 'yaml';

/** A value of a setting. */
export type YamlValue = string | number | readonly string[];

/**
 * The same YAML with another value at a path of mappings, which are made where they are missing. Comments and order stay.
 *
 * @returns undefined where the text is no YAML, or something else than a mapping stands above the place.
 */
export const setInYaml = (text: string, path: readonly string[], value: YamlValue): string | undefined => {
	const document = parse(text);
	if (document.errors.length > 0) return undefined;
	if (document.contents === null || isEmptyNode(document.contents)) document.contents = document.createNode({});
	for (let depth = 0; depth < path.length; depth += 1) {
		const above = depth === 0 ? document.contents : document.getIn(path.slice(0, depth), true);
		// What is empty, as in "checkpoints:", is made a mapping.
		if (depth > 0 && isEmptyNode(above)) document.setIn(path.slice(0, depth), document.createNode({}));
		else if (above !== undefined && !isMap(above)) return undefined;
	}
	const node = document.createNode(value, {flow: true});
	const old = document.getIn(path, true);
	if (isScalar(old) && old.value === value) return text;
	// So that a comment behind it stays.
	if (isScalar(old) && isScalar(node)) old.value = node.value;
	else document.setIn(path, node);
	return print(document, text);
};

/**
 * The same YAML without what stands at a path; a mapping of which nothing is left goes, too. Comments stay, but the one behind the value.
 *
 * @returns undefined where the text is no YAML.
 */
export const removeFromYaml = (text: string, path: readonly string[]): string | undefined => {
	const document = parse(text);
	if (document.errors.length > 0) return undefined;
	if (!document.hasIn(path)) return text;
	for (let end = path.length; end > 0; end -= 1) {
		const map = end === 1 ? document.contents : document.getIn(path.slice(0, end - 1), true);
		const value = document.getIn(path.slice(0, end), true);
		if (!isMap(map) || (end < path.length && !(isCollection(value) && value.items.length === 0))) break;
		takeOut(map, path[end - 1] ?? '');
	}
	const {contents} = document;
	if (isMap(contents) && contents.items.length === 0) {
		document.comment = join([document.comment, contents.comment]);
		document.contents = null;
	}
	return print(document, text);
};

/** A list of texts such as `[U, ctrl+k]`; any other text is the only one of a list. Undefined for a list with mistakes. */
export const readYamlList = (text: string): readonly string[] | undefined => {
	const isList = text.trimStart().startsWith('[') && text.trim() !== '[';
	if (!isList) return text.trim() === '' ? undefined : [text];
	const document = parseDocument(text, {schema: 'failsafe', uniqueKeys: false, logLevel: 'error'});
	const {contents, errors} = document;
	if (errors.length > 0 || !isSeq(contents) || !contents.items.every(item => isScalar(item))) return undefined;
	return contents.items.map(nameOf);
};

const parse = (text: string): Document => parseDocument(text.replace(/^\uFEFF/, ''), {uniqueKeys: false, logLevel: 'error'});

const isEmptyNode = (node: unknown): boolean => isScalar(node) && node.value === null;

/** The comment above goes to what comes next: it may tell of more than this key, such as the one at the top of the file. */
const takeOut = (map: YAMLMap, name: string): void => {
	const index = map.items.findLastIndex(({key}) => nameOf(key) === name);
	const pair = map.items[index];
	if (pair === undefined) return;
	const comment = join([commentOf(pair.key), isCollection(pair.value) ? commentOf(pair.value) : null]);
	const next = map.items[index + 1];
	map.items.splice(index, 1);
	if (next === undefined) map.comment = join([map.comment, comment]);
	else giveComment(next, comment, isNode(pair.key) && pair.key.spaceBefore === true);
};

const giveComment = ({key}: Pair, comment: string | null, hasSpace: boolean): void => {
	if (!isNode(key)) return;
	key.commentBefore = comment === null ? commentOf(key) : join([comment, commentOf(key)], key.spaceBefore === true ? '\n\n' : '\n');
	if (comment !== null || hasSpace) key.spaceBefore = hasSpace;
};

const nameOf = (node: unknown): string => String(isScalar(node) ? node.value : node);

const commentOf = (node: unknown): string | null => (isNode(node) ? (node.commentBefore ?? null) : null);

const join = (comments: ReadonlyArray<string | null | undefined>, by = '\n'): string | null =>
	comments.filter(comment => comment != null).join(by) || null;

/** Indented as it was, without new breaks in long lines, and with the same ends of lines. */
const print = (document: Document, old: string): string => {
	const indent = /^( {2,8})\S/m.exec(old)?.[1]?.length ?? 2;
	const text = document.toString({lineWidth: 0, indent, flowCollectionPadding: /[[{] /.test(old)});
	// What the library prints where nothing but comments is left.
	const told =
		document.contents === null
			? text
					.replace(/(^|\n)null(?=\n|$)/, '$1')
					.replaceAll(/\n{3,}/g, '\n\n')
					.trimStart()
			: text;
	return old.includes('\r\n') ? told.replaceAll('\n', '\r\n') : told;
};
