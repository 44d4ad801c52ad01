import {createProcProcessTable} from './proc-process-table.ts';
import type {ProcessTable} from './process-table.ts';
import {createPsProcessTable} from './ps-process-table.ts';

/** The process table for a platform as Node names it. */
export const createProcessTable = (platform: string): ProcessTable => (platform === 'linux' ? createProcProcessTable() : createPsProcessTable());
