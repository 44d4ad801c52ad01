import type {WorkflowProblem} from '../../domain/rad.ts';
import {suggest} from '../../domain/suggest.ts';
import type {Plan, PlanStep} from '../plan.ts';
import {type ContextRead, type Expression, listExpressions, parseTemplate} from './actions-expressions.ts';
import {findUpstream} from './check-graph.ts';
import type {Path, YamlDocument} from './yaml-document.ts';

/** What expressions may read. */
export const CONTEXTS = ['inputs', 'steps', 'run'] as const;

const RUN_FIELDS = ['id', 'workflow'];

/** Mistakes in `${{ }}`: syntax, unknown names, reading a step that is not upstream, and putting foreign text into a shell line. */
export const findTemplateProblems = (document: YamlDocument, plan: Plan): readonly WorkflowProblem[] =>
	plan.steps.flatMap((step, index) => [
		...judgeText(document, ['steps', index, step.kind], step.text, read =>
			step.kind === 'run' ? judgeShellRead(read) : judgeRead(plan, step, read),
		),
		...Object.entries(step.env).flatMap(([name, text]) =>
			judgeText(document, ['steps', index, 'env', name], text, read => judgeRead(plan, step, read)),
		),
	]);

const judgeText = (
	document: YamlDocument,
	path: Path,
	text: string,
	judge: (read: ContextRead, source: Expression) => string | null,
): readonly WorkflowProblem[] => {
	const {template, problems} = parseTemplate(text, CONTEXTS);
	return [
		...problems.map(problem => document.problemAt(path, problem.message, problem.offset)),
		...listExpressions(template).flatMap(expression =>
			expression.reads.flatMap(read => {
				const message = judge(read, expression);
				return message === null ? [] : [document.problemAt(path, message, expression.offset)];
			}),
		),
	];
};

// An agent's output or a user's input in a shell line would be code.
const judgeShellRead = ({context, names}: ContextRead): string | null =>
	context === 'run' ? null : `"run" may not contain \${{ ${[context, ...names].join('.')} }} (shell injection); pass it through env`;

const judgeRead = (plan: Plan, step: PlanStep, {context, names}: ContextRead): string | null => {
	const [name] = names;
	if (context === 'inputs')
		return judgeName(
			'input',
			name,
			plan.inputs.map(input => input.name),
		);
	if (context === 'run') return judgeName('field of run', name, RUN_FIELDS);
	const problem = judgeName(
		'step',
		name,
		plan.steps.map(({id}) => id),
	);
	if (problem !== null || name === undefined) return problem;
	if (!findUpstream(plan.steps, step.id).has(name)) return `reads steps.${name} but does not depend on it (add it to needs)`;
	return names[1] === undefined || names[1] === 'outputs' ? null : `a step has no "${names[1]}"; did you mean "steps.${name}.outputs.${names[1]}"?`;
};

const judgeName = (what: string, name: string | undefined, known: readonly string[]): string | null => {
	if (name === undefined || known.includes(name)) return null;
	const meant = suggest(name, known);
	return `unknown ${what} "${name}"${meant === undefined ? '' : `; did you mean "${meant}"?`}`;
};
