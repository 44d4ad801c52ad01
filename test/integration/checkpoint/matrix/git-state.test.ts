import {testRows} from './row.ts';
import {GIT_STATE} from './rows/git-state.ts';

testRows('the user’s git', GIT_STATE);
