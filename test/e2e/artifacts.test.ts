import {readFileSync} from 'node:fs';
import path from 'node:path';
import {describe, expect, it} from 'vitest';
import type {RunArtifact} from '../../source/domain/records.ts';
import {makeScratch, rad, radJson} from '../support/rad.ts';
import {createScratch} from '../support/scratch.ts';

const newFolder = createScratch();

describe('the artifacts of a step', () => {
	it('are kept of each attempt, found by later steps, and listed with their size', async () => {
		const scratch = await makeScratch(newFolder(), {
			flow: `version: 1
steps:
  - id: test
    run: mkdir -p out; echo $RAD_STEP_ID > out/report.md; echo log > "$RAD_ARTIFACTS/test.log"; test -e once || { touch once; exit 1; }
    retry: { max: 1 }
    artifacts: [out/*.md, missing/*]
  - id: use
    run: cat "$DIR/test.log" "$DIR/out/report.md" > used; ls "$RAD_ARTIFACTS" >> used
    env: { DIR: "\${{ steps.test.outputs.artifacts }}" }
`,
		});

		const {code, stderr} = await rad(['run', 'flow'], scratch);
		const {artifacts} = await radJson<{artifacts: readonly RunArtifact[]}>(['show'], scratch);
		const report = await rad(['report'], scratch);

		expect(code, stderr).toBe(0);
		expect(stderr).toContain('step "test": no file matches its artifact missing/*');
		expect(readFileSync(path.join(scratch.cwd, 'used'), 'utf8')).toBe('log\ntest\n');
		expect(artifacts.map(({stepId, attempt, path: below, sizeBytes}) => [stepId, attempt, below, sizeBytes])).toEqual([
			['test', 1, 'out/report.md', 5],
			['test', 1, 'test.log', 4],
			['test', 2, 'out/report.md', 5],
			['test', 2, 'test.log', 4],
		]);
		expect(readFileSync(path.join(scratch.cwd, artifacts[3]?.file ?? ''), 'utf8')).toBe('log\n');
		expect(report.stdout).toContain(artifacts[3]?.file);
	});
});
