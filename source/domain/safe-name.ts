/** Names that become parts of paths and of git messages: short, plain, and the same on every file system. */
export const SAFE_NAME = /^[a-z0-9](?:[a-z0-9_-]{0,62}[a-z0-9])?$/;
