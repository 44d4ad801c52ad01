import {createContext} from 'react';

/**
 * The columns of a pane, counted from its left border, at which a dialog in front of it begins or ends. Ink 6.8 would draw over one
 * half of a character of two columns and leave the other, and the row would not be as wide as the screen.
 */
export const EdgesContext = createContext<readonly number[]>([]);
