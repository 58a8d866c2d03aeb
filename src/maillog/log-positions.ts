/** How far each mail log has been read, told from its last cursor and the file that stands there now. */

import type { SavedRun } from '../state/cursors-file.ts';
import type { SavedMaillog } from '../state/maillog-cursor.ts';
import { isJournal } from './journal-name.ts';
import { statIfSeen } from './regular-file.ts';

/** Where the reading of one log stands. */
export interface LogPosition {
  readonly maillog: string;
  /** Bytes that the next run will read; undefined where that is not known: the journal, or another file by now. */
  readonly unread: number | undefined;
  /** When its last line was written: Unix seconds; undefined where that is not known. */
  readonly written: number | undefined;
  /** What is to be said in place of numbers. */
  readonly state: 'read' | 'not read yet' | 'missing' | 'rotated since the last run' | 'journal';
}

/** Returns the position of each configured log, by the cursors that a run left. */
export function logPositions(maillogs: readonly string[], cursors: SavedRun['maillogs']): LogPosition[] {
  return maillogs.map((maillog) => positionOf(maillog, cursors[maillog]));
}

function positionOf(maillog: string, known: SavedMaillog | undefined): LogPosition {
  const nothing = { maillog, unread: undefined, written: undefined };
  if (isJournal(maillog)) {
    return { ...nothing, state: known?.journal === undefined ? 'not read yet' : 'journal' };
  }
  const stat = statIfSeen(maillog);
  if (stat === undefined) return { ...nothing, state: 'missing' };
  const written = Math.floor(stat.mtimeMs / 1000);
  const newest = known?.files?.at(-1);
  if (newest === undefined) return { maillog, unread: stat.size, written, state: 'not read yet' };
  if (newest.inode !== stat.ino || newest.offset > stat.size) {
    return { ...nothing, written, state: 'rotated since the last run' };
  }
  return { maillog, unread: stat.size - newest.offset, written, state: 'read' };
}
