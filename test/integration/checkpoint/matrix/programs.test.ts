import {testRows} from './row.ts';
import {PROGRAMS} from './rows/programs.ts';

testRows('programs and conversions', PROGRAMS);
