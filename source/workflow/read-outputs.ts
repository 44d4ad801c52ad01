import type {Run} from '../domain/records.ts';
import type {AttemptPorts} from './attempt-ports.ts';
import {createEvaluate} from './contexts.ts';
import {loadState} from './embedded-engine.ts';
import {readFrozenPlan} from './freeze-plan.ts';
import {toMainScope} from './scope.ts';

/** What the workflow of a run says that it hands on, by name; null for what cannot be told, since a step has failed or was never run. */
export const readOutputs = async (ports: Pick<AttemptPorts, 'store'>, run: Run): Promise<Readonly<Record<string, unknown>>> => {
	const frozen = readFrozenPlan(await ports.store.getPlanJson(run.id));
	const named = Object.entries(frozen?.plan.outputs ?? {});
	if (frozen === undefined || named.length === 0) return {};
	const state = await loadState(ports, {runId: run.id, frozen});
	const evaluate = createEvaluate(frozen, run);
	return Object.fromEntries(
		named.map(([name, text]) => {
			const found = evaluate(text, toMainScope(frozen.plan), state);
			return [name, 'value' in found ? found.value : null];
		}),
	);
};
