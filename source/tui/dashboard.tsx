import {useInput} from 'ink';
import {useEffect, useState, useSyncExternalStore} from 'react';
import {ThemeContext} from './components/theme-context.ts';
import type {Draws} from './draws.ts';
import {createKeyReader} from './keys.ts';
import {Overview} from './screens/overview.tsx';
import type {Store} from './store.ts';
import type {Theme} from './theme.ts';

type Props = {
	/** What is drawn, and when. */
	readonly draws: Draws;
	readonly dispatch: Store['dispatch'];
	readonly theme: Theme;
	/** Called when the component goes: also when the process dies of an exception, since Ink unmounts then. */
	readonly onGone: () => void;
};

/** The root component: the store's state on the screen, and the keyboard into the store. */
export const Dashboard = ({draws, dispatch, theme, onGone}: Props) => {
	const state = useSyncExternalStore(draws.subscribe, draws.getSnapshot);
	useEffect(() => onGone, [onGone]);
	// The only listener to keys: each key must see what the key before it did, which a closure of a component would not.
	const [readKeys] = useState(createKeyReader);
	useInput((input, key) => {
		for (const message of readKeys(input, key)) dispatch(message);
	});
	return (
		<ThemeContext value={theme}>
			<Overview state={state} />
		</ThemeContext>
	);
};
