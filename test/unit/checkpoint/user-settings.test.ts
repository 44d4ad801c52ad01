import {describe, expect, it} from 'vitest';
import {toSettingsEnvironment, toStoreEnvironment} from '../../../source/checkpoint/git-environment.ts';
import {parseUserSettings, toFilterNames, toFilterSettings} from '../../../source/checkpoint/user-settings.ts';

const lines = (...settings: readonly string[]): string => settings.map(setting => `${setting}\0`).join('');

describe('settings of the user', () => {
	it('are carried only when they tell how files are judged, never when they name a program', () => {
		const {carried} = parseUserSettings(
			lines(
				'core.excludesfile\n~/.ignore',
				'core.filemode\nfalse',
				'core.ignorecase',
				'core.fsmonitor\n/evil',
				'core.hookspath\n/evil',
				'core.pager\nevil',
				'core.sshcommand\nevil',
				'core.worktree\n/elsewhere',
				'diff.external\nevil',
				'include.path\n/evil',
			),
		);

		expect(carried).toEqual([
			['core.excludesfile', '~/.ignore'],
			['core.filemode', 'false'],
			['core.ignorecase', 'true'],
		]);
	});

	it('name filters, whose failing never stops a checkpoint', () => {
		const {filters} = parseUserSettings(lines('filter.lfs.clean\ngit-lfs clean -- %f', 'filter.lfs.required\ntrue', 'filter.a.b.smudge\nx\ny'));

		expect([...toFilterNames(filters)]).toEqual(['lfs', 'a.b']);
		expect(toFilterSettings(filters)).toContainEqual(['filter.lfs.required', 'false']);
		expect(filters).toContainEqual(['filter.a.b.smudge', 'x\ny']);
	});

	it('tell a partial clone', () => {
		expect(parseUserSettings(lines('remote.origin.promisor\ntrue')).isPartialClone).toBe(true);
		expect(parseUserSettings(lines('remote.origin.promisor\nfalse', 'remote.origin.url\nx')).isPartialClone).toBe(false);
	});

	it('reach git by its environment, and nothing inherited does', () => {
		const environment = toStoreEnvironment(
			{PATH: '/bin', HOME: '/home/u', GIT_DIR: '/evil', GIT_SSH_COMMAND: 'evil', SECRET: 'x'},
			{treeDirectory: '/t', top: '/w'},
		);

		expect(environment).toMatchObject({PATH: '/bin', GIT_DIR: '/t', GIT_WORK_TREE: '/w'});
		expect(environment).not.toHaveProperty('SECRET');
		expect(environment).not.toHaveProperty('GIT_SSH_COMMAND');
		expect(toSettingsEnvironment([['a.b', 'c']])).toEqual({GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'a.b', GIT_CONFIG_VALUE_0: 'c'});
	});
});
