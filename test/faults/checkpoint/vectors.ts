import {mkdirSync} from 'node:fs';
import {join} from 'node:path';
import type {Trap} from './trap.ts';

/** One way to have git run a program that the workspace, its repository or the environment names. */
export type Vector = {
	readonly name: string;
	/** Done before the first checkpoint: what the user has anyway. */
	readonly prepare?: (trap: Trap) => void;
	/** Done after the first checkpoint, as an agent would. Returns variables of the environment that rad and the user's git get. */
	readonly plant: (trap: Trap) => Readonly<Record<string, string>> | undefined;
	/** What the user's own git does to fall into it, in this order. */
	readonly spring: readonly string[];
	/** Programs that must have run after `spring`, else the vector is not live and the row tests nothing. */
	readonly fires: readonly string[];
	/** Planted too, though git itself never runs it; the reason. */
	readonly dead?: Readonly<Record<string, string>>;
	/** True when it shows only where standard output is a terminal. */
	readonly needsTerminal?: true;
};

const HOOKS = [
	...['pre-commit', 'prepare-commit-msg', 'commit-msg', 'post-commit', 'post-checkout', 'post-index-change', 'reference-transaction'],
	...['pre-auto-gc', 'post-rewrite', 'pre-merge-commit', 'post-merge', 'pre-rebase', 'pre-push'],
];

const FALL_INTO_HOOKS = [
	'git commit -qam one; git repack -qd; git commit -q --allow-empty -m two; git repack -qd; git -c gc.autoPackLimit=1 gc --auto',
	'git commit -q --amend -m again',
	'git checkout -qb side HEAD~1; git commit -q --allow-empty -m side; git checkout -q main; git merge -q --no-ff --no-edit side; git rebase -q HEAD~1',
	'git init -q --bare ../elsewhere.git; git push -q ../elsewhere.git HEAD',
];

const hooksIn = (trap: Trap, folder: string): void => {
	for (const hook of HOOKS) trap.program(hook, `${folder}/${hook}`);
};

/** A repository inside the work tree, with a commit; the work tree's own index knows it as a link when `isLinked`. */
const nest = (trap: Trap, isLinked: boolean): void => {
	trap.user('git init -q nested && cd nested && echo n > n && git add n && git commit -qm nested');
	if (isLinked) trap.user('git -c advice.addEmbeddedRepo=false add nested');
};

const plantNested = (trap: Trap): undefined => {
	const config = join(trap.root, 'nested/.git/config');
	trap.configure({'core.fsmonitor': trap.program('nested-fsmonitor'), 'filter.evil.clean': trap.program('nested-clean')}, config);
	trap.program('nested-hook', 'nested/.git/hooks/post-index-change');
	trap.write('nested/.gitattributes', '* filter=evil\n');
	trap.write('nested/n', 'changed\n');
	return undefined;
};

const configured =
	(toSettings: (program: Trap['program'], trap: Trap) => Readonly<Record<string, string>>) =>
	(trap: Trap): undefined => {
		trap.configure(toSettings(trap.program, trap));
		return undefined;
	};

const both =
	(...plants: ReadonlyArray<(trap: Trap) => unknown>) =>
	(trap: Trap): undefined => {
		for (const plant of plants) plant(trap);
		return undefined;
	};

const attributes =
	(text: string) =>
	(trap: Trap): void =>
		trap.write('.gitattributes', text);

/** The smallest change of the configuration that runs a program on nearly every git command. */
const MONITOR = 'core.fsmonitor';

export const VECTORS: readonly Vector[] = [
	{name: 'core.fsmonitor', plant: configured(program => ({[MONITOR]: program('monitor')})), spring: ['git status'], fires: ['monitor']},
	{name: 'hooks in the git directory', plant: both(trap => hooksIn(trap, '.git/hooks')), spring: FALL_INTO_HOOKS, fires: HOOKS},
	{
		name: 'core.hooksPath into the work tree',
		plant: both(
			trap => hooksIn(trap, 'tools/hooks'),
			configured(() => ({'core.hooksPath': 'tools/hooks'})),
		),
		spring: FALL_INTO_HOOKS,
		fires: HOOKS,
	},
	{
		name: 'a clean and a smudge filter, planted during a run',
		plant: both(
			configured(program => ({'filter.evil.clean': program('clean'), 'filter.evil.smudge': program('smudge')})),
			attributes('*.txt filter=evil\n'),
		),
		spring: ['git add a.txt', 'git checkout -- b.txt'],
		fires: ['clean', 'smudge'],
	},
	{
		name: 'a process filter, planted during a run, that is required',
		plant: both(
			configured(program => ({'filter.evil.process': program('process'), 'filter.evil.required': 'true'})),
			attributes('*.txt filter=evil\n'),
		),
		spring: ['git add a.txt'],
		fires: ['process'],
	},
	{
		name: 'a filter by the attributes of the git directory',
		plant: both(
			configured(program => ({'filter.evil.clean': program('clean')})),
			trap => trap.write('.git/info/attributes', '* filter=evil\n'),
		),
		spring: ['git add a.txt'],
		fires: ['clean'],
	},
	{
		name: 'a filter by core.attributesFile',
		plant: both(
			configured((program, {root}) => ({'filter.evil.clean': program('clean'), 'core.attributesFile': join(root, 'tools/attributes')})),
			trap => trap.write('tools/attributes', '* filter=evil\n'),
		),
		spring: ['git add a.txt'],
		fires: ['clean'],
	},
	{
		name: 'a filter that the user had, changed during a run',
		prepare: trap => {
			trap.configure({'filter.mine.clean': 'cat', 'filter.mine.smudge': 'cat'});
			trap.write('.gitattributes', '*.txt filter=mine\n');
		},
		plant: configured(program => ({'filter.mine.clean': program('clean'), 'filter.mine.process': program('process')})),
		spring: ['git add a.txt', 'git config --unset filter.mine.process; git add b.txt'],
		fires: ['clean', 'process'],
	},
	{
		name: 'gpg.program and gpg.ssh.program with commit.gpgSign',
		plant: configured(program => ({
			'gpg.program': program('gpg'),
			'gpg.ssh.program': program('ssh-keygen'),
			'gpg.ssh.defaultKeyCommand': program('key-command'),
			'commit.gpgSign': 'true',
			'tag.gpgSign': 'true',
			'log.showSignature': 'true',
		})),
		spring: ['git commit -qam signed', 'git -c gpg.format=ssh commit -qam signed', 'git -c gpg.format=ssh -c user.signingKey=/k commit -qam signed'],
		fires: ['gpg', 'key-command', 'ssh-keygen'],
	},
	{name: 'diff.external', plant: configured(program => ({'diff.external': program('external')})), spring: ['git diff'], fires: ['external']},
	{
		name: 'a diff driver: command and textconv',
		plant: both(
			configured(program => ({'diff.one.command': program('command'), 'diff.two.textconv': program('textconv'), 'diff.two.cachetextconv': 'true'})),
			attributes('a.txt diff=one\nb.txt diff=two\n'),
		),
		spring: ['git diff', 'git log -p'],
		fires: ['command', 'textconv'],
	},
	{
		name: 'a merge driver',
		plant: both(
			configured(program => ({'merge.evil.driver': `${program('driver')} %O %A %B`, 'merge.default': 'evil'})),
			attributes('*.txt merge=evil\n'),
		),
		spring: [
			'git checkout -qf -b side; echo side > c.txt; git commit -qam side; git checkout -qf main; echo main > c.txt; git commit -qam main; git merge -q side',
		],
		fires: ['driver'],
	},
	{
		name: 'credential.helper and core.askPass',
		plant: configured(program => ({'credential.helper': program('helper'), 'core.askPass': program('ask-pass')})),
		spring: ['printf "protocol=https\\nhost=localhost\\n\\n" | git credential fill'],
		fires: ['ask-pass', 'helper'],
	},
	{
		name: 'core.sshCommand',
		plant: configured(program => ({'core.sshCommand': program('ssh'), 'remote.origin.url': 'ssh://localhost/x'})),
		spring: ['git fetch origin'],
		fires: ['ssh'],
	},
	{
		name: 'core.pager and pager.<command>',
		needsTerminal: true,
		plant: configured(program => ({'core.pager': program('pager'), 'pager.diff': program('diff-pager'), 'pager.status': program('status-pager')})),
		spring: ['git log', 'git diff', 'git status'],
		fires: ['diff-pager', 'pager', 'status-pager'],
	},
	{
		name: 'core.editor and sequence.editor',
		plant: configured(program => ({'core.editor': program('editor'), 'sequence.editor': program('sequence')})),
		spring: ['git commit -qa', 'git commit -qam one; git rebase -i HEAD~1'],
		fires: ['editor', 'sequence'],
	},
	{
		name: 'aliases',
		plant: configured(program => ({
			'alias.st': `!${program('alias')}`,
			...Object.fromEntries(
				['status', 'rev-parse', 'config', 'read-tree', 'diff-tree', 'for-each-ref'].map(name => [`alias.${name}`, `!${program('hidden')}`]),
			),
		})),
		spring: ['git st', 'git status'],
		fires: ['alias'],
		dead: {hidden: 'git never lets an alias hide a command of its own'},
	},
	{
		name: 'a nested repository that the index links to, with its own configuration',
		prepare: trap => nest(trap, true),
		plant: plantNested,
		spring: ['git status', 'cd nested && git add n && git checkout -q -- n'],
		fires: ['nested-clean', 'nested-fsmonitor', 'nested-hook'],
	},
	{
		name: 'a nested repository that nobody tracks, with its own configuration',
		prepare: trap => nest(trap, false),
		plant: plantNested,
		spring: ['cd nested && git add n'],
		fires: ['nested-clean', 'nested-fsmonitor', 'nested-hook'],
	},
	{
		name: 'a submodule’s own update command',
		prepare: trap => {
			nest(trap, true);
			trap.write('.gitmodules', '[submodule "nested"]\n\tpath = nested\n\turl = ./nested\n');
		},
		plant: both(
			configured(program => ({'submodule.nested.url': '/nowhere', 'submodule.nested.update': `!${program('update')}`})),
			trap => trap.user('cd nested && git commit -q --allow-empty -m more'),
		),
		spring: ['git submodule update'],
		fires: ['update'],
	},
	{
		name: 'inherited variables that name a program',
		plant: ({program}) => ({
			GIT_EXTERNAL_DIFF: program('external-diff'),
			GIT_SSH_COMMAND: program('ssh-command'),
			GIT_ASKPASS: program('ask-pass'),
			GIT_EDITOR: program('editor'),
			GIT_SEQUENCE_EDITOR: program('sequence'),
			GIT_PROXY_COMMAND: program('proxy'),
		}),
		spring: [
			'git diff',
			'git ls-remote ssh://localhost/x',
			'git ls-remote git://localhost/x',
			'printf "protocol=https\\nhost=localhost\\n\\n" | git credential fill',
			'git commit -qa',
			'git commit -qam one; git rebase -i HEAD~1',
		],
		fires: ['ask-pass', 'editor', 'external-diff', 'proxy', 'sequence', 'ssh-command'],
	},
	{
		name: 'inherited GIT_PAGER and PAGER',
		needsTerminal: true,
		plant: ({program}) => ({GIT_PAGER: program('git-pager'), PAGER: program('pager')}),
		spring: ['git log', 'unset GIT_PAGER; git log'],
		fires: ['git-pager', 'pager'],
	},
	{
		name: 'inherited GIT_CONFIG_COUNT',
		plant: ({program}) => ({GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: MONITOR, GIT_CONFIG_VALUE_0: program('monitor')}),
		spring: ['git status'],
		fires: ['monitor'],
	},
	{
		name: 'inherited GIT_CONFIG_PARAMETERS, GIT_CONFIG_GLOBAL and GIT_CONFIG_SYSTEM',
		plant: trap => {
			const [globalFile, systemFile] = [join(trap.base, 'global'), join(trap.base, 'system')];
			trap.configure({[MONITOR]: trap.program('global-monitor')}, globalFile);
			trap.configure({[MONITOR]: trap.program('system-monitor')}, systemFile);
			return {
				GIT_CONFIG_PARAMETERS: `'${MONITOR}'='${trap.program('parameter-monitor')}'`,
				GIT_CONFIG_GLOBAL: globalFile,
				GIT_CONFIG_SYSTEM: systemFile,
				GIT_CONFIG_NOSYSTEM: '0',
			};
		},
		spring: ['git status', 'unset GIT_CONFIG_PARAMETERS; git status', 'unset GIT_CONFIG_PARAMETERS GIT_CONFIG_GLOBAL; git status'],
		fires: ['global-monitor', 'parameter-monitor', 'system-monitor'],
	},
	{
		name: 'inherited GIT_DIR, GIT_WORK_TREE and GIT_INDEX_FILE of another repository',
		plant: trap => {
			const other = join(trap.base, 'other');
			mkdirSync(other);
			trap.user(`git init -q '${other}'`);
			trap.configure({[MONITOR]: trap.program('monitor')}, join(other, '.git/config'));
			return {GIT_DIR: join(other, '.git'), GIT_WORK_TREE: trap.root, GIT_INDEX_FILE: join(other, 'index')};
		},
		spring: ['git add a.txt; git status'],
		fires: ['monitor'],
	},
	{
		name: 'inherited GIT_EXEC_PATH',
		plant: trap => {
			for (const name of ['git', 'git-status', 'git-read-tree', 'git-remote-https', 'git-gone']) trap.program(name, `tools/exec/${name}`);
			return {GIT_EXEC_PATH: join(trap.root, 'tools/exec')};
		},
		spring: ['git gone', 'git ls-remote https://localhost/x'],
		fires: ['git', 'git-gone'],
		dead: {'git-status': 'built into git', 'git-read-tree': 'built into git', 'git-remote-https': 'the planted git comes first'},
	},
	{
		name: 'include.path to a file of the work tree, and includeIf',
		plant: both(
			trap => trap.configure({[MONITOR]: trap.program('included')}, join(trap.root, 'tools/config')),
			trap => trap.configure({'diff.external': trap.program('included-if')}, join(trap.root, 'tools/more')),
			configured(() => ({'include.path': '../tools/config', 'includeIf.onbranch:main.path': '../tools/more'})),
		),
		spring: ['git status', 'git diff'],
		fires: ['included', 'included-if'],
	},
	{
		name: 'the configuration of the work tree alone, and of the user',
		plant: both(
			configured(() => ({'extensions.worktreeConfig': 'true', 'core.repositoryFormatVersion': '1'})),
			trap => trap.configure({[MONITOR]: trap.program('worktree-monitor')}, join(trap.root, '.git/config.worktree')),
			trap => trap.configure({'diff.external': trap.program('user-diff')}, join(trap.home, '.gitconfig')),
		),
		spring: ['git status', 'git diff'],
		fires: ['user-diff', 'worktree-monitor'],
	},
	{
		name: 'protocol.ext and uploadpack of a remote',
		plant: configured((program, {root}) => ({
			'protocol.ext.allow': 'always',
			'remote.ext.url': `ext::${program('ext')} %S`,
			'remote.local.url': root,
			'remote.local.uploadpack': program('upload-pack'),
		})),
		spring: ['git fetch ext', 'git fetch local'],
		fires: ['ext', 'upload-pack'],
	},
	{
		name: 'a promisor remote, asked for an object that was taken away',
		plant: trap => {
			trap.configure({
				'core.repositoryFormatVersion': '1',
				'extensions.partialClone': 'evil',
				'protocol.ext.allow': 'always',
				'remote.evil.url': `ext::${trap.program('promisor')} %S`,
				'remote.evil.promisor': 'true',
			});
			trap.user('b=$(git rev-parse HEAD:c.txt); rm -f .git/objects/$(echo $b | cut -c1-2)/$(echo $b | cut -c3-)');
			return undefined;
		},
		spring: ['git cat-file -p HEAD:c.txt'],
		fires: ['promisor'],
	},
	{
		name: 'core.gitProxy',
		plant: configured(program => ({'core.gitProxy': program('proxy')})),
		spring: ['git ls-remote git://localhost/x'],
		fires: ['proxy'],
	},
	{
		name: 'rad’s own store: its configuration and its hooks',
		plant: trap => {
			const store = join(trap.root, '.git/rad/store.git');
			trap.configure({[MONITOR]: trap.program('store-monitor'), 'diff.external': trap.program('store-diff')}, join(store, 'config'));
			for (const folder of ['.git/rad/store.git/hooks', '.git/rad/store.git/trees/main/hooks']) hooksIn(trap, folder);
			return undefined;
		},
		spring: [
			'export GIT_DIR=.git/rad/store.git/trees/main GIT_WORK_TREE=.; git status; git update-index --refresh; git diff; git -c core.hooksPath= update-ref refs/x HEAD',
		],
		fires: ['store-diff', 'store-monitor'],
		dead: Object.fromEntries(HOOKS.map(hook => [hook, 'the store’s own configuration sends git elsewhere for hooks'])),
	},
];
