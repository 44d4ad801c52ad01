import type {WorkflowProblem} from '../domain/rad.ts';

/** As editors and compilers write it, so that a click or a quickfix list jumps there. */
export const formatProblem = ({file, line, column, message}: WorkflowProblem): string => `${file}:${line}:${column}: ${message}`;

export const toProblemJson = ({file, line, column, message}: WorkflowProblem) => ({file, line, column, message});
