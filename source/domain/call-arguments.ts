/** Under which of these names an engine's tool takes the file that it writes or edits. */
export const PATH_ARGUMENTS = ['file_path', 'filePath', 'path'] as const;

/** Which argument says most about a call of a tool that takes no file, in order. */
export const TELLING_ARGUMENTS = ['command', 'pattern', 'description', 'path', 'url', 'query', 'prompt'] as const;

/** Under which of these names an edit takes the text that comes in place of another. */
export const NEW_TEXT_ARGUMENTS = ['new_string', 'newString', 'new_text'] as const;
