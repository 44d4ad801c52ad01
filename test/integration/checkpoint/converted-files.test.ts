import {mkdirSync, utimesSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {afterEach, describe, expect, it} from 'vitest';
import {createScratchRepo, type Scratch} from '../../support/scratch-repo.ts';
import {openService, restore, take} from './support.ts';

const CRLF = 'one\r\ntwo\r\n';

/** Ways in which a user's git has made two line ends out of one, or is about to. */
const CONVERSIONS: ReadonlyArray<readonly [name: string, prepare: (repo: Scratch) => void]> = [
	['attributes of the tree', repo => repo.write('.gitattributes', '*.txt text\n')],
	['attributes of a folder', repo => repo.write('deep/.gitattributes', '*.txt\ttext=auto eol=crlf\n')],
	['a macro', repo => repo.write('.gitattributes', '[attr]windows text eol=crlf\n*.txt windows\n')],
	['attributes of the repository', repo => repo.write('.git/info/attributes', '*.txt text\n')],
	['attributes of the user, where git looks for them', repo => writeInHome(repo, '.config/git/attributes', '*.txt text\n')],
	[
		'attributes of the user, where the configuration says',
		repo => {
			writeInHome(repo, 'my-attributes', '*.txt text\n');
			repo.git('config', '--global', 'core.attributesFile', '~/my-attributes');
		},
	],
	['core.autocrlf', repo => repo.git('config', 'core.autocrlf', 'true')],
	['core.autocrlf for input alone', repo => repo.git('config', 'core.autocrlf', 'input')],
];

const writeInHome = ({home}: Scratch, path: string, content: string): void => {
	mkdirSync(dirname(join(home, path)), {recursive: true});
	writeFileSync(join(home, path), content);
};

describe('a file that git converts', () => {
	let repo: Scratch;
	afterEach(() => repo.remove());

	const commitFile = (): void => {
		repo.write('deep/a.txt', CRLF);
		// Git reads a file again anyway that is as new as its index.
		utimesSync(join(repo.root, 'deep/a.txt'), 1_700_000_000, 1_700_000_000);
		repo.git('add', '--all');
		repo.git('commit', '--quiet', '-m', 'start');
	};

	const expectBytes = async (): Promise<void> => {
		const service = await openService(repo);
		const checkpoint = await take(service);
		repo.delete('deep/a.txt');

		await restore(service, checkpoint);

		expect(repo.read('deep/a.txt')).toBe(CRLF);
	};

	it.each(CONVERSIONS)('by %s comes back byte by byte from the first checkpoint', async (_, prepare) => {
		repo = createScratchRepo();
		prepare(repo);
		commitFile();

		await expectBytes();
	});

	it('comes back byte by byte when the attributes that converted it were taken away since', async () => {
		repo = createScratchRepo();
		repo.write('.gitattributes', '*.txt text\n');
		commitFile();
		repo.write('.gitattributes', '*.png binary\n');

		await expectBytes();
	});
});
