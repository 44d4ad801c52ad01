import type {Command, ReadContext} from './command.ts';
import {monitorListCommand} from './commands/monitor/list.ts';
import {monitorStatusCommand} from './commands/monitor/status.ts';
import {monitorTelemetryCommand} from './commands/monitor/telemetry.ts';
import {runsCommand} from './commands/runs.ts';

/** Commands that only look, of the table. */
export const READ_COMMANDS: ReadonlyArray<Command<ReadContext>> = [monitorListCommand, monitorStatusCommand, monitorTelemetryCommand, runsCommand];
