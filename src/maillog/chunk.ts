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
  /** Where the run has been looked through already: what was found. */
  readonly wanted?: WantedLines;
}

/** The lines of a run that a rule may have a use for. */
export interface WantedLines {
  /** How many there are. */
  readonly count: number;
  /** {@link wantedFields} numbers of each line, in their order, and perhaps more behind them. */
  readonly fields: Int32Array;
  /** Names that the lines' tags have. */
  readonly programs: readonly string[];
  /** Lines of the run. */
  readonly lines: number;
  /** Lines of the run from programs that some rule is for, whatever they say. */
  readonly served: number;
  /** Lines of the run that are too long to be any rule's. */
  readonly tooLong: number;
  /** All bytes of the run are ASCII, which takes less decoding. */
  readonly isAscii: boolean;
}

/**
 * Numbers of a wanted line, by their places among its fields. Places in the line count from the start of the chunk's
 * bytes.
 */
export const wantedField = {
  start: 0,
  /** One past its last byte, line end and CR left out. */
  end: 1,
  /** How many lines of the run stand before it. */
  line: 2,
  /** Which of the {@link WantedLines.programs} wrote it; -1 where it needs a closer look, and what follows says nothing. */
  program: 3,
  /** Where the tag begins, after stamp and host; in RFC 5424 the APP-NAME. */
  tag: 4,
  /** The same for lines of the chunk that follow each other with the same stamp and host, but for the seconds' digits. */
  head: 5,
  /** Where the process number begins; it ends with its digits. 0: there is none. */
  pid: 6,
  /** Where the message begins; after the end where there is none. */
  message: 7,
} as const;

/** How many numbers a wanted line has. */
export const wantedFields = 8;

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
  };
  /** The fields that journald itself adds (`_SYSTEMD_UNIT`, `_UID`), which the sender cannot forge. */
  readonly fields: ReadonlyMap<string, string>;
}
