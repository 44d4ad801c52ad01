import {testRows} from './row.ts';
import {LEFT_OUT} from './rows/left-out.ts';

testRows('what a checkpoint leaves out', LEFT_OUT);
