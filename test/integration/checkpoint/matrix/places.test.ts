import {testRows} from './row.ts';
import {PLACES} from './rows/places.ts';

testRows('checkpoints by place', PLACES);
