import type {PendingWrite} from '../hooks-port.ts';

/**
 * Asks rad for a checkpoint before a write (see `Hooks`); resolves with why the write must not be made, or null. Where rad is gone the
 * write may be made: the agent goes on alone, and the checkpoint before its step still holds what it overwrites.
 */
export const askBeforeWrite = async (url: string, write: PendingWrite): Promise<string | null> => {
	try {
		const response = await fetch(url, {method: 'POST', body: JSON.stringify(write)});
		return response.ok ? null : `since ${await response.text()}`;
	} catch {
		return null;
	}
};
