/** Made when it is first needed, since making it takes longer than most commands do. */
let segmenter: Intl.Segmenter | undefined;

/** The characters of a text as a person sees them, in order. */
export const toGraphemes = (text: string): Intl.Segments => {
	segmenter ??= new Intl.Segmenter(undefined, {granularity: 'grapheme'});
	return segmenter.segment(text);
};
