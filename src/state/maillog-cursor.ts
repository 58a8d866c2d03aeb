/**
 * How far a mail log has been read, as the cursors file keeps it from run to run. What the parts are made of, and
 * which file they fit, is for the room of mail logs to say (maillog/cursor.ts, maillog/resume.ts).
 */
import { count, word } from './common-values.ts';
import { array, number, object, optional, text } from './decode.ts';

/** How far one file has been read. */
export interface FileCursor {
  /** The name that the file had when it was last seen. */
  readonly path: string;
  readonly inode: number;
  /** Bytes that have been read; of a compressed file, as they were before. The start of a line. */
  readonly offset: number;
  /** Digest of the first bytes: 1024 of them, or `offset` if that is fewer. */
  readonly head: string;
  /** Digest of the 256 bytes before `offset`, or of all if they are fewer. */
  readonly tail: string;
  /** The file's size when all of it had been looked at; greater than `offset` if it ended in a half line. */
  readonly seen: number;
  /** The file's modification time when it was last opened, Unix seconds with a fraction. */
  readonly modified: number;
  /** Of a rotated file: until when late lines are waited for, Unix seconds. */
  readonly awaitUntil?: number;
}

/** Where the reading of one configured maillog stands; neither name is there before anything was read. */
export interface SavedMaillog {
  /**
   * The files that have been read, oldest first; the last is the newest that was reached, the others are rotated
   * ones where late lines may still arrive.
   */
  readonly files?: readonly FileCursor[];
  /** The journal's cursor of the last entry that has been read. */
  readonly journal?: string;
}

const fileCursor = object<FileCursor>({
  path: word,
  inode: number,
  offset: count,
  head: text,
  tail: text,
  seen: count,
  modified: number,
  awaitUntil: optional(number),
});

/** Takes where the reading of a maillog stands. */
export const savedMaillog = object<SavedMaillog>({
  files: optional(array(fileCursor)),
  journal: optional(word),
});
