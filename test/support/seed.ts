import fc from 'fast-check';

/**
 * The number that every property test draws its examples from. It is the same each time, so that a change is judged by what it changed and not
 * by the luck of the draw; look for more with `RAD_TEST_SEED=$RANDOM npm run vitest`.
 */
export const SEED = Number(process.env['RAD_TEST_SEED'] ?? 1);

fc.configureGlobal({seed: SEED});
