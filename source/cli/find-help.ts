import {suggest} from '../domain/suggest.ts';
import type {Command} from './command.ts';
import {formatCommand, formatNoun, formatOverview, formatTopic} from './help.ts';
import {TOPICS} from './help-topics.ts';
import {isNoun} from './judge.ts';
import {didYouMean, usageError} from './usage.ts';

/**
 * The help of a command, a noun or a topic; the overview when none is named.
 *
 * @throws {RadError} `USAGE` when there is no such help.
 */
export const findHelp = (topic: string, commands: readonly Command[]): string => {
	if (topic === '') return formatOverview(commands);
	const command = commands.find(({path}) => path === topic);
	if (command !== undefined) return formatCommand(command);
	if (isNoun(topic, commands)) return formatNoun(topic, commands);
	const found = TOPICS.find(({name}) => name === topic);
	if (found !== undefined) return formatTopic(found);
	const guess = suggest(topic, [...commands.map(({path}) => path), ...TOPICS.map(({name}) => name)]);
	throw usageError(`There is no help on ${topic}.${didYouMean(guess === undefined ? undefined : `rad help ${guess}`)}`);
};
