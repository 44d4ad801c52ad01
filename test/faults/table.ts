import type {Row} from './table/entry.ts';
import {LOGS} from './table/logs.ts';
import {TERMINAL} from './table/terminal.ts';

/** Every fault and bad input that was thought of. */
export const ROWS: readonly Row[] = [...TERMINAL, ...LOGS];
