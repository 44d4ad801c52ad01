import {join} from 'node:path';
import {RADIUM} from '../domain/radium.ts';

/**
 * The file of a workspace that is there while a restore is being applied or was cut short: so that any command can tell, without asking
 * git where the journal is.
 */
export const markerIn = (workspaceRoot: string): string => join(workspaceRoot, RADIUM, 'runs', 'restore-begun');
