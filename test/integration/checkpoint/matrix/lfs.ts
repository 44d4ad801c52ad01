import {spawnSync} from 'node:child_process';
import {chmodSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import type {Scratch} from '../../../support/scratch-repo.ts';

/** Large files outside of git: what git keeps is a pointer, and a filter brings the content. */
export type LargeFiles = {
	/** Sets the filter up for `*.bin`. */
	readonly install: (repo: Scratch) => void;
	/** Removes content that no commit of the user points to. */
	readonly prune: (repo: Scratch) => void;
};

export const hasLfs = spawnSync('git', ['lfs', 'version']).status === 0;

const lfs: LargeFiles = {
	install: repo => {
		repo.git('lfs', 'install', '--local');
		repo.git('lfs', 'track', '*.bin');
	},
	prune: repo => void repo.git('lfs', 'prune'),
};

// The same contract in two scripts: content by its hash in a folder of the git directory.
const CLEAN = `#!/bin/sh
cat > "$0.$$"
name=$(sha256sum "$0.$$" | cut -d' ' -f1)
mkdir -p .git/large
mv "$0.$$" ".git/large/$name"
echo "pointer $name"
`;
const SMUDGE = `#!/bin/sh
read -r word name
exec cat ".git/large/$name"
`;

const scripts: LargeFiles = {
	install: repo => {
		for (const [how, script] of [
			['clean', CLEAN],
			['smudge', SMUDGE],
		] as const) {
			writeFileSync(join(repo.base, how), script);
			chmodSync(join(repo.base, how), 0o755);
			repo.git('config', `filter.large.${how}`, join(repo.base, how));
		}
		repo.git('config', 'filter.large.required', 'true');
		repo.write('.gitattributes', '*.bin filter=large\n');
	},
	prune: repo => rmSync(join(repo.root, '.git/large'), {recursive: true}),
};

/** Git LFS where it is installed, and scripts that keep its contract elsewhere. */
export const largeFiles = hasLfs ? lfs : scripts;
