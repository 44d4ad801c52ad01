import {checkpointSuite} from './checkpoint.ts';
import {crowdSuite} from './crowd.ts';
import {executorSuite} from './executor.ts';
import {hookSuite} from './hook.ts';
import {importSuite} from './import.ts';
import {logsSuite} from './logs.ts';
import {pricesSuite} from './prices.ts';
import {startSuite} from './start.ts';
import {storeSuite} from './store.ts';
import type {Suite} from './suite.ts';
import {tuiSuite} from './tui.ts';

/** Every suite by its name, in the order in which they run. */
export const SUITES: Readonly<Record<string, Suite>> = {
	start: startSuite,
	store: storeSuite,
	prices: pricesSuite,
	logs: logsSuite,
	checkpoint: checkpointSuite,
	import: importSuite,
	hook: hookSuite,
	executor: executorSuite,
	crowd: crowdSuite,
	tui: tuiSuite,
};
