/** Of all shapes together: it grows when a field of one goes, or gets another meaning or type. A field that is added does not change it. */
export const JSON_VERSION = 1;

/** What `--json` prints: one object, which tells its version, one array, or one object a line. */
type JsonForm = 'object' | 'array' | 'lines';

/** Every shape by the name of its schema, which is docs/schemas/<name>.json. */
export const SHAPES = {
	agent: 'object',
	'agent-details': 'object',
	'agent-list': 'array',
	'change-list': 'array',
	checkpoint: 'object',
	'checkpoint-details': 'object',
	'checkpoint-list': 'array',
	'cost-explanation': 'object',
	'engine-list': 'array',
	error: 'object',
	event: 'lines',
	'finding-list': 'array',
	'hook-change': 'object',
	'hook-list': 'array',
	'import-list': 'array',
	'log-line': 'lines',
	overview: 'object',
	'price-list': 'array',
	'problem-list': 'array',
	'prune-result': 'object',
	report: 'object',
	'request-answer': 'object',
	'restore-plan': 'object',
	'restore-result': 'object',
	'resume-result': 'object',
	run: 'object',
	'run-line': 'lines',
	'run-list': 'array',
	'run-report': 'object',
	'start-preview': 'object',
	step: 'object',
	telemetry: 'object',
	'telemetry-groups': 'object',
	top: 'object',
	'verify-result': 'object',
	workflow: 'object',
	'workflow-list': 'array',
	workspace: 'object',
} as const satisfies Readonly<Record<string, JsonForm>>;

export type ShapeName = keyof typeof SHAPES;

/** What a command prints with `--json`, and the other words that it takes to get this shape. */
export type JsonOutput = {readonly path: string; readonly words: string; readonly shape: ShapeName; readonly mayBeNull: boolean};

const define = (path: string, shape: ShapeName, words = '', mayBeNull = false): JsonOutput => ({path, words, shape, mayBeNull});

/** Of every command that has `--json`, in the order of the command table. Help, documentation and tests are made from this. */
export const JSON_OUTPUTS: readonly JsonOutput[] = [
	define('init', 'workspace'),
	define('run', 'run-line'),
	define('run', 'run', '--detach'),
	define('run', 'start-preview', '--dry-run'),
	define('top', 'top', '--once'),
	define('resume', 'run-line'),
	define('resume', 'run', '--detach'),
	define('approve', 'step'),
	define('reject', 'step'),
	define('cancel', 'run', '<run>'),
	define('cancel', 'agent', '<agent>'),
	define('runs', 'run-list'),
	define('show', 'run-report'),
	define('report', 'report'),
	define('engines', 'engine-list'),
	define('workflow list', 'workflow-list'),
	define('workflow show', 'workflow'),
	define('workflow validate', 'problem-list'),
	define('monitor status', 'overview'),
	define('monitor status', 'agent-details', '<agent>'),
	define('monitor list', 'agent-list'),
	define('monitor telemetry', 'telemetry'),
	define('monitor telemetry', 'telemetry-groups', '--by <group>'),
	define('prices list', 'price-list'),
	define('prices explain', 'cost-explanation'),
	define('import', 'import-list'),
	define('logs', 'log-line'),
	define('events', 'event'),
	define('checkpoint list', 'checkpoint-list'),
	define('checkpoint show', 'checkpoint-details'),
	define('checkpoint diff', 'change-list'),
	define('checkpoint create', 'checkpoint'),
	define('checkpoint restore', 'restore-result'),
	define('checkpoint restore', 'restore-plan', '--dry-run'),
	define('checkpoint undo', 'restore-result', '', true),
	define('checkpoint undo', 'restore-plan', '--dry-run', true),
	define('checkpoint resume', 'resume-result', '', true),
	define('checkpoint prune', 'prune-result'),
	define('checkpoint verify', 'verify-result'),
	define('hook install', 'hook-change'),
	define('hook uninstall', 'hook-change'),
	define('hook status', 'hook-list'),
	define('request restore', 'request-answer'),
	define('doctor', 'finding-list'),
];

/** What is printed as one document: an object tells the version of its shape. */
export const toJsonDocument = (value: unknown): unknown =>
	typeof value === 'object' && value !== null && !Array.isArray(value) ? {version: JSON_VERSION, ...value} : value;
