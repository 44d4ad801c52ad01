/** A foreign JSON object: anything may be missing. */
export type Json = Readonly<Record<string, unknown>>;

/** The value as an object; an empty one when it is none. */
export const toObject = (value: unknown): Json => (typeof value === 'object' && value !== null ? (value as Json) : {});

/** The objects of a list; none when it is no list. */
export const toObjects = (value: unknown): readonly Json[] => (Array.isArray(value) ? value.map(toObject) : []);

export const toText = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Reads JSON text; anything else becomes an empty object. */
export const parseJson = (text: string): Json => {
	try {
		return toObject(JSON.parse(text));
	} catch {
		return {};
	}
};

/** The text of a message's content, in whichever of the usual shapes: a string, or a list of parts with `text`. */
export const toContentText = (content: unknown): string =>
	typeof content === 'string'
		? content
		: toObjects(content)
				.map(part => toText(part['text']))
				.join('\n');
