/** A mistake in a file that people write, mostly a workflow; line and column count from 1. */
export type WorkflowProblem = {readonly file: string; readonly line: number; readonly column: number; readonly message: string};

/** As editors and compilers write it, so that a click or a quickfix list jumps there. */
export const formatProblem = ({file, line, column, message}: WorkflowProblem): string => `${file}:${line}:${column}: ${message}`;
