/** How pairs are lost: the file is damaged, or it cannot be opened. A run sets it aside and reads the log back. */
import { Failure } from '../problem.ts';
import { StateDamage } from './state-file.ts';

/** The pairs file is there and cannot be opened, for whatever reason the system has. */
export class UnreadablePairs extends Failure {}

/** Whether an error says that the pairs on disk cannot be used. */
export function areLostPairs(error: unknown): error is StateDamage | UnreadablePairs {
  return error instanceof StateDamage || error instanceof UnreadablePairs;
}
