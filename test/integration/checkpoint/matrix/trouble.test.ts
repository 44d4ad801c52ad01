import {testRows} from './row.ts';
import {TROUBLE} from './rows/trouble.ts';

testRows('a restore in trouble', TROUBLE);
