import {defineConfig} from 'vitest/config';

export default defineConfig({
	test: {
		include: [
			'test/unit/domain/{sanitize,ids}.test.ts',
			'test/unit/checkpoint/file-name.test.ts',
			'test/unit/agents/restore-request.test.ts',
			'test/unit/telemetry/{pricing,totals}.test.ts',
			'test/unit/logs/{redactor,line-splitter,log-line}.test.ts',
		],
		setupFiles: ['test/support/seed.ts'],
		testTimeout: 60_000,
	},
});
