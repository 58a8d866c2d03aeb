/** Whether a second thread should read ahead. */
import { availableParallelism } from 'node:os';
import type { Settings } from '../config/settings.ts';
import type { Invocation } from './invocation.ts';
import { sizeOf } from './parse-sources.ts';
import type { ReadAhead } from './read-ahead.ts';

/** For a smaller file it does not pay to start a thread. Bytes. */
const worthAThread = 8 * 1024 * 1024;

/** Starts a thread that reads ahead, if a file is large enough and there is a processor for it. */
export async function startReadAhead(
  invocation: Invocation,
  { maillogs }: Settings,
): Promise<ReadAhead | undefined> {
  // Where all lines are wanted, or come one by one, there is nothing to be done ahead.
  if (invocation.has('follow') || invocation.has('invert') || availableParallelism() < 2) return undefined;
  const files = invocation.operands.length > 0 ? invocation.operands : maillogs;
  if (!files.some((file) => sizeOf(file) >= worthAThread)) return undefined;
  const { ReadAhead } = await import('./read-ahead.ts');
  try {
    return new ReadAhead(worthAThread);
  } catch {
    // An account may have so many threads and no more; one does it too.
    return undefined;
  }
}
