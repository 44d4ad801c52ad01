import {chmodSync, statSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import type {Scratch} from '../../../support/scratch-repo.ts';

/** Makes a program that leaves a trace when it runs; it passes on what it reads. */
export const plantProgram = (repo: Scratch, name: string): {readonly path: string; readonly hasRun: () => boolean} => {
	const path = join(repo.base, name);
	const trace = join(repo.base, `${name}.ran`);
	writeFileSync(path, `#!/bin/sh\necho ran >> '${trace}'\ncat\n`);
	chmodSync(path, 0o755);
	return {path, hasRun: () => statSync(trace, {throwIfNoEntry: false}) !== undefined};
};

/** One setting as a configuration file has it. */
export const toConfigText = (key: string, value: string): string => {
	const [section = '', ...rest] = key.split('.');
	const name = rest.pop() ?? '';
	return `[${section}${rest.length === 0 ? '' : ` "${rest.join('.')}"`}]\n\t${name} = "${value}"\n`;
};
