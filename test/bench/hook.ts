import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import process from 'node:process';
import {createSamples, measure, type Place, type Samples} from './measure.ts';
import {limit, type Row} from './report.ts';
import {openRepository} from './repository.ts';
import type {Suite} from './suite.ts';

const FILES = 1000;
const ROUNDS = 25;
/** How much longer than a Node.js that does nothing it may take, since it runs before each write of an agent. */
const AT_MOST_MS = 60;

const WORK =
	`a quarter is looking at the permissions of each file, which git does not tell, a quarter starting git six times, a quarter loading Node’s own modules
and the program; the rest is the store, and looking for objects to keep.`.replaceAll('\n', ' ');

/** What the hook of people's own agents costs each of their writes. */
export const hookSuite: Suite = {
	summary: "the hook of people's own agents, above the start of Node.js",
	run: async ({root, isQuick, repository: path, files, rounds, report}) => {
		const count = isQuick ? 20 : (files?.[0] ?? FILES);
		const repository = await openRepository(path === null ? {kind: 'generated', files: count} : {kind: 'clone', path});
		try {
			const place = {...repository, env: {...repository.env, RAD_STATE_DIR: join(repository.base, 'state')}};
			measure([process.execPath, join(root, 'bin/rad.cjs'), 'init'], place);
			const [file = ''] = repository.files;
			const samples = createSamples();
			report('calling the hook');
			const call = {root, base: repository.base, file: join(repository.cwd, file), place, samples};
			callHook(call, 'first');
			for (let round = 0; round < (isQuick ? 1 : (rounds ?? ROUNDS)); round += 1) {
				samples.add('node', measure([process.execPath, '--eval', '0'], place));
				callHook(call, 'unchanged');
			}
			return toRows(`${count.toLocaleString('en-US')} files`, samples);
		} finally {
			repository.remove();
		}
	},
};

type Call = {readonly root: string; readonly base: string; readonly file: string; readonly place: Place; readonly samples: Samples};

const callHook = ({root, base, file, place, samples}: Call, name: string): void => {
	const body = join(base, 'call.json');
	const input = {file_path: file, content: 'x'};
	const told = {session_id: 'bench', cwd: place.cwd, hook_event_name: 'PreToolUse', tool_name: 'Write', tool_use_id: 'call', tool_input: input};
	writeFileSync(body, JSON.stringify(told));
	const hook = join(root, 'dist/tool-hook.cjs');
	samples.add(name, measure(['bash', '-c', 'exec "$0" "$1" claude < "$2"', process.execPath, hook, body], place));
};

const toRows = (scene: string, samples: Samples): readonly Row[] => {
	const [node, first, unchanged] = ['node', 'first', 'unchanged'].map(samples.medianOf);
	if (node === undefined || first === undefined || unchanged === undefined) return [];
	return [
		{...limit(scene, 'hook, first call', first.wallMs - node.wallMs, 'ms', 0), target: null},
		{...limit(scene, 'hook, nothing changed', unchanged.wallMs - node.wallMs, 'ms', AT_MOST_MS), cause: WORK},
	];
};
