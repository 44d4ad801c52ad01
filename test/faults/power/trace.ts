/** What a program did to files, as far as a disk can tell. Paths are absolute. */
export type Act =
	| {
			readonly kind: 'open';
			readonly path: string;
			readonly isNew: boolean;
			readonly isEmptied: boolean;
			readonly isAppending: boolean;
			readonly mode: number;
	  }
	| {readonly kind: 'write'; readonly path: string; readonly data: Buffer; readonly offset: number | null}
	| {readonly kind: 'seek'; readonly path: string; readonly offset: number}
	| {readonly kind: 'cut'; readonly path: string; readonly size: number}
	| {readonly kind: 'sync'; readonly path: string}
	/** Hands the bytes of a file to the disk, which is done with them when it is asked to be done with anything next. */
	| {readonly kind: 'hand-over'; readonly path: string}
	| {readonly kind: 'rename' | 'link'; readonly from: string; readonly to: string}
	| {readonly kind: 'make-folder' | 'remove'; readonly path: string}
	/** What the model of a disk knows nothing of; of no harm where nobody looks at its paths. */
	| {readonly kind: 'unknown'; readonly call: string; readonly paths: readonly string[]};

const KNOWN = [
	'openat',
	'write',
	'pwrite64',
	'writev',
	'lseek',
	'ftruncate',
	'fsync',
	'fdatasync',
	'sync_file_range',
	'rename',
	'link',
	'unlink',
	'unlinkat',
	'mkdir',
	'rmdir',
];
const UNKNOWN = [
	...['open', 'creat', 'truncate', 'pwritev', 'pwritev2', 'fallocate', 'copy_file_range', 'sendfile', 'splice', 'syncfs'],
	...['renameat', 'renameat2', 'linkat', 'symlink', 'symlinkat', 'mkdirat'],
];

/** The words of strace that make a trace which \`readTrace\` can read: all bytes of all texts, and the file behind each handle. */
export const toStraceWords = (file: string): readonly string[] => [
	...['-f', '-qq', '--seccomp-bpf', '-xx', '-y', '-s', '16000000', '-o', file],
	...['-e', `trace=${[...KNOWN, ...UNKNOWN].join(',')}`, '-e', 'signal=none'],
];

/** Reads a trace in the order in which the calls came to their end. Calls that failed did nothing. */
export const readTrace = (text: string): readonly Act[] => {
	const begun = new Map<string, string>();
	return text.split('\n').flatMap(line => {
		const [, thread = '', rest = ''] = /^(\d+) +(.*)$/.exec(line) ?? [];
		if (rest.endsWith('<unfinished ...>')) {
			begun.set(thread, rest.slice(0, -'<unfinished ...>'.length));
			return [];
		}
		const resumed = /^<\.\.\. \w+ resumed>/.exec(rest)?.[0];
		return readCall(resumed === undefined ? rest : `${(begun.get(thread) ?? '').trimEnd()}${rest.slice(resumed.length)}`);
	});
};

const readCall = (line: string): readonly Act[] => {
	const [, call = '', words = '', result = ''] = /^(\w+)\((.*)\)\s+= (.*)$/.exec(line) ?? [];
	if (call === '' || result.startsWith('-1') || result.startsWith('?')) return [];
	const act = toAct(call, words, result);
	return act === undefined ? [] : [act];
};

const toAct = (call: string, words: string, result: string): Act | undefined => {
	const path = readHandle(words);
	const [from = '', to = ''] = readTexts(words);
	switch (call) {
		case 'openat':
			return /O_WRONLY|O_RDWR/.test(words) ? toOpen(words, readHandle(result)) : undefined;
		case 'write':
		case 'writev':
			return {kind: 'write', path, data: Buffer.concat(readBytes(words)).subarray(0, Number(result)), offset: null};
		case 'pwrite64':
			return {kind: 'write', path, data: Buffer.concat(readBytes(words)).subarray(0, Number(result)), offset: lastNumber(words)};
		case 'lseek':
			return {kind: 'seek', path, offset: Number(result)};
		case 'ftruncate':
			return {kind: 'cut', path, size: lastNumber(words)};
		case 'fsync':
		case 'fdatasync':
			return {kind: 'sync', path};
		case 'sync_file_range':
			return {kind: 'hand-over', path};
		case 'rename':
		case 'link':
			return {kind: call, from, to};
		case 'mkdir':
			return {kind: 'make-folder', path: from};
		case 'unlink':
		case 'unlinkat':
		case 'rmdir':
			return {kind: 'remove', path: from};
		default:
			return {kind: 'unknown', call, paths: [...readTexts(words), ...[...words.matchAll(HANDLE)].map(([, hex = '']) => decode(hex).toString())]};
	}
};

const toOpen = (words: string, path: string): Act => ({
	kind: 'open',
	path,
	isNew: words.includes('O_CREAT'),
	isEmptied: words.includes('O_TRUNC'),
	isAppending: words.includes('O_APPEND'),
	mode: Number.parseInt(/, (0\d*)$/.exec(words)?.[1] ?? '0600', 8),
});

const HANDLE = /<((?:\\x[0-9a-f]{2})*)>/g;
const TEXT = /"((?:\\x[0-9a-f]{2})*)"/g;

const decode = (hex: string): Buffer => Buffer.from(hex.replaceAll('\\x', ''), 'hex');
const readHandle = (text: string): string => decode(/<((?:\\x[0-9a-f]{2})*)>/.exec(text)?.[1] ?? '').toString();
const readBytes = (words: string): readonly Buffer[] => [...words.matchAll(TEXT)].map(([, hex = '']) => decode(hex));
const readTexts = (words: string): readonly string[] => readBytes(words).map(bytes => bytes.toString());
const lastNumber = (words: string): number => Number(/(\d+)$/.exec(words)?.[1]);
