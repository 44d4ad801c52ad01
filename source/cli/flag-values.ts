import {parseDuration} from '../domain/duration.ts';
import {parseUsd} from '../domain/figures.ts';
import {parseMoment} from '../domain/moment.ts';
import {parseSize} from '../domain/size.ts';
import {suggest} from '../domain/suggest.ts';
import type {Command, FlagSpec, JudgedWords} from './command.ts';
import {toFlagWord} from './flags.ts';
import {didYouMean, usageError} from './usage.ts';

/** Values of flags as the parser gave them, by name. */
export type Typed = Readonly<Record<string, unknown>>;

/** Reads the values of a command's flags. @throws {RadError} `USAGE` for a value that the flag does not take. */
export const toFlagValues = (typed: Typed, {flags, path}: Pick<Command, 'flags' | 'path'>): JudgedWords['flags'] =>
	Object.fromEntries(Object.entries(flags).map(([name, spec]) => [name, toFlagValue(name, spec, typed[name], path)]));

const toFlagValue = (name: string, spec: FlagSpec, value: unknown, topic: string): JudgedWords['flags'][string] => {
	switch (spec.type) {
		case 'switch':
			return value === true;
		case 'texts':
			return toTexts(value, name, topic);
		case 'text':
			return toText(value, name, topic);
		case 'count':
			return toRead(toText(value, name, topic), name, {read: parseCount, what: 'a whole number'}, topic);
		case 'duration':
			return toRead(toText(value, name, topic), name, {read: parseDuration, what: 'a duration such as 7d, 12h or 30m'}, topic);
		case 'moment':
			return toRead(toText(value, name, topic), name, {read: parseMoment, what: 'a duration such as 10m or a time such as 2026-03-01T14:00'}, topic);
		case 'size':
			return toRead(toText(value, name, topic), name, {read: parseSize, what: 'a size such as 200kB, 500MB or 1GB'}, topic);
		case 'money':
			return toRead(toText(value, name, topic), name, {read: parseUsd, what: 'dollars such as 2.50'}, topic);
		case 'choice':
			return toChoice(toText(value, name, topic), name, spec.choices, topic);
		case 'choices':
			return toTexts(value, name, topic)
				.flatMap(text => text.split(','))
				.map(text => toChoice(text, name, spec.choices, topic) ?? text);
	}
};

const toTexts = (value: unknown, name: string, topic: string): readonly string[] => {
	if (value === undefined) return [];
	if (Array.isArray(value) && value.every((each): each is string => typeof each === 'string' && each !== '')) return value;
	throw usageError(`${toFlagWord(name)} needs a value.`, topic);
};

/** The value of a flag that may be given once. */
export const toText = (value: unknown, name: string, topic: string): string | undefined => {
	const [text, second] = toTexts(value, name, topic);
	if (second !== undefined) throw usageError(`${toFlagWord(name)} can be given only once.`, topic);
	return text;
};

type Shape<Value> = {readonly read: (text: string) => Value | undefined; readonly what: string};

const toRead = <Value>(text: string | undefined, name: string, {read, what}: Shape<Value>, topic: string): Value | undefined => {
	if (text === undefined) return undefined;
	const value = read(text);
	if (value === undefined) throw usageError(`${toFlagWord(name)} needs ${what}, not ${text}`, topic);
	return value;
};

const parseCount = (text: string): number | undefined => (/^\d{1,9}$/.test(text) ? Number(text) : undefined);

const toChoice = (text: string | undefined, name: string, choices: readonly string[], topic: string): string | undefined => {
	if (text === undefined || choices.includes(text)) return text;
	throw usageError(`${toFlagWord(name)} cannot be ${text}.${didYouMean(suggest(text, choices))} It is one of ${choices.join(', ')}.`, topic);
};
