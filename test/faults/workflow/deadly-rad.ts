// The program as it is, but for the ports that `build-deadly-rad.ts` puts in.
import {main} from '../../../source/main.ts';

await main();
