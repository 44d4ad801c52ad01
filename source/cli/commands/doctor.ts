import type {Check, Finding} from '../../domain/checkup.ts';
import {EXIT, isFailure} from '../../domain/failures.ts';
import type {Line} from '../../views/line.ts';
import type {Tone} from '../../views/status-label.ts';
import {wrap} from '../../views/wrap.ts';
import {defineCommand} from '../command.ts';
import {JSON_FLAG} from '../flags.ts';

type CheckedFinding = Finding & {readonly check: string};

export const doctorCommand = defineCommand({
	path: 'doctor',
	group: 'More',
	summary: 'Look for what is wrong, and name the cure',
	description: [
		'Looks at Node.js, git, the disk, the files of settings, the store, runs that nobody drives, processes that were left running, the checkpoints and the hooks. It reads everything that the checkpoints hold, so it can take a while. It mends nothing by itself.',
	],
	input: {},
	flags: {json: JSON_FLAG},
	pipeFields: ['check', 'state (good, warning or bad)', 'finding', 'cure'],
	examples: [{words: 'rad doctor', note: 'when something is odd'}],
	exitCodes: {0: 'Nothing is bad; there may be warnings.', 1: 'Something is bad.'},
	run: async ({flags, host, directory, out, signal}) => {
		const findings = await examine(host.checks(directory), signal);
		if (flags.json) await out.json(findings.map(({check, state, text, cure}) => ({check, state, text, cure})));
		else if (out.isTerminal) await out.lines(findings.flatMap(finding => format(finding, out.columns)));
		else await out.fields(findings.map(({check, state, text, cure}) => [check, state, text, cure]));
		return findings.some(({state}) => state === 'bad') ? EXIT.workFailed : EXIT.done;
	},
});

const examine = async (checks: readonly Check[], signal: AbortSignal): Promise<readonly CheckedFinding[]> => {
	const findings: CheckedFinding[] = [];
	for (const {name, isNeeded, run} of checks) {
		try {
			findings.push(...(await run(signal)).map(finding => ({...finding, check: name})));
		} catch (error) {
			if (!isFailure(error)) throw error;
			findings.push({check: name, state: 'bad', text: error.message, cure: error.hint ?? null});
			if (isNeeded) return findings;
		}
	}
	return findings;
};

const MARKS: Readonly<Record<Finding['state'], {readonly symbol: string; readonly tone: Tone}>> = {
	good: {symbol: '✔', tone: 'good'},
	warning: {symbol: '!', tone: 'attention'},
	bad: {symbol: '✖', tone: 'bad'},
};

const NAME_COLUMNS = 15;

const format = ({check, state, text, cure}: CheckedFinding, columns: number): readonly Line[] => {
	const {symbol, tone} = MARKS[state];
	const indent = ' '.repeat(NAME_COLUMNS + 2);
	const [first = '', ...others] = wrap(text, columns - indent.length);
	return [
		[{text: `${symbol} `, tone}, {text: check.padEnd(NAME_COLUMNS), tone: 'strong'}, first],
		...others.map((line): Line => [indent, line]),
		...(cure === null ? [] : wrap(`try: ${cure}`, columns - indent.length).map((line): Line => [indent, {text: line, tone: 'quiet'}])),
	];
};
