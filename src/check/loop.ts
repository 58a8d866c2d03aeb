/** Is there a process that runs Exact again and again, where no timer and no cron is? A container has one. */
import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { readText } from '../host/read-text.ts';

/** What the loop of examples/container is called, and known by. */
const loopName = 'exact-loop';

/** Reports whether it runs on a host whose /proc lies below `root`; where there is none, it does not. */
export function isLoopRunning(root = '/'): boolean {
  const proc = join(root, 'proc');
  try {
    return readdirSync(proc).some((name) => /^\d+$/.test(name) && isLoop(join(proc, name)));
  } catch {
    return false;
  }
}

/** A script is an argument of its shell. */
function isLoop(process: string): boolean {
  try {
    const words = readText(join(process, 'cmdline')).split('\0');
    return words.slice(0, 2).some((word) => basename(word) === loopName);
  } catch {
    // It has ended since, or is hidden from this account.
    return false;
  }
}
