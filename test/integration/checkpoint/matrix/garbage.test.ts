import {testRows} from './row.ts';
import {GARBAGE} from './rows/garbage.ts';

testRows('checkpoints and garbage', GARBAGE);
