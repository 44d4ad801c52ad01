import {testRows} from './row.ts';
import {PARTS} from './rows/parts.ts';

testRows('a restore of a part', PARTS);
