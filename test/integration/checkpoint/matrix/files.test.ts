import {testRows} from './row.ts';
import {FILES} from './rows/files.ts';

testRows('a restore of files', FILES);
