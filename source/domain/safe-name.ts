/** Names that become parts of paths and of git messages: short, plain, and the same on every file system. */
export const SAFE_NAME = /^[a-z0-9](?:[a-z0-9_-]{0,62}[a-z0-9])?$/;

/** A name from outside that may become an argument of a program, or be pasted into a shell: it cannot be taken for a flag or for more than one word. */
export const PLAIN_WORD = /^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$/;
