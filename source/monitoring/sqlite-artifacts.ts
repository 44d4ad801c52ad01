import type {Connection, Transact} from './sqlite-open.ts';
import {createPreparation} from './sqlite-preparation.ts';
import type {KeptArtifact, Store} from './store-port.ts';

type ArtifactRow = {readonly step_id: string; readonly attempt: number; readonly path: string; readonly size_bytes: number};

/** Writes which artifacts attempts left. */
export const createArtifactWrites = (connection: Connection, transact: Transact): Pick<Store, 'recordArtifacts'> => {
	const remove = connection.prepare('DELETE FROM artifacts WHERE run_id = :runId AND step_id = :stepId AND attempt = :attempt');
	const add = connection.prepare(
		'INSERT INTO artifacts (run_id, step_id, attempt, path, size_bytes) VALUES (:runId, :stepId, :attempt, :path, :sizeBytes)',
	);
	return {
		recordArtifacts: ({runId, stepId, attempt}, artifacts) =>
			transact(() => {
				remove.run({runId, stepId, attempt});
				for (const {path, sizeBytes} of artifacts) add.run({runId, stepId, attempt, path, sizeBytes});
			}),
	};
};

const OF_RUN = `
	SELECT a.step_id, a.attempt, a.path, a.size_bytes FROM artifacts a JOIN attempts t USING (run_id, step_id, attempt)
	WHERE a.run_id = ? ORDER BY t.started_at, a.step_id, a.attempt, a.path`;

export const createArtifactReads = (connection: Connection): Pick<Store, 'listArtifacts'> => {
	const prepare = createPreparation(connection);
	return {
		listArtifacts: async runId =>
			(prepare(OF_RUN).all(runId) as readonly ArtifactRow[]).map(
				({step_id: stepId, attempt, path, size_bytes: sizeBytes}): KeptArtifact => ({runId, stepId, attempt, path, sizeBytes}),
			),
	};
};
