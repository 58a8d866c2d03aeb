/** Moves a file that cannot be used out of the way, under a name that says when, so that nothing is lost. */
import { renameSync } from 'node:fs';
import { dirname } from 'node:path';
import { syncDirectory } from '../maps/temporary-file.ts';

/**
 * Renames `path` to `path.corrupt-YYYYMMDDTHHMMSS` (UTC), or `path.newer-…` for a file of a newer version, and
 * returns the new name. `now` is in Unix seconds.
 */
export function setAside(path: string, now: number, kind: 'corrupt' | 'newer'): string {
  const stamp = new Date(now * 1000).toISOString().replace(/[-:]|\.\d+Z$/g, '');
  const aside = `${path}.${kind}-${stamp}`;
  renameSync(path, aside);
  syncDirectory(dirname(path));
  return aside;
}
