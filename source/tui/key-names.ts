import {labelKey} from './key-lookup.ts';
import {NAMED_KEYS} from './keys.ts';

/** A key as the key table spells it, or why there is no such key. */
export type KeyReading = {readonly key: string} | {readonly fault: string};

/** A terminal sends the same for both, and what is named here is what arrives. */
const TWINS: Readonly<Record<string, string>> = {'ctrl+h': 'backspace', 'ctrl+i': 'tab', 'ctrl+j': 'enter', 'ctrl+m': 'enter'};

const CONTROL = /^ctrl\+[a-z]$/;
/** Nothing that is invisible, nor a mark that stands above another character. */
const PRINTABLE = /^[^\p{C}\p{Z}\p{M}]$/u;

/** Reads a key as the key table or the help spells it: `ctrl+k`, `Ctrl+K`, `escape`, `Esc`, `G`. */
export const readKeyName = (written: string): KeyReading => {
	const name = written.toLowerCase();
	const twin = TWINS[name];
	if (twin !== undefined) return {fault: `"${written}" is the same as "${twin}" for a terminal`};
	if (CONTROL.test(name)) return {key: name};
	const named = NAMED_KEYS.find(key => key === name || labelKey(key).toLowerCase() === name);
	if (named !== undefined) return {key: named};
	return PRINTABLE.test(written)
		? {key: written}
		: {fault: `unknown key "${written}"; write a character, ctrl+ and a letter, or one of: ${NAMED_KEYS.join(', ')}`};
};
