import path from 'node:path';
import process from 'node:process';
import {readVersion} from './program.ts';
import {runQuickly} from './quick.ts';

/** Runs rad with the words of its command line: what is asked for most by itself, anything else by the whole program. */
export const start = async (): Promise<void> => {
	const words = process.argv.slice(2);
	if (words.length === 1 && words[0] === '--version') {
		process.stdout.write(`rad ${readVersion(__dirname)}\n`);
		return;
	}
	if (await runQuickly(process)) return;
	// It needs the cryptography of Node.js, which takes longer to load than most answers do.
	const {findCacheFile, runCompiled} = await import('./compiled-program.ts');
	const {exports, keep} = runCompiled<{readonly main: () => Promise<void>}>(
		process,
		path.join(__dirname, 'main.cjs'),
		findCacheFile(process.env, toCacheName(words)),
	);
	await exports.main();
	// What failed has not used all that the command needs.
	if ((process.exitCode ?? 0) === 0) keep();
};

/** Each command uses other parts of the program: what is compiled for it is kept by its first word. */
const toCacheName = (words: readonly string[]): string => {
	const name = words.find(word => /^[a-z]{1,20}$/.test(word));
	return name === undefined ? 'rad' : `rad-${name}`;
};
