import {adviseOnName} from '../../domain/misspelt-names.ts';
import type {WorkflowProblem} from '../../domain/workflow-problem.ts';
import type {YamlDocument} from '../../workspace/yaml-document.ts';
import type {JudgedWork} from './check-sessions.ts';
import {findSighted, listSightedNames, type Spot, type StepList} from './step-lists.ts';

/** Steps that work trees cannot begin from: that are not there, or that may come later. */
export const findBaseProblems = (document: YamlDocument, lists: readonly StepList[], work: JudgedWork): readonly WorkflowProblem[] =>
	lists.flatMap(list =>
		list.steps.flatMap((outline, index) => {
			const base = work.get(outline)?.worktree?.base ?? null;
			const problem = base === null ? null : judge(base, {list, index});
			return problem === null ? [] : [document.problemAt([...outline.path, 'workspace', 'base'], `workspace.base: ${problem}`)];
		}),
	);

const judge = (base: string, spot: Spot): string | null => {
	const sighting = findSighted(spot, base);
	if (sighting === undefined) return `unknown step "${base}"; ${adviseOnName(base, listSightedNames(spot))}`;
	return sighting === null || sighting.relation === 'over' ? null : `step "${base}" may not be over by then; add it to needs`;
};
