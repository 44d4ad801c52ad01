/** No line is looked at beyond this, so that one of a megabyte costs no more than a long one. */
const LOOKED_AT = 4096;

/**
 * Turns what a user typed into a test of texts: every word must occur in the text, and a word behind `!` must not; upper and lower case are
 * the same. An empty filter lets everything through.
 */
export const toFilter = (typed: string): ((text: string) => boolean) => {
	const words = typed
		.toLowerCase()
		.split(/\s+/)
		.filter(word => word !== '' && word !== '!');
	const wanted = words.filter(word => !word.startsWith('!'));
	const unwanted = words.filter(word => word.startsWith('!')).map(word => word.slice(1));
	// Most often there is no filter, and thousands of lines are asked about for each picture.
	if (words.length === 0) return () => true;
	return text => {
		const searched = text.slice(0, LOOKED_AT).toLowerCase();
		return wanted.every(word => searched.includes(word)) && !unwanted.some(word => searched.includes(word));
	};
};

export const isFilterOn = (typed: string): boolean => typed.trim() !== '';
