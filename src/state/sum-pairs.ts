/** The sums of a pairs file, read once through. A pass over the table has no time for them. */
import { type PairSums, PairTally } from '../relay/pair-sums.ts';
import { StateDamage } from './state-file.ts';
import { withPairs } from './table-run.ts';

/**
 * Returns the sums of the pairs on disk; undefined where they cannot be read, which the next pass over the table meets
 * and mends. System errors are thrown.
 */
export function sumPairs(path: string): PairSums | undefined {
  const tally = new PairTally();
  try {
    withPairs({ path, startsEmpty: false }, (stream) => {
      while (stream.next()) tally.add(stream.pair());
    });
  } catch (error) {
    if (error instanceof StateDamage) return undefined;
    throw error;
  }
  return tally.sums;
}
