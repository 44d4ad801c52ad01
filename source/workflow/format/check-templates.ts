import {adviseOnName} from '../../domain/misspelt-names.ts';
import type {WorkflowProblem} from '../../domain/workflow-problem.ts';
import type {YamlDocument} from '../../workspace/yaml-document.ts';
import {type ContextRead, listExpressions, parseTemplate, toCondition} from './actions-expressions.ts';
import {readGraph} from './check-graph.ts';
import {CONTEXTS} from './contexts.ts';
import type {Outline, StepOutline, StepText, TextPlace} from './outline.ts';
import {findSighted, listAround, listSightedNames, type Relation, type Spot, type StepList} from './step-lists.ts';
import {createTextLocator} from './workspace-files.ts';

const RUN_FIELDS = ['id', 'workflow', 'status', 'base_branch'];
/** What of the run is rad's own word, and no name that somebody else has chosen. */
const OWN_WORDS = ['id', 'workflow', 'status'];

/** What is known before a run begins. */
const EARLY_CONTEXTS = ['inputs', 'run'];

/** Tells what is wrong with reading something in the text of a step. */
type Judge = (read: ContextRead) => readonly string[];

/** What the expressions of a text may name, and what is wrong with what they read. */
type Reading = {readonly contexts: readonly string[]; readonly judge: Judge};

/** Mistakes in `${{ }}`: syntax, unknown names, reading a step that is not upstream, and putting foreign text into a shell line. */
export const findTemplateProblems = (document: YamlDocument, outline: Outline, lists: readonly StepList[]): readonly WorkflowProblem[] => [
	...outline.texts.flatMap(text => judgeText(document, text, {contexts: CONTEXTS, judge: createEarlyJudge(outline)})),
	...outline.group.flatMap(text => judgeText(document, text, {contexts: EARLY_CONTEXTS, judge: createEarlyJudge(outline)})),
	...outline.outputs.flatMap(text => lists.slice(0, 1).flatMap(list => judgeStepText(document, outline, {list, index: 'end'}, text))),
	...lists.flatMap(list => list.steps.flatMap((step, index) => step.texts.flatMap(text => judgeStepText(document, outline, {list, index}, text)))),
];

const judgeStepText = (document: YamlDocument, outline: Outline, spot: Spot, text: StepText): readonly WorkflowProblem[] =>
	// Nothing is looked up for the many texts that read nothing.
	isCondition(text) || text.text.includes('${{') ? judgeText(document, text, toReading(outline, spot, text.at)) : [];

const toReading = (outline: Outline, spot: Spot, at: TextPlace): Reading => {
	const step = spot.index === 'end' ? undefined : spot.list.steps[spot.index];
	const around = [...(at === 'before' || step === undefined ? [] : [step]), ...listAround(spot)];
	const inner = at !== 'after' || step?.steps === undefined || step.steps === null ? spot : toEnd(spot, step.steps);
	return {contexts: [...CONTEXTS, ...around.flatMap(({binds}) => binds)], judge: createJudge(outline, inner, around)};
};

/** The place after the steps of a block. */
const toEnd = (outer: Spot, steps: readonly StepOutline[]): Spot => ({list: {steps, graph: readGraph(steps), outer}, index: 'end'});

const isCondition = ({kind}: StepText): boolean => kind === 'when' || kind === 'in' || kind === 'until' || kind === 'publish' || kind === 'outputs';

const judgeText = (document: YamlDocument, text: StepText, reading: Reading): readonly WorkflowProblem[] =>
	isCondition(text) ? judgeCondition(document, text, reading) : judgeTemplate(document, text, reading);

const judgeCondition = (document: YamlDocument, {kind, text, path}: StepText, {contexts, judge}: Reading): readonly WorkflowProblem[] => {
	// That it is empty was told already.
	if (text.trim() === '') return [];
	const condition = toCondition(text);
	const {template, problems} = parseTemplate(condition.text, contexts);
	const at = (offset: number): number => Math.max(0, offset - condition.offset);
	const isOne = template.parts.every(part => typeof part !== 'string' || part.trim() === '') && listExpressions(template).length <= 1;
	return [
		...problems.map(({message, offset}) => document.problemAt(path, message, at(offset))),
		...(isOne || problems.length > 0 ? [] : [document.problemAt(path, `${kind}: is more than one expression; write it without \${{ }}`)]),
		...listExpressions(template).flatMap(({reads, offset}) => reads.flatMap(judge).map(message => document.problemAt(path, message, at(offset)))),
	];
};

const judgeTemplate = (document: YamlDocument, {kind, text, path, file}: StepText, {contexts, judge}: Reading): readonly WorkflowProblem[] => {
	const {template, problems} = parseTemplate(text, contexts);
	const problemAt =
		file === undefined ? (offset: number, message: string) => document.problemAt(path, message, offset) : createTextLocator(file, text);
	return [
		...problems.map(problem => problemAt(problem.offset, problem.message)),
		...listExpressions(template).flatMap(({reads, offset}) =>
			reads.flatMap(read => [...(kind === 'run' ? judgeShellRead(read) : []), ...judge(read)]).map(message => problemAt(offset, message)),
		),
	];
};

// An agent's output or a user's input in a shell line would be code.
const judgeShellRead: Judge = ({context, names}) => {
	const isOurs = (context === 'run' && OWN_WORDS.includes(names[0] ?? '')) || (context === 'loop' && names[0] === 'index');
	return isOurs ? [] : [`"run" may not contain \${{ ${[context, ...names].join('.')} }} (shell injection); pass it through env`];
};

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
	return context === 'run' ? judgeName('field of run', name, RUN_FIELDS) : [];
};

const createJudge =
	(outline: Outline, spot: Spot, around: readonly StepOutline[]): Judge =>
	({context, names}) => {
		const [name] = names;
		if (name === undefined) return [];
		if (context === 'steps') return judgeStepRead(spot, names);
		return context === 'loop' ? judgeLoopRead(around, names) : judgeOther(outline, context, name);
	};

const judgeStepRead = (spot: Spot, [name = '', field, output]: readonly string[]): readonly string[] => {
	const sighting = findSighted(spot, name);
	if (sighting === undefined) return judgeName('step', name, listSightedNames(spot));
	if (sighting === null) return [];
	return [...judgeRelation(name, sighting.relation), ...judgeField(name, sighting.step, field, output)];
};

const judgeRelation = (name: string, relation: Relation): readonly string[] => {
	switch (relation) {
		case 'over':
			return [];
		case 'unsure':
			return [`reads steps.${name} but does not depend on it (add it to needs)`];
		case 'itself':
			return [`reads steps.${name}, which is this step itself; only another step can read it`];
		case 'around':
			return [`reads steps.${name}, which is the block around it; only a step after the block can read it`];
	}
};

const judgeField = (name: string, {repeat, outputs}: StepOutline, field: string | undefined, output: string | undefined): readonly string[] => {
	if (field === undefined || (field === 'items' && repeat === 'each')) return [];
	if (field !== 'outputs') return [`a step has no "${field}"; did you mean "steps.${name}.outputs.${field}"?`];
	if (output === undefined || outputs === null || outputs.includes(output)) return [];
	return [`step "${name}" has no output "${output}"; ${adviseOnName(output, outputs)}`];
};

const judgeLoopRead = (around: readonly StepOutline[], [field = '', name]: readonly string[]): readonly string[] => {
	const block = around.find(({repeat}) => repeat !== 'once');
	const problems = judgeName('field of loop', field, block?.repeat === 'loop' ? ['index', 'previous'] : ['index']);
	if (field !== 'previous' || name === undefined || problems.length > 0) return problems;
	return judgeName(
		'step of the loop',
		name,
		(block?.steps ?? []).flatMap(({id}) => id ?? []),
	);
};

const judgeName = (what: string, name: string, known: readonly string[]): readonly string[] =>
	known.includes(name) ? [] : [`unknown ${what} "${name}"; ${adviseOnName(name, known)}`];
