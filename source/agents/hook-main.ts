import {readFileSync} from 'node:fs';
import {request} from 'node:http';

// The program that Codex and Gemini CLI call before a tool runs: hands its standard input to rad, and blocks the tool when rad says so.
// It is started once for each call, so it loads nothing but this.
const EXIT_BLOCKED = 2;
const LIMIT_MS = 110_000;

const ask = (url: string, body: Buffer): Promise<string> =>
	new Promise((resolve, reject) => {
		const call = request(url, {method: 'POST', timeout: LIMIT_MS}, response => {
			const chunks: Buffer[] = [];
			response.on('data', (chunk: Buffer) => chunks.push(chunk));
			response.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
			response.on('error', reject);
		});
		call.on('error', reject);
		call.on('timeout', () => call.destroy(new Error('no answer')));
		call.end(body);
	});

/** Why the tool must not run, or undefined. Where rad is gone it may: the checkpoint before the step holds what it overwrites. */
const findRefusal = async (): Promise<string | undefined> => {
	const url = process.env['RAD_HOOK_URL'];
	if (url === undefined) return undefined;
	try {
		const answer = JSON.parse(await ask(url, readFileSync(0))) as {hookSpecificOutput?: {permissionDecisionReason?: unknown}};
		const reason = answer.hookSpecificOutput?.permissionDecisionReason;
		return typeof reason === 'string' ? reason : undefined;
	} catch {
		return undefined;
	}
};

const refusal = await findRefusal();
if (refusal !== undefined) {
	process.stderr.write(`${refusal}\n`);
	process.exitCode = EXIT_BLOCKED;
} else process.stdout.write('{}\n');
