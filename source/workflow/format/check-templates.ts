import {OUTPUTS_OF_EVERY_STEP} from '../../domain/plan.ts';
import type {WorkflowProblem} from '../../domain/workflow-problem.ts';
import {type ContextRead, listExpressions, parseTemplate, toCondition} from './actions-expressions.ts';
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
export const findTemplateProblems = (document: YamlDocument, outline: Outline, graph: Graph): readonly WorkflowProblem[] => [
	...outline.texts.flatMap(text => judgeText(document, text, createEarlyJudge(outline))),
	...outline.steps.flatMap((step, index) => {
		// Nothing is looked up for the many steps that read nothing.
		const isReading = step.texts.some(({kind, text}) => kind === 'when' || text.includes('${{'));
		const judge = isReading ? createJudge(outline, graph, step, index) : () => [];
		return step.texts.flatMap(text => judgeText(document, text, judge));
	}),
];

const judgeText = (document: YamlDocument, {kind, text, path}: StepText, judge: Judge): readonly WorkflowProblem[] =>
	kind === 'when' ? judgeCondition(document, {text, path}, judge) : judgeTemplate(document, {kind, text, path}, judge);

const judgeCondition = (document: YamlDocument, {text, path}: Pick<StepText, 'text' | 'path'>, judge: Judge): readonly WorkflowProblem[] => {
	// That it is empty was told already.
	if (text.trim() === '') return [];
	const condition = toCondition(text);
	const {template, problems} = parseTemplate(condition.text, CONTEXTS);
	const at = (offset: number): number => Math.max(0, offset - condition.offset);
	const isOne = template.parts.every(part => typeof part !== 'string' || part.trim() === '') && listExpressions(template).length <= 1;
	return [
		...problems.map(({message, offset}) => document.problemAt(path, message, at(offset))),
		...(isOne || problems.length > 0 ? [] : [document.problemAt(path, 'when: is more than one expression; write it without ${{ }}')]),
		...listExpressions(template).flatMap(({reads, offset}) => reads.flatMap(judge).map(message => document.problemAt(path, message, at(offset)))),
	];
};

const judgeTemplate = (document: YamlDocument, {kind, text, path}: StepText, judge: Judge): readonly WorkflowProblem[] => {
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

/** For what is read before the first step. */
const createEarlyJudge =
	(outline: Outline): Judge =>
	({context, names: [name]}) => {
		if (context === 'steps') return ['no step is over yet; read it in the env of a step that needs it'];
		return judgeOther(outline, context, name);
	};

const judgeOther = (outline: Outline, context: string, name: string | undefined): readonly string[] => {
	if (name === undefined) return [];
	if (context === 'inputs') return outline.inputs === null ? [] : judgeName('input', name, outline.inputs);
	return judgeName('field of run', name, RUN_FIELDS);
};

const createJudge = (outline: Outline, graph: Graph, step: StepOutline, index: number): Judge => {
	const upstream = graph.findUpstream(index);
	const judgeStepRead = (name: string, field: string | undefined, output: string | undefined): readonly string[] => {
		if (!graph.ids.includes(name)) return graph.hasAllIds ? judgeName('step', name, graph.ids) : [];
		const problems: string[] = [];
		if (name === step.id) problems.push(`reads steps.${name}, which is this step itself; only another step can read it`);
		else if (upstream.isWhole && !upstream.ids.has(name)) problems.push(`reads steps.${name} but does not depend on it (add it to needs)`);
		if (field !== undefined && field !== 'outputs') problems.push(`a step has no "${field}"; did you mean "steps.${name}.outputs.${field}"?`);
		if (field === 'outputs' && output !== undefined) problems.push(...judgeOutputRead(outline, name, output));
		return problems;
	};
	return ({context, names: [name, field, output]}) => {
		return context === 'steps' && name !== undefined ? judgeStepRead(name, field, output) : judgeOther(outline, context, name);
	};
};

/** Of a step that declares outputs it is known what it hands on. */
const judgeOutputRead = ({steps}: Outline, name: string, output: string): readonly string[] => {
	const declared = steps.find(({id}) => id === name)?.outputs ?? null;
	if (declared === null || [...declared, ...OUTPUTS_OF_EVERY_STEP].includes(output)) return [];
	return [`step "${name}" declares no output "${output}"; ${adviseOnName(output, [...declared, ...OUTPUTS_OF_EVERY_STEP])}`];
};

const judgeName = (what: string, name: string, known: readonly string[]): readonly string[] =>
	known.includes(name) ? [] : [`unknown ${what} "${name}"; ${adviseOnName(name, known)}`];
