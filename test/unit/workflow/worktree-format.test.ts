import {describe, expect, it} from 'vitest';
import {hasWorktrees, listPlanWork} from '../../../source/domain/plan.ts';
import {type EngineRules, loadWorkflow} from '../../../source/workflow/format/load-workflow.ts';
import {aWorkspace} from '../../support/workspace-files.ts';

const engines: EngineRules = {names: ['shell', 'recorded'], defaultEngine: 'recorded', canResume: () => true, findProblem: () => null};
const load = (text: string) => loadWorkflow('wf', 'wf.yaml', `version: 1\n${text}`, engines, aWorkspace());
const problemsOf = (text: string): readonly string[] => load(text).problems.map(({line, column, message}) => `${line}:${column}: ${message}`);

describe('workspace: worktree', () => {
	it('is written as a word, or as a mapping, in a step and for all of them', () => {
		const {plan, problems} = load(`defaults: { workspace: { mode: worktree, merge: rebase }, checkpoint: before }
steps:
  - { id: a, run: x }
  - { id: b, workspace: worktree, prompt: x, on_failure: { rollback: true } }
  - { id: c, workspace: { mode: worktree, base: a, on_conflict: ask }, foreach: { in: [1, 2], max_parallel: 2 }, prompt: x }
  - { id: d, workspace: shared, run: x }
`);

		expect(problems).toEqual([]);
		expect(plan === undefined ? [] : listPlanWork(plan)).toMatchObject([
			{workspace: 'worktree', worktree: {base: null, merge: 'rebase', onConflict: 'fail'}, takesCheckpoints: false},
			{worktree: {base: null, merge: 'squash', onConflict: 'fail'}, rollsBack: true},
			{worktree: {base: 'a', merge: 'squash', onConflict: 'ask'}, permissions: 'edit'},
			{workspace: 'shared', worktree: null, takesCheckpoints: true},
		]);
		expect(plan !== undefined && hasWorktrees(plan)).toBe(true);
	});

	it('is told every mistake of, with its place', () => {
		expect(
			problemsOf(`defaults: { workspace: { mode: worktree, base: a } }
steps:
  - { id: a, workspace: { mode: worktre }, run: x }
  - { id: b, workspace: { mode: worktree, merg: none }, run: x }
  - { id: c, workspace: { mode: worktree, merge: fast, on_conflict: maybe }, run: x }
  - { id: d, workspace: { mode: readonly, merge: none }, run: x }
  - { id: e, workspace: { mode: worktree, base: f }, run: x }
  - { id: f, workspace: { mode: worktree, base: rr }, run: x }
  - { id: g, workspace: worktree, checkpoint: before, run: x }
  - { id: h, on_failure: { rollback: true }, steps: [{ id: i, workspace: worktree, run: x }] }
  - { id: j, workspace: 3, run: x }
  - { id: k, workspace: {}, run: x }
`),
		).toEqual([
			'2:42: unknown key "base"; there are: mode, merge, on_conflict',
			'4:33: workspace.mode: is not known; write one of: shared, worktree, readonly',
			'5:43: unknown key "merg"; did you mean "merge"?',
			'6:50: workspace.merge: is not known; write one of: squash, merge, rebase, none',
			'6:69: workspace.on_conflict: is not known; write one of: fail, ask',
			'7:43: workspace.merge: only mode: worktree has it',
			'8:49: workspace.base: step "f" may not be over by then; add it to needs',
			'9:49: workspace.base: unknown step "rr"; there are: a, b, c, d, e, f, g, h, j, k',
			'10:47: checkpoint: a step with workspace: worktree begins from a commit, and needs none; leave it out',
			'11:26: on_failure: what steps with workspace: worktree have merged is not undone; leave it out',
			'12:25: workspace: is not known; write one of: shared, worktree, readonly',
			'13:25: workspace.mode: is missing; write one of: shared, worktree, readonly',
		]);
	});

	it('lets expressions read the branch that HEAD was on, but no command: anybody may have named it', () => {
		expect(problemsOf('steps:\n  - { id: a, run: "git switch ${{ run.base_branch }}" }\n')).toEqual([
			'3:31: "run" may not contain ${{ run.base_branch }} (shell injection); pass it through env',
		]);
		expect(problemsOf('steps:\n  - { id: a, run: x, env: { BASE: "${{ run.base_branch }}" } }\n')).toEqual([]);
	});
});
