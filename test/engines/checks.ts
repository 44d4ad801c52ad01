import {setTimeout as sleep} from 'node:timers/promises';
import type {Tokens} from '../../source/domain/tokens.ts';
import {FILES, IN_TWO_STEPS, LONG, ONE_ANSWER, type Subject, TWO_ANSWERS, WITH_SUB_AGENT, WORK} from './subjects.ts';
import {openTrial, readTotals, type Trial, type TrialOptions} from './trial.ts';

/** What one check found: nothing wrong, what is wrong, or why it was not made. */
export type Finding = {readonly check: string; readonly problem: string | null; readonly skipped?: string};

type Place = Omit<TrialOptions, 'subject' | 'script'>;

const CANCEL_LIMIT_MS = 60_000;

/** Tries one engine: its work with everything compared, its sub-agent, and a cancel in the middle of a tool. */
export const tryEngine = async (subject: Subject, place: Place): Promise<readonly Finding[]> => [
	...(await within(subject, place, WORK, trial => checkWork(subject, trial))),
	...(subject.hasSubAgents ? await within(subject, place, WITH_SUB_AGENT, trial => checkSubAgent(subject, trial)) : []),
	...(subject.canResume ? await within(subject, {...place, kind: 'continued'}, IN_TWO_STEPS, trial => checkSession(subject, trial)) : []),
	...(await within(subject, {...place, kind: 'promising'}, subject.canResume ? TWO_ANSWERS : ONE_ANSWER, trial => checkOutputs(subject, trial))),
	...(await within({...subject, model: subject.modelOfCommands}, place, LONG, checkCancel)),
];

const within = async (
	subject: Subject,
	place: Place,
	script: TrialOptions['script'],
	check: (trial: Trial) => Promise<readonly Finding[]>,
): Promise<readonly Finding[]> => {
	const trial = await openTrial({...place, subject, script});
	try {
		return await check(trial);
	} finally {
		await trial.close();
	}
};

const find = (check: string, problem: string | null): Finding => ({check, problem});

const checkWork = async (subject: Subject, trial: Trial): Promise<readonly Finding[]> => {
	const {code, out, err} = await trial.rad('run', 'try');
	const wrong = Object.entries(FILES).filter(([name, content]) => trial.readFile(name) !== content);
	return [
		find('run', code === 0 ? null : `exit ${code}: ${`${out}${err}`.trim().slice(-600)}`),
		find('tokens', await compareTokens(subject, trial)),
		find('files', wrong.length === 0 ? null : wrong.map(([name]) => `${name} is ${JSON.stringify(trial.readFile(name))}`).join(', ')),
		await checkWrites(subject, trial),
		await checkUndo(trial),
	];
};

const compareTokens = async (subject: Subject, trial: Trial): Promise<string | null> => {
	const served = subject.toCountable({...trial.server.total(['main', 'sub']), cacheWrite1h: 0});
	const counted = await readTotals(trial);
	return JSON.stringify(sort(served)) === JSON.stringify(sort(counted)) ? null : `served ${describe(served)}, counted ${describe(counted)}`;
};

const sort = (tokens: Tokens): ReadonlyArray<readonly [string, number]> =>
	Object.entries(tokens)
		.filter(([name]) => name !== 'cacheWrite1h')
		.sort(([left], [right]) => left.localeCompare(right));

const describe = ({input, cacheRead, cacheWrite, output, reasoning}: Tokens): string =>
	`${input} in, ${cacheRead} read, ${cacheWrite} written, ${output} out (${reasoning} reasoning)`;

type Listed = ReadonlyArray<{readonly id: string; readonly kind: string}>;

/** A checkpoint before the edit must hold what the write before it had made. */
const checkWrites = async ({asks}: Subject, trial: Trial): Promise<Finding> => {
	if (!asks) return {check: 'checkpoint before a write', problem: null, skipped: 'it cannot be made to ask'};
	const writes = ((await trial.json('checkpoint', 'list')) as Listed).filter(({kind}) => kind === 'write');
	for (const {id} of writes)
		if ((await trial.rad('checkpoint', 'diff', id, 'made.txt')).out.includes('-two')) return find('checkpoint before a write', null);
	return find('checkpoint before a write', `none of ${writes.length} holds what was there before the edit`);
};

const checkUndo = async (trial: Trial): Promise<Finding> => {
	const [first] = ((await trial.json('checkpoint', 'list')) as Listed).filter(({kind}) => kind === 'step');
	if (first === undefined) return find('undo', 'there is no checkpoint of the step');
	await trial.rad('checkpoint', 'restore', first.id, '--yes');
	const left = Object.keys(FILES).filter(name => name !== 'kept.txt' && trial.readFile(name) !== undefined);
	return find('undo', left.length === 0 && trial.readFile('kept.txt') === 'kept\n' ? null : `left: ${left.join(', ')}`);
};

const checkSubAgent = async (subject: Subject, trial: Trial): Promise<readonly Finding[]> => {
	const {code, out, err} = await trial.rad('run', 'try');
	const agents = (await trial.json('monitor', 'list')) as ReadonlyArray<{readonly parentId: string | null}>;
	const children = agents.filter(({parentId}) => parentId !== null).length;
	const isWritten = trial.readFile('sub.txt') === 'by a sub-agent\n';
	const problems = [
		code === 0 ? null : `exit ${code}: ${`${out}${err}`.trim().slice(-300)}`,
		isWritten ? null : 'its file is missing',
		children === 1 ? null : `${children} child agents`,
		await compareTokens(subject, trial),
	].filter(problem => problem !== null);
	return [find('sub-agent', problems.length === 0 ? null : problems.join('; '))];
};

const checkSession = async (subject: Subject, trial: Trial): Promise<readonly Finding[]> => {
	const {code, out, err} = await trial.rad('run', 'try');
	const problems = [
		code === 0 ? null : `exit ${code}: ${`${out}${err}`.trim().slice(-300)}`,
		trial.readFile('second.txt') === 'second\n' ? null : 'the conversation was not gone on with',
		await compareTokens(subject, trial),
	].filter(problem => problem !== null);
	return [find('session', problems.length === 0 ? null : problems.join('; '))];
};

const checkOutputs = async (subject: Subject, trial: Trial): Promise<readonly Finding[]> => {
	const {code, out, err} = await trial.rad('run', 'try');
	const told = trial.readFile('told.txt');
	const problems = [
		code === 0 ? null : `exit ${code}: ${`${out}${err}`.trim().slice(-300)}`,
		told === 'approve two' ? null : `handed on: ${told}`,
		await compareTokens(subject, trial),
	].filter(problem => problem !== null);
	return [find('outputs', problems.length === 0 ? null : problems.join('; '))];
};

const checkCancel = async (trial: Trial): Promise<readonly Finding[]> => {
	const started = await trial.rad('run', 'try', '--detach');
	if (started.code !== 0) return [find('cancel', `exit ${started.code}: ${started.err.trim()}`)];
	const deadline = Date.now() + CANCEL_LIMIT_MS;
	while (trial.readFile('started.txt') === undefined && Date.now() < deadline) await sleep(200);
	if (trial.readFile('started.txt') === undefined) return [find('cancel', 'the command never began')];
	const [{id} = {id: ''}] = (await trial.json('runs')) as ReadonlyArray<{readonly id: string}>;
	await trial.rad('cancel', id);
	while (trial.listProcesses().length > 0 && Date.now() < deadline) await sleep(200);
	const left = trial.listProcesses();
	const [run] = (await trial.json('runs')) as ReadonlyArray<{readonly status: string}>;
	return [
		find(
			'cancel',
			left.length === 0 ? (run?.status === 'cancelled' ? null : `the run is ${run?.status}`) : `left running: ${left.join(' | ').slice(0, 400)}`,
		),
	];
};
