import {testRows} from './row.ts';
import {LIMITS} from './rows/limits.ts';

testRows('the limits of a checkpoint', LIMITS);
