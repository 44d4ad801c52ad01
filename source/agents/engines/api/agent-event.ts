import type {Tokens} from '../../../domain/tokens.ts';
import type {Foreign} from '../../foreign.ts';

/** What the program of the engine `api` prints: one of these a line, as JSON. It is read by `openApiReader`. */
export type AgentEvent =
	| {readonly type: 'session'; readonly sessionId: string; readonly model: string}
	| {readonly type: 'text'; readonly text: string}
	| {readonly type: 'thought'; readonly text: string}
	/** Something went wrong and the work goes on. */
	| {readonly type: 'note'; readonly text: string}
	/** One for each response of the model; the id is unique within a session. */
	| {
			readonly type: 'usage';
			readonly responseId: string;
			readonly provider: string;
			readonly model: string;
			readonly tier: string | null;
			readonly tokens: Tokens;
	  }
	| {readonly type: 'usage-unknown'; readonly responseId: string; readonly reason: string}
	| {readonly type: 'tool-call'; readonly callId: string; readonly tool: string; readonly input: Foreign}
	| {readonly type: 'tool-result'; readonly callId: string; readonly isError: boolean; readonly text: string}
	/** The last one. `status` is that of the HTTP answer that ended the work, if it was one; `resetsAt` (epoch ms) is when it said to ask again. */
	| {readonly type: 'result'; readonly isError: false; readonly text: string}
	| {readonly type: 'result'; readonly isError: true; readonly reason: string; readonly status: number | null; readonly resetsAt?: number};
