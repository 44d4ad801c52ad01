// Enough for the engine to find the place; as many as diff shows.
const CONTEXT_LINES = 3;

/** A patch for Codex that adds a file. */
export const createFilePatch = (path: string, content: string): string =>
	wrap(
		`*** Add File: ${path}`,
		toLines(content).map(line => `+${line}`),
	);

/** A patch for Codex that changes a file. */
export const createChangePatch = (path: string, before: string, after: string): string => {
	const [old, fresh] = [toLines(before), toLines(after)];
	const head = countSame(old, fresh);
	const tail = countSame(old.slice(head).reverse(), fresh.slice(head).reverse());
	return wrap(`*** Update File: ${path}`, [
		'@@',
		...old.slice(Math.max(0, head - CONTEXT_LINES), head).map(line => ` ${line}`),
		...old.slice(head, old.length - tail).map(line => `-${line}`),
		...fresh.slice(head, fresh.length - tail).map(line => `+${line}`),
		...old.slice(old.length - tail, old.length - tail + CONTEXT_LINES).map(line => ` ${line}`),
	]);
};

const wrap = (header: string, lines: readonly string[]): string => ['*** Begin Patch', header, ...lines, '*** End Patch', ''].join('\n');

const toLines = (text: string): readonly string[] => (text.endsWith('\n') ? text.slice(0, -1) : text).split('\n');

const countSame = (left: readonly string[], right: readonly string[]): number => {
	const first = left.findIndex((line, index) => line !== right[index]);
	return first < 0 ? left.length : first;
};
