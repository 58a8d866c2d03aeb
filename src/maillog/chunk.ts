/** The form in which a mail log arrives, wherever it comes from: bytes, in runs of whole lines. */
import type { Printed } from './printed.ts';

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
  /** How many lines it has; set by whoever has come to know by taking it, since to count them takes as long as some readings. */
  lines?: number;
  /** Where its first byte stands in the file, of which a compressed one counts as what it holds; not of the journal. */
  readonly offset?: number;
  /** Read past a valid cursor: the lines were written since the last run, so a stamp ahead of the clock counts as now. */
  readonly isNew: boolean;
  /**
   * Unix seconds that the lines were written before: now, or for an old file its mtime. Resolves stamps
   * without a year.
   */
  readonly writtenBefore: number;
  /** Of the journal: what it knows of each line of the run, in their order. */
  readonly records?: readonly JournalRecord[];
}

/** An entry of the journal. Its line in the chunk says the same, but for the fields. */
export interface JournalRecord {
  /** When the journal got it: Unix seconds. */
  readonly time: number;
  /** The line taken apart. */
  readonly record: {
    /** RFC 3339, UTC. */
    readonly stamp: string;
    readonly host: string;
    readonly program: string;
    readonly pid: string;
    /** Control bytes as rsyslog writes them: `#012`. */
    readonly message: string;
    /** Of an entry that its program has printed. */
    readonly printed?: Printed | undefined;
  };
  /** The fields that journald itself adds (`_SYSTEMD_UNIT`, `_UID`), which the sender cannot forge. */
  readonly fields: ReadonlyMap<string, string>;
}
