import process from 'node:process';
import type {Reporter, TestModule} from 'vitest/node';

/** Ends vitest's output with one plain line, for whoever reads only that: `12 passed, 0 failed, 1 skipped`. */
export class PlainSummary implements Reporter {
	onTestRunEnd(modules: readonly TestModule[], unhandled: readonly unknown[]): void {
		const states = modules.flatMap(module => [...module.children.allTests()].map(test => test.result().state));
		const count = (state: string): number => states.filter(item => item === state).length;
		const broken = modules.filter(module => module.state() === 'failed' && module.errors().length > 0).length + unhandled.length;
		const skipped = count('skipped');
		process.stdout.write(`\n${count('passed')} passed, ${count('failed') + broken} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`);
	}
}
