import {type data as Data, data, Evaluator, type Expr, ExpressionError, Lexer, Parser} from '@actions/expressions';
import {ContextAccess, IndexAccess, Literal} from '@actions/expressions/ast';

/** A text with `${{ }}` expressions. */
export type Template = {readonly parts: ReadonlyArray<string | Expression>};

/** One expression; `offset` counts characters from the start of the template's text. */
export type Expression = {readonly source: string; readonly offset: number; readonly tree: Expr; readonly reads: readonly ContextRead[]};

/** A context that an expression looks at, with the names behind it as far as they are constant: `steps`, [`plan`, `outputs`, `text`]. */
export type ContextRead = {readonly context: string; readonly names: readonly string[]};

export type TemplateProblem = {readonly offset: number; readonly message: string};

/** Values that expressions may read, by context. */
export type Contexts = Readonly<Record<string, unknown>>;

const EXPRESSION = /\$\{\{([\s\S]*?)\}\}/g;

/** Reads a text; every mistake of every expression is told. */
export const parseTemplate = (
	text: string,
	contexts: readonly string[],
): {readonly template: Template; readonly problems: readonly TemplateProblem[]} => {
	const parts: Array<string | Expression> = [];
	const problems: TemplateProblem[] = [];
	let end = 0;
	for (const match of text.matchAll(EXPRESSION)) {
		const source = match[1] ?? '';
		parts.push(text.slice(end, match.index));
		end = match.index + match[0].length;
		try {
			const tree = new Parser(new Lexer(source.trim()).lex().tokens, [...contexts], []).parse();
			parts.push({source: source.trim(), offset: match.index, tree, reads: findReads(tree)});
		} catch (error) {
			if (!(error instanceof ExpressionError) && !(error instanceof Error)) throw error;
			problems.push({offset: match.index, message: `expression: ${error.message}`});
		}
	}
	parts.push(text.slice(end));
	const open = text.indexOf('${{', end);
	if (open !== -1) problems.push({offset: open, message: 'expression: "${{" is not closed by "}}"'});
	return {template: {parts}, problems};
};

/** All expressions of a template. */
export const listExpressions = (template: Template): readonly Expression[] => template.parts.filter(part => typeof part !== 'string');

/** Fills in a template; what does not exist is the empty text. */
export const evaluateTemplate = (template: Template, contexts: Contexts): string => {
	const dictionary = toData(contexts) as Data.Dictionary;
	return template.parts.map(part => (typeof part === 'string' ? part : new Evaluator(part.tree, dictionary).evaluate().coerceString())).join('');
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
	if (node instanceof ContextAccess) return {context: node.name.lexeme, names: []};
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
	return new data.Dictionary(...Object.entries(value).map(([key, item]) => ({key, value: toData(item)})));
};
