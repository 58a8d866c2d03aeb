/** What is kept of a maillog between runs, as it comes back from the state: plain data that is not trusted. */
import type { FileCursor } from './cursor.ts';

/** Where the reading of one configured maillog stands. Plain data for JSON. */
export interface SavedMaillog {
  /**
   * The files that have been read, oldest first; the last is the newest that was reached, the others are rotated
   * ones where late lines may still arrive.
   */
  readonly files?: readonly FileCursor[];
  /** The journal's cursor of the last entry that has been read. */
  readonly journal?: string;
}

/** Returns a value as a saved maillog, or undefined if it is none. */
export function parseSavedMaillog(value: unknown): SavedMaillog | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { files, journal } = value as { files?: unknown; journal?: unknown };
  if (files !== undefined) return Array.isArray(files) && files.every(isFileCursor) ? { files } : undefined;
  return typeof journal === 'string' ? { journal } : undefined;
}

function isFileCursor(value: unknown): value is FileCursor {
  if (typeof value !== 'object' || value === null) return false;
  const { path, inode, offset, seen, head, tail, modified, awaitUntil } = value as Record<string, unknown>;
  return (
    [path, head, tail].every((text) => typeof text === 'string') &&
    [inode, offset, seen].every((number) => Number.isSafeInteger(number) && Number(number) >= 0) &&
    Number.isFinite(modified) &&
    (awaitUntil === undefined || Number.isFinite(awaitUntil))
  );
}
