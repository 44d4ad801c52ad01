import type {Agent, Run, Step} from '../domain/records.ts';
import type {AgentStatus, RunStatus, StepStatus} from '../domain/status.ts';

/** The meaning of a status, for which a theme has a colour. */
export type Tone = 'active' | 'good' | 'bad' | 'attention' | 'quiet';

/** How a status is shown: never by colour alone. Each symbol is one column wide in every terminal. */
export type StatusLabel = {readonly symbol: string; readonly word: string; readonly tone: Tone};

const AGENT_LABELS: Record<AgentStatus, StatusLabel> = {
	starting: {symbol: '◌', word: 'starting', tone: 'active'},
	running: {symbol: '●', word: 'running', tone: 'active'},
	waiting: {symbol: '‖', word: 'waiting', tone: 'attention'},
	completed: {symbol: '✔', word: 'completed', tone: 'good'},
	failed: {symbol: '✖', word: 'failed', tone: 'bad'},
	cancelled: {symbol: '■', word: 'cancelled', tone: 'quiet'},
	timed_out: {symbol: '✖', word: 'timed out', tone: 'bad'},
	lost: {symbol: '?', word: 'lost', tone: 'bad'},
};

const RUN_LABELS: Record<RunStatus, StatusLabel> = {
	queued: {symbol: '◌', word: 'queued', tone: 'quiet'},
	running: {symbol: '●', word: 'running', tone: 'active'},
	waiting: {symbol: '‖', word: 'waiting', tone: 'attention'},
	cancelling: {symbol: '◌', word: 'cancelling', tone: 'attention'},
	completed: {symbol: '✔', word: 'completed', tone: 'good'},
	failed: {symbol: '✖', word: 'failed', tone: 'bad'},
	cancelled: {symbol: '■', word: 'cancelled', tone: 'quiet'},
	interrupted: {symbol: '?', word: 'interrupted', tone: 'bad'},
};

const STEP_LABELS: Record<StepStatus, StatusLabel> = {
	pending: {symbol: '◌', word: 'pending', tone: 'quiet'},
	running: {symbol: '●', word: 'running', tone: 'active'},
	waiting: {symbol: '‖', word: 'waiting', tone: 'attention'},
	completed: {symbol: '✔', word: 'completed', tone: 'good'},
	failed: {symbol: '✖', word: 'failed', tone: 'bad'},
	cancelled: {symbol: '■', word: 'cancelled', tone: 'quiet'},
	skipped: {symbol: '○', word: 'skipped', tone: 'quiet'},
};

/** An agent that works on without its rad says so. */
export const labelAgent = (agent: Pick<Agent, 'status' | 'isUnattended'>): StatusLabel => {
	const label = AGENT_LABELS[agent.status];
	return agent.isUnattended ? {...label, word: `${label.word} (unattended)`, tone: 'attention'} : label;
};

export const labelRun = (run: Pick<Run, 'status'>): StatusLabel => RUN_LABELS[run.status];

export const labelStep = (step: Pick<Step, 'status'>): StatusLabel => STEP_LABELS[step.status];
