import {type data as Data, data, Evaluator, type Expr, Lexer, Parser} from '@actions/expressions';
import {ContextAccess, IndexAccess, Literal} from '@actions/expressions/ast';

/** A text with `${{ }}` expressions. */
export type Template = {readonly parts: ReadonlyArray<string | Expression>};

/** One expression; `offset` counts characters from the start of the template's text. */
export type Expression = {readonly source: string; readonly offset: number; readonly tree: Expr; readonly reads: readonly ContextRead[]};

/** A context that an expression looks at (in small letters: `INPUTS` is the same), with the names behind it as far as they are constant: `steps`, [`plan`, `outputs`, `text`]. */
export type ContextRead = {readonly context: string; readonly names: readonly string[]};

export type TemplateProblem = {readonly offset: number; readonly message: string};

/** Values that expressions may read, by context. */
export type Contexts = Readonly<Record<string, unknown>>;

const OPEN = '${{';
const CLOSE = '}}';

/** Reads a text; every mistake of every expression is told. */
export const parseTemplate = (
	text: string,
	contexts: readonly string[],
): {readonly template: Template; readonly problems: readonly TemplateProblem[]} => {
	const parts: Array<string | Expression> = [];
	const problems: TemplateProblem[] = [];
	let end = 0;
	for (let offset = text.indexOf(OPEN); offset !== -1; offset = text.indexOf(OPEN, end)) {
		const close = text.indexOf(CLOSE, offset + OPEN.length);
		const source = text.slice(offset + OPEN.length, Math.max(close, 0));
		const read = parseExpression(source.trim(), contexts);
		parts.push(text.slice(end, offset));
		// An expression in another one is the next: this one was never closed. In a quoted text it may stand, hence the try.
		const isNextInside = read.tree === undefined && source.includes(OPEN);
		if (close === -1 || isNextInside) problems.push({offset, message: 'expression: "${{" is not closed by "}}"'});
		else if (read.tree === undefined) problems.push({offset, message: `expression: ${read.problem}`});
		else parts.push({source: source.trim(), offset, tree: read.tree, reads: findReads(read.tree)});
		end = close === -1 ? text.length : isNextInside ? text.lastIndexOf(OPEN, close) : close + CLOSE.length;
	}
	parts.push(text.slice(end));
	return {template: {parts}, problems};
};

type ExpressionReading = {readonly tree: Expr; readonly problem?: never} | {readonly problem: string; readonly tree?: never};

const parseExpression = (source: string, contexts: readonly string[]): ExpressionReading => {
	if (source === '') return {problem: 'is empty; write what is to stand here, such as ${{ inputs.name }}'};
	try {
		return {tree: new Parser(new Lexer(source).lex().tokens, [...contexts], []).parse()};
	} catch (error) {
		// The library throws errors without a name of their own too.
		if (error instanceof Error) return {problem: error.message};
		throw error;
	}
};

/** All expressions of a template. */
export const listExpressions = (template: Template): readonly Expression[] => template.parts.filter(part => typeof part !== 'string');

/** Fills in a template. What does not exist is the empty text; a list or a mapping is written as `toJSON` does. */
export const evaluateTemplate = (template: Template, contexts: Contexts): string => {
	// What a whole run has come to is much to convert for a text that asks for none of it.
	if (template.parts.every(part => typeof part === 'string')) return template.parts.join('');
	const dictionary = toData(contexts) as Data.Dictionary;
	return template.parts.map(part => (typeof part === 'string' ? part : toWords(new Evaluator(part.tree, dictionary).evaluate()))).join('');
};

/** The library's own word for a list is `Array`, which tells a model nothing. */
const toWords = (value: Data.ExpressionData): string =>
	value instanceof data.Array || value instanceof data.Dictionary ? JSON.stringify(value, data.replacer, '  ') : value.coerceString();

/** The template of a condition, which may be written with or without `${{ }}`; `offset` is how far its text was moved by that. */
export const toCondition = (text: string): {readonly text: string; readonly offset: number} =>
	text.includes(OPEN) ? {text, offset: 0} : {text: `${OPEN} ${text} ${CLOSE}`, offset: OPEN.length + 1};

/**
 * The value of a condition or of another expression that stands alone, as JSON has it; what does not exist is null. A text with more than
 * that in it is filled in.
 */
export const evaluateExpression = (text: string, contexts: Contexts): unknown => {
	const {template} = parseTemplate(toCondition(text).text, Object.keys(contexts));
	const [expression, ...others] = template.parts.filter(part => typeof part !== 'string' || part.trim() !== '');
	if (expression === undefined) throw new Error(`the expression "${text}" was checked when the workflow was loaded`);
	if (typeof expression === 'string' || others.length > 0) return evaluateTemplate(template, contexts);
	return fromData(new Evaluator(expression.tree, toData(contexts) as Data.Dictionary).evaluate());
};

const findReads = (tree: Expr): readonly ContextRead[] => {
	const reads: ContextRead[] = [];
	const visit = (node: unknown): void => {
		const path = toPath(node);
		if (path !== undefined) reads.push(path);
		else if (Array.isArray(node)) for (const item of node) visit(item);
		else if (typeof node === 'object' && node !== null) for (const child of Object.values(node)) visit(child);
	};
	visit(tree);
	return reads;
};

const toPath = (node: unknown): ContextRead | undefined => {
	if (node instanceof ContextAccess) return {context: node.name.lexeme.toLowerCase(), names: []};
	if (!(node instanceof IndexAccess)) return undefined;
	const base = toPath(node.expr);
	if (base === undefined) return undefined;
	return node.index instanceof Literal ? {context: base.context, names: [...base.names, node.index.literal.coerceString()]} : base;
};

const toData = (value: unknown): Data.ExpressionData => {
	if (value === null || value === undefined) return new data.Null();
	if (typeof value === 'boolean') return new data.BooleanData(value);
	if (typeof value === 'number') return new data.NumberData(value);
	if (typeof value === 'string') return new data.StringData(value);
	if (Array.isArray(value)) return new data.Array(...value.map(toData));
	return new Mapping(Object.entries(value).map(([key, item]) => ({key, value: toData(item)})));
};

type Pair = {readonly key: string; readonly value: Data.ExpressionData};

/** The library's own dictionary takes names that every object of JavaScript has, such as constructor, for keys that are there already. */
class Mapping extends data.Dictionary {
	readonly #pairs = new Map<string, Pair>();

	constructor(pairs: readonly Pair[]) {
		super();
		for (const {key, value} of pairs) this.add(key, value);
	}

	override add(key: string, value: Data.ExpressionData): void {
		const name = key.toLowerCase();
		if (!this.#pairs.has(name)) this.#pairs.set(name, {key, value});
	}

	override get(key: string): Data.ExpressionData | undefined {
		return this.#pairs.get(key.toLowerCase())?.value;
	}

	override values(): Data.ExpressionData[] {
		return this.pairs().map(({value}) => value);
	}

	override pairs(): Pair[] {
		return [...this.#pairs.values()];
	}
}

const fromData = (value: Data.ExpressionData): unknown => {
	if (value instanceof data.Null) return null;
	if (value instanceof data.Array) return value.values().map(fromData);
	if (value instanceof data.Dictionary) return Object.fromEntries(value.pairs().map(pair => [pair.key, fromData(pair.value)]));
	return value.value;
};
