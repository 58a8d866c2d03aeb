/** How thorough random tests are. */

/**
 * How many schedules the tests of whole runs take, others in proportion: EXACT_SEEDS, 100 in CI, and 10 where nobody says, so
 * that the tests are done while one waits.
 */
export const seeds = Number(process.env.EXACT_SEEDS ?? 10);

/** Whether tests that go through all there is, as CI's do, are to do so where a part of it says nearly the same. */
export const isWhole = seeds >= 100;

/** Returns how many runs a test takes that takes so many in CI: at least one. */
export function runsOf(inCi: number): number {
  return Math.ceil((inCi * seeds) / 100);
}
