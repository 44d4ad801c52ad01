import {defineConfig} from 'vitest/config';
import {PlainSummary} from './support/plain-summary.ts';

export default defineConfig({
	test: {
		include: ['test/**/*.test.{ts,tsx}'],
		exclude: ['test/fixtures/**'],
		setupFiles: ['test/support/seed.ts'],
		reporters: ['default', new PlainSummary()],
		// Real git, SQLite and processes on shared machines: a slow minute is no failure, a hang is.
		testTimeout: 60_000,
		hookTimeout: 60_000,
		// Those that ask for it share few processors; one that only waits for them must not reach its limit.
		maxConcurrency: 2,
		// By itself vitest leaves one processor free and runs one file at a time on two; most files wait for git and rad.
		maxWorkers: '100%',
	},
});
