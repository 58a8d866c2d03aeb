/** What finding the lines of a chunk comes to: places of lines and of their parts, as numbers. */

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
