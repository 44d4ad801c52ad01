/** The user's own keys, by the name of the action: they are bound instead of the usual ones wherever the action is. None switch it off. */
export type OwnKeys = ReadonlyMap<string, readonly string[]>;
