import {CHECKPOINTS} from './table/checkpoints.ts';
import type {Row} from './table/entry.ts';
import {INPUTS} from './table/inputs.ts';
import {LOGS} from './table/logs.ts';
import {PROCESSES} from './table/processes.ts';
import {STORE} from './table/store.ts';
import {SURROUNDINGS} from './table/surroundings.ts';
import {TERMINAL} from './table/terminal.ts';

/** Every fault and bad input that was thought of. */
export const ROWS: readonly Row[] = [...TERMINAL, ...LOGS, ...CHECKPOINTS, ...STORE, ...PROCESSES, ...INPUTS, ...SURROUNDINGS];
