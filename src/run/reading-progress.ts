/** The bar that goes with the reading of a large log: on a terminal alone, and where it is in nobody's way. */
import type { Invocation } from '../host/invocation.ts';
import { isTerminal } from '../terminal/is-terminal.ts';
import { Progress } from '../terminal/progress.ts';

/**
 * Returns what shows how much has been read; undefined where nobody would see it, or where the rows that the command
 * itself writes would run through it.
 */
export function readingProgress(invocation: Invocation, writesRows: boolean): Progress | undefined {
  const { env, stdout, clock } = invocation.world;
  const isSeen = isTerminal(2) && env.TERM !== 'dumb' && !invocation.has('quiet');
  if (!isSeen || (writesRows && stdout.isTerminal)) return undefined;
  const progress = new Progress({ label: 'reading', clock, stream: process.stderr });
  // A signal ends the process where it is.
  process.once('exit', () => progress.end());
  return progress;
}
