import type {WorkflowProblem} from '../../domain/workflow-problem.ts';
import type {Path, YamlDocument} from './yaml-document.ts';
import type {SchemaIssue} from './zod-schema.ts';

/** The problems of a schema as problems of the file; `path` is where the judged value stands. */
export const toProblems = (document: YamlDocument, path: Path, issues: readonly SchemaIssue[]): readonly WorkflowProblem[] =>
	issues.map(({path: below, key, message}) => {
		const where = [...path, ...below];
		return key === null ? document.problemAt(where, message) : document.problemAtKey(where, key, message);
	});
