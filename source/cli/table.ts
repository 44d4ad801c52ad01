import type {Command} from './command.ts';
import {approveCommand} from './commands/approve.ts';
import {cancelCommand} from './commands/cancel.ts';
import {checkpointCreateCommand} from './commands/checkpoint/create.ts';
import {checkpointDiffCommand} from './commands/checkpoint/diff.ts';
import {checkpointListCommand} from './commands/checkpoint/list.ts';
import {checkpointPruneCommand} from './commands/checkpoint/prune.ts';
import {checkpointRestoreCommand} from './commands/checkpoint/restore.ts';
import {checkpointResumeCommand} from './commands/checkpoint/resume.ts';
import {checkpointShowCommand} from './commands/checkpoint/show.ts';
import {checkpointUndoCommand} from './commands/checkpoint/undo.ts';
import {checkpointVerifyCommand} from './commands/checkpoint/verify.ts';
import {completionCommand} from './commands/completion.ts';
import {configGetCommand} from './commands/config/get.ts';
import {configListCommand} from './commands/config/list.ts';
import {configPathCommand} from './commands/config/path.ts';
import {configSchemaCommand} from './commands/config/schema.ts';
import {configSetCommand} from './commands/config/set.ts';
import {configUnsetCommand} from './commands/config/unset.ts';
import {demoCommand} from './commands/demo.ts';
import {doctorCommand} from './commands/doctor.ts';
import {enginesCommand} from './commands/engines.ts';
import {eventsCommand} from './commands/events.ts';
import {helpCommand} from './commands/help.ts';
import {hookInstallCommand} from './commands/hook/install.ts';
import {hookStatusCommand} from './commands/hook/status.ts';
import {hookUninstallCommand} from './commands/hook/uninstall.ts';
import {importCommand} from './commands/import.ts';
import {initCommand} from './commands/init.ts';
import {logsCommand} from './commands/logs.ts';
import {monitorListCommand} from './commands/monitor/list.ts';
import {monitorStatusCommand} from './commands/monitor/status.ts';
import {monitorTelemetryCommand} from './commands/monitor/telemetry.ts';
import {notifyCommand} from './commands/notify.ts';
import {pricesExplainCommand} from './commands/prices/explain.ts';
import {pricesListCommand} from './commands/prices/list.ts';
import {rejectCommand} from './commands/reject.ts';
import {reportCommand} from './commands/report.ts';
import {requestRestoreCommand} from './commands/request/restore.ts';
import {resumeCommand} from './commands/resume.ts';
import {runCommand} from './commands/run.ts';
import {runsCommand} from './commands/runs.ts';
import {showCommand} from './commands/show.ts';
import {topCommand} from './commands/top.ts';
import {workflowGraphCommand} from './commands/workflow/graph.ts';
import {workflowListCommand} from './commands/workflow/list.ts';
import {workflowSchemaCommand} from './commands/workflow/schema.ts';
import {workflowShowCommand} from './commands/workflow/show.ts';
import {workflowValidateCommand} from './commands/workflow/validate.ts';

/** Every command, in the order in which help shows them. Parsing, help and suggestions are made from this. */
export const COMMANDS: readonly Command[] = [
	demoCommand,
	initCommand,
	runCommand,
	topCommand,
	resumeCommand,
	approveCommand,
	rejectCommand,
	cancelCommand,
	runsCommand,
	showCommand,
	reportCommand,
	notifyCommand,
	enginesCommand,
	workflowListCommand,
	workflowShowCommand,
	workflowGraphCommand,
	workflowValidateCommand,
	workflowSchemaCommand,
	monitorStatusCommand,
	monitorListCommand,
	monitorTelemetryCommand,
	pricesListCommand,
	pricesExplainCommand,
	importCommand,
	logsCommand,
	eventsCommand,
	checkpointListCommand,
	checkpointShowCommand,
	checkpointDiffCommand,
	checkpointCreateCommand,
	checkpointRestoreCommand,
	checkpointUndoCommand,
	checkpointResumeCommand,
	checkpointPruneCommand,
	checkpointVerifyCommand,
	hookInstallCommand,
	hookUninstallCommand,
	hookStatusCommand,
	requestRestoreCommand,
	configListCommand,
	configGetCommand,
	configSetCommand,
	configUnsetCommand,
	configPathCommand,
	configSchemaCommand,
	doctorCommand,
	completionCommand,
	helpCommand,
];
