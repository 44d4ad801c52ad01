import {describe, expect, it} from 'vitest';
import {createJsonHooks} from '../../../source/agents/hook-settings/jsonc-hooks.ts';
import {createOpencodePlugin} from '../../../source/agents/hook-settings/opencode-plugin.ts';

const hooks = (command = "'/bin/node' '/rad/tool-hook.cjs' claude") =>
	createJsonHooks({
		file: '/home/me/.claude/settings.json',
		event: 'PreToolUse',
		matcher: 'Write|Bash',
		command,
		timeout: 120,
		isOfRad: text => text.includes('/tool-hook.cjs'),
	});

const withoutHook = (text: string): string => hooks().remove(text) ?? '';

const OURS = {matcher: 'Write|Bash', hooks: [{type: 'command', command: "'/bin/node' '/rad/tool-hook.cjs' claude", timeout: 120}]};
const THEIRS = {matcher: 'Edit', hooks: [{type: 'command', command: 'lint'}]};

describe('the hook in settings of JSON', () => {
	it.each([
		['no file', null],
		['an empty file', ''],
		['an empty object', '{}'],
		['white space', ' \n'],
	])('is all there is in %s', (_, text) => {
		expect(JSON.parse(hooks().add(text))).toEqual({hooks: {PreToolUse: [OURS]}});
	});

	it('stands before the hooks of others, which stay as they are, with comments and indentation', () => {
		const text = `{\n\t// what I like\n\t"model": "opus",\n\t"hooks": {\n\t\t"PreToolUse": [\n\t\t\t${JSON.stringify(THEIRS)} // mine\n\t\t],\n\t\t"Stop": []\n\t}\n}\n`;

		const added = hooks().add(text);

		expect(added).toContain('\t// what I like\n\t"model": "opus",');
		expect(added).toContain(`\n\t\t\t${JSON.stringify(THEIRS)} // mine\n`);
		expect(added).toContain('\n\t\t\t\t"matcher": "Write|Bash"');
		expect(hooks().find(added)).toBe('ours');
		expect(hooks().find(withoutHook(added))).toBe('none');
	});

	it.each([
		['{}'],
		['{"model":"opus"}'],
		[`{"hooks": {"Stop": [], "PreToolUse": [${JSON.stringify(THEIRS)}]}}`],
		['{\r\n  "hooks": {}\r\n}\r\n'],
		['{"hooks": {"PreToolUse": []}, "a": [1, {"b": null}]}'],
	])('leaves what others have in it when it goes: %s', text => {
		const rest = JSON.parse(withoutHook(hooks().add(text))) as {hooks?: unknown};
		const before = JSON.parse(text) as {hooks?: {PreToolUse?: unknown[]}};

		expect({...rest, hooks: null}).toEqual({...before, hooks: null});
		expect(hooks().find(JSON.stringify(rest))).toBe('none');
		if ((before.hooks?.PreToolUse?.length ?? 0) > 0) expect(rest).toEqual(before);
	});

	it('goes out of a group into which somebody else has put a hook of theirs', () => {
		const group = {matcher: 'Write|Bash', hooks: [...OURS.hooks, {type: 'command', command: 'theirs'}]};

		expect(JSON.parse(withoutHook(JSON.stringify({hooks: {PreToolUse: [group]}})))).toEqual({
			hooks: {PreToolUse: [{...group, hooks: [{type: 'command', command: 'theirs'}]}]},
		});
	});

	it('takes the place of one that calls a rad elsewhere', () => {
		const old = hooks("'/bin/node' '/old/tool-hook.cjs' claude").add('{"a": 1}');

		expect(hooks().find(old)).toBe('other');
		expect(JSON.parse(hooks().add(old))).toEqual({a: 1, hooks: {PreToolUse: [OURS]}});
	});

	it.each([
		['{"a": 1', 'CloseBraceExpected in line 1'],
		['{\n"a": 1,\n}', 'in line 3'],
		['[]', 'it is no JSON object'],
		['{"hooks": []}', '"hooks" is no object'],
		['{"hooks": {"PreToolUse": {}}}', '"hooks.PreToolUse" is no list'],
		['{"hooks": {}, "hooks": {"PreToolUse": []}}', 'stands in it twice'],
	])('is not written into what cannot be understood: %s', (text, reason) => {
		expect(() => hooks().add(text)).toThrow(expect.objectContaining({code: 'SETTINGS_UNUSABLE', message: expect.stringContaining(reason)}));
	});
});

describe('the plugin of opencode', () => {
	const plugin = (hookFile = '/rad/tool-hook.cjs') => createOpencodePlugin({file: '/p/rad.js', nodePath: '/bin/node', hookFile, tools: '^(write)$'});

	it('is a file of its own, known again, and replaced when it calls a rad elsewhere', () => {
		const text = plugin().add(null);

		expect(text).toContain('const HOOK = "/rad/tool-hook.cjs";');
		expect([plugin().find(text), plugin('/new').find(text), plugin().find('export const mine = 1;')]).toEqual(['ours', 'other', 'none']);
		expect(plugin('/new').add(text)).toContain('const HOOK = "/new";');
		expect(plugin().remove(text)).toBeNull();
	});

	it('does not replace a plugin of somebody else', () => {
		expect(() => plugin().add('export const mine = 1;')).toThrow(expect.objectContaining({code: 'SETTINGS_UNUSABLE'}));
	});
});
