import {execFile} from 'node:child_process';
import {existsSync} from 'node:fs';
import path from 'node:path';
import type {EngineInfo} from '../domain/records.ts';
import {sanitizeLine} from '../domain/sanitize.ts';
import type {Engine} from './engine.ts';
import type {Engines} from './engines/create-engines.ts';
import type {FindProgram} from './find-program.ts';

// Gemini CLI takes two seconds on a quiet machine.
const VERSION_LIMIT_MS = 20_000;
const MAX_VERSION = 80;

type Options = {
	readonly engines: Engines;
	readonly findProgram: FindProgram;
	readonly environment: Readonly<Record<string, string | undefined>>;
	readonly signal: AbortSignal;
};

/** Tells of each engine whether it can be used here. Installed programs are asked for their version, all at once; no model is called. */
export const describeEngines = ({engines, ...options}: Options): Promise<readonly EngineInfo[]> =>
	Promise.all(engines.names.flatMap(name => engines.find(name) ?? []).map(engine => describe(engine, options)));

const describe = async ({name, program, login, supports}: Engine, options: Omit<Options, 'engines'>): Promise<EngineInfo> => {
	const common = {name, login: findLogin(login, options.environment), needsLogin: login !== null, supports};
	if (program === null) return {...common, path: null, version: null, isInstalled: true, install: null};
	const file = options.findProgram(program.command, options.environment);
	return {
		...common,
		path: file ?? null,
		version: file === undefined ? null : await readVersion(file, options),
		isInstalled: file !== undefined,
		install: program.install,
	};
};

const findLogin = (login: Engine['login'], environment: Options['environment']): string | null => {
	if (login === null) return null;
	const variable = login.variables.find(name => (environment[name] ?? '') !== '');
	if (variable !== undefined) return variable;
	const home = environment['HOME'] ?? '';
	const file = home === '' ? undefined : login.files.find(name => existsSync(path.join(home, name)));
	return file === undefined ? null : `~/${file}`;
};

const readVersion = (file: string, {environment, signal}: Omit<Options, 'engines'>): Promise<string | null> =>
	new Promise(resolve => {
		const options = {env: environment as NodeJS.ProcessEnv, timeout: VERSION_LIMIT_MS, killSignal: 'SIGKILL' as const, signal, maxBuffer: 64 * 1024};
		const child = execFile(file, ['--version'], options, (error, stdout) => resolve(error === null ? toVersion(stdout) : null));
		child.stdin?.end();
	});

const toVersion = (output: string): string | null => {
	const [line = ''] = output.trim().split('\n');
	return sanitizeLine(line).slice(0, MAX_VERSION) || null;
};
