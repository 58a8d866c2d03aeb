/** The form in which a mail log arrives, wherever it comes from: bytes, in runs of whole lines. */

/**
 * A run of whole lines. Lines end at byte 0x0A and nowhere else; every line in it ends with one, except that
 * the last line of a finished input (a pipe, a rotated file) may lack it. The bytes are valid until the next
 * chunk is asked for.
 */
export interface Chunk {
  readonly bytes: Buffer;
  /** First byte of the run in `bytes`. */
  readonly start: number;
  /** One past its last byte. */
  readonly end: number;
  /** File name as configured or given, `-` for standard input. */
  readonly source: string;
  /** Number of its first line in that file, from 1; 0 where lines are not counted. */
  readonly firstLine: number;
  /** Read past a valid cursor: the lines were written since the last run, so a stamp ahead of the clock counts as now. */
  readonly isNew: boolean;
  /**
   * Unix seconds that the lines were written before: now, or for an old file its mtime. Resolves stamps
   * without a year.
   */
  readonly writtenBefore: number;
}
