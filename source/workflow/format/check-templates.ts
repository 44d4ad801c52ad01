import type {WorkflowProblem} from '../../domain/rad.ts';
import {type ContextRead, listExpressions, parseTemplate} from './actions-expressions.ts';
import type {Graph} from './check-graph.ts';
import {adviseOnName} from './misspelt-names.ts';
import type {Outline, StepOutline, StepText} from './outline.ts';
import type {YamlDocument} from './yaml-document.ts';

/** What expressions may read. */
export const CONTEXTS = ['inputs', 'steps', 'run'] as const;

const RUN_FIELDS = ['id', 'workflow'];

/** Tells what is wrong with reading something in the text of a step. */
type Judge = (read: ContextRead) => readonly string[];

/** Mistakes in `${{ }}`: syntax, unknown names, reading a step that is not upstream, and putting foreign text into a shell line. */
export const findTemplateProblems = (document: YamlDocument, outline: Outline, graph: Graph): readonly WorkflowProblem[] =>
	outline.steps.flatMap((step, index) => {
		// Nothing is looked up for the many steps that read nothing.
		const judge = step.texts.some(({text}) => text.includes('${{')) ? createJudge(outline, graph, step, index) : () => [];
		return step.texts.flatMap(text => judgeText(document, text, judge));
	});

const judgeText = (document: YamlDocument, {kind, text, path}: StepText, judge: Judge): readonly WorkflowProblem[] => {
	const {template, problems} = parseTemplate(text, CONTEXTS);
	return [
		...problems.map(problem => document.problemAt(path, problem.message, problem.offset)),
		...listExpressions(template).flatMap(({reads, offset}) =>
			reads
				.flatMap(read => [...(kind === 'run' ? judgeShellRead(read) : []), ...judge(read)])
				.map(message => document.problemAt(path, message, offset)),
		),
	];
};

// An agent's output or a user's input in a shell line would be code.
const judgeShellRead: Judge = ({context, names}) =>
	context === 'run' ? [] : [`"run" may not contain \${{ ${[context, ...names].join('.')} }} (shell injection); pass it through env`];

const createJudge = (outline: Outline, graph: Graph, step: StepOutline, index: number): Judge => {
	const upstream = graph.findUpstream(index);
	const judgeStepRead = (name: string, field: string | undefined): readonly string[] => {
		if (!graph.ids.includes(name)) return graph.hasAllIds ? judgeName('step', name, graph.ids) : [];
		const problems: string[] = [];
		if (name === step.id) problems.push(`reads steps.${name}, which is this step itself; only another step can read it`);
		else if (upstream.isWhole && !upstream.ids.has(name)) problems.push(`reads steps.${name} but does not depend on it (add it to needs)`);
		if (field !== undefined && field !== 'outputs') problems.push(`a step has no "${field}"; did you mean "steps.${name}.outputs.${field}"?`);
		return problems;
	};
	return ({context, names: [name, field]}) => {
		if (name === undefined) return [];
		if (context === 'inputs') return outline.inputs === null ? [] : judgeName('input', name, outline.inputs);
		return context === 'run' ? judgeName('field of run', name, RUN_FIELDS) : judgeStepRead(name, field);
	};
};

const judgeName = (what: string, name: string, known: readonly string[]): readonly string[] =>
	known.includes(name) ? [] : [`unknown ${what} "${name}"; ${adviseOnName(name, known)}`];
