import {existsSync, readFileSync} from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

/**
 * Reads the texts that stand in a file of tests, and in the files of `test` that it imports for its rows: names of tests, also as templates
 * (`${KILLS} times`), and of their rows. Tests that are never run (`skip`, `todo`) are left out.
 */
export const createTestTexts = (): ((file: string) => ReadonlySet<string>) => {
	const parsed = new Map<string, Parsed>();
	const parse = (file: string): Parsed => {
		const known = parsed.get(file) ?? parseFile(file);
		parsed.set(file, known);
		return known;
	};
	return file => {
		const files = new Set([path.resolve(file)]);
		// A set that grows while it is gone through is gone through to its new end.
		for (const each of files) for (const imported of parse(each).imports) files.add(imported);
		return new Set([...files].flatMap(each => parse(each).texts));
	};
};

type Parsed = {readonly texts: readonly string[]; readonly imports: readonly string[]};

const NEVER_RUN = /\.(?:skip|todo)$/;

const parseFile = (file: string): Parsed => {
	const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, false);
	const texts: string[] = [];
	const visit = (node: ts.Node): void => {
		if (ts.isCallExpression(node) && NEVER_RUN.test(node.expression.getText(source))) return;
		if (ts.isStringLiteralLike(node)) texts.push(node.text);
		if (ts.isTemplateExpression(node)) texts.push(node.getText(source).slice(1, -1));
		ts.forEachChild(node, visit);
	};
	visit(source);
	return {texts, imports: source.statements.flatMap(statement => findImported(file, statement))};
};

/** The file of tests that a statement imports, if it does. */
const findImported = (file: string, statement: ts.Statement): readonly string[] => {
	if (!ts.isImportDeclaration(statement) || !ts.isStringLiteral(statement.moduleSpecifier)) return [];
	const target = path.resolve(path.dirname(file), statement.moduleSpecifier.text);
	return target.includes(`${path.sep}test${path.sep}`) && /\.tsx?$/.test(target) && existsSync(target) ? [target] : [];
};
