/**
 * Begins the message id of a record that is no response of its own: it settles what an engine's final figures hold beyond the responses
 * that were seen. Its tokens and its cost count, it does not count as a response.
 */
export const SETTLEMENT_PREFIX = 'result:';
