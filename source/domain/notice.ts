/**
 * Tells a user of a run what is worth telling and is no event, for example that a recording is played. `passing` is what is as it should be,
 * and only good to know while it lasts; anything else may be something to act on.
 */
export type Notice = (text: string, kind?: 'passing') => void;
