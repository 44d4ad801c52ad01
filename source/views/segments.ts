import {toGraphemes} from './graphemes.ts';
import {isNarrow} from './narrow.ts';

/** A character as a person sees it, and where it begins. */
type Segment = {readonly segment: string; readonly index: number};

/**
 * The characters of a painted text. Ink takes every text of every frame apart like this; the segmenter of ICU is slow to get ready, and is not
 * needed where no character joins with its neighbour. The bundle puts it in the segmenter's place, see bin/bundle.js.
 */
export const toSegments = (text: string): Iterable<Segment> =>
	isNarrow(text.replaceAll('\u001B', '')) ? Array.from(text, (segment, index) => ({segment, index})) : toGraphemes(text);
