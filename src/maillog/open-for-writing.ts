/** Whether some process has a file open for writing, as Linux tells in /proc: a log that is still written. */
import { readdirSync, readFileSync, type Stats, statSync } from 'node:fs';

/** The access mode among the flags of an open file, and the one that only reads (open(2)). */
const accessMode = 0o3;
const readOnly = 0o0;

/**
 * Reports whether another process has a file open for writing. Of processes of other accounts only root may look; what
 * cannot be seen, or where there is no /proc, is no.
 */
export function isOpenForWriting({ dev, ino }: Stats): boolean {
  return namesIn('/proc').some((pid) => {
    if (!/^\d+$/.test(pid) || Number(pid) === process.pid) return false;
    return namesIn(`/proc/${pid}/fd`).some((fd) => {
      try {
        const stat = statSync(`/proc/${pid}/fd/${fd}`);
        if (stat.ino !== ino || stat.dev !== dev) return false;
        const flags = /^flags:\s*([0-7]+)$/m.exec(readFileSync(`/proc/${pid}/fdinfo/${fd}`, 'latin1'))?.[1];
        return (Number.parseInt(flags ?? '0', 8) & accessMode) !== readOnly;
      } catch {
        return false; // Closed meanwhile, or another's.
      }
    });
  });
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
