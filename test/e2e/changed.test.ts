import {readFileSync} from 'node:fs';
import path from 'node:path';
import {describe, expect, it} from 'vitest';
import {makeScratch, rad} from '../support/rad.ts';
import {createScratch} from '../support/scratch.ts';

const newFolder = createScratch();
const TELL = `echo "$WHAT" >> "$RAD_WORKSPACE/../told"`;

describe('what a step changed', () => {
	it('is told of it and of the blocks around it, by its files and not by its words, and no more when it was taken back', async () => {
		const scratch = await makeScratch(newFolder(), {
			flow: `version: 1
steps:
  - { id: look, run: "true" }
  - { id: write, run: 'test -e a || { echo x > a; exit 1; }', retry: { max: 1 } }
  - { id: save, run: git add a && git -c user.name=T -c user.email=t@t commit --quiet --message=a }
  - id: each
    foreach: { in: [keep, spoil], as: file, fail_fast: false }
    on_failure: { rollback: true }
    continue_on_error: true
    steps:
      - { id: touch, run: 'echo x > "$FILE"; test "$FILE" = keep', env: { FILE: "\${{ file }}" } }
  - id: spoilt
    foreach: { in: [spoil], as: file }
    on_failure: { rollback: true }
    continue_on_error: true
    steps:
      - { id: touch, run: 'echo x > spoil; exit 1' }
  - { id: free, run: 'echo x > b', checkpoint: none }
  - id: tell
    run: ${TELL}
    env:
      WHAT: "\${{ steps.look.outputs.changed }} \${{ steps.write.outputs.changed }} \${{ steps.save.outputs.commit }} \${{ steps.each.outputs.changed }} \${{ steps.spoilt.outputs.changed }} [\${{ steps.free.outputs.changed }}]"
`,
		});

		const {code, stderr} = await rad(['run', 'flow'], scratch);

		expect(code, stderr).toBe(0);
		const head = scratch.git('rev-parse', 'HEAD').trim();
		expect(readFileSync(path.join(scratch.cwd, '../told'), 'utf8')).toBe(`false true ${head} true false []\n`);
	});
});
