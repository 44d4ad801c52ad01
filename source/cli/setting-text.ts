import type {Origin, SettingReport} from '../domain/configuration.ts';

/** A value as `rad config set` takes it; empty where nothing is said. Keys are a list in brackets. */
export const formatSettingValue = ({value}: Pick<SettingReport, 'value'>): string => (typeof value === 'object' ? formatList(value) : String(value));

const formatList = (names: readonly string[] | null): string => (names === null ? '' : `[${names.map(name => JSON.stringify(name)).join(', ')}]`);

/** Where a setting comes from: a variable, or a place in a file; null for what is usual. */
export const formatPlace = (origin: Origin): string | null => {
	switch (origin.kind) {
		case 'default':
			return null;
		case 'environment':
			return origin.variable;
		case 'user':
		case 'workspace':
			return `${origin.place.file}:${origin.place.line}:${origin.place.column}`;
	}
};
