import {createContext} from 'react';
import {chooseTheme} from '../theme.ts';

/** How things look, for every component below; without a provider as on a colour terminal. */
export const ThemeContext = createContext(chooseTheme({}));
