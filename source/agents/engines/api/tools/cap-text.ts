/** The most that a tool tells the model, in bytes of UTF-8. */
export const MAX_OUTPUT_BYTES = 64 * 1024;

/** Cuts a text at the most that a tool may tell, never within a character, and says how much was cut. */
export const capText = (text: string, advice = ''): string => {
	const bytes = Buffer.from(text);
	if (bytes.length <= MAX_OUTPUT_BYTES) return text;
	return `${decodeHead(bytes.subarray(0, MAX_OUTPUT_BYTES))}\n[cut: the first ${MAX_OUTPUT_BYTES} of ${bytes.length} bytes are shown${advice}]`;
};

/** Collects output of any length: its beginning and its end are kept. */
export const createOutputCollector = () => {
	const half = MAX_OUTPUT_BYTES / 2;
	let head = Buffer.alloc(0);
	let tail = Buffer.alloc(0);
	let total = 0;
	return {
		add: (piece: Buffer): void => {
			total += piece.length;
			const room = half - head.length;
			head = Buffer.concat([head, piece.subarray(0, room)]);
			tail = Buffer.concat([tail, piece.subarray(room)]).subarray(-half);
		},
		text: (): string => {
			const cut = total - head.length - tail.length;
			if (cut === 0) return Buffer.concat([head, tail]).toString('utf8');
			return `${decodeHead(head)}\n[cut: ${cut} of ${total} bytes in the middle]\n${tail.toString('utf8').replace(/^\uFFFD+/, '')}`;
		},
	};
};

/** Leaves out a character at the end of which only a part is there. */
const decodeHead = (bytes: Buffer): string => new TextDecoder().decode(bytes, {stream: true});
