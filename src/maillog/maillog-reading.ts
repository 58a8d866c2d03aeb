/** What reading a mail log takes and gives, whether it lies in files or in the journal. */
import type { Problem } from '../problem.ts';
import type { SavedMaillog } from '../state/maillog-cursor.ts';
import type { StampOf } from './bisect.ts';
import type { readLines } from './block-reader.ts';
import type { Chunk } from './chunk.ts';
import type { OnRead } from './read-position.ts';

/** How a mail log is to be read. */
export interface ReadingOptions {
  /** Unix seconds. */
  readonly now: number;
  /** Seconds: how far back a first run or a rebuild reads. */
  readonly lookback: number;
  /** Read as on a first run, whatever was saved. */
  readonly rebuild: boolean;
  /** Gives the time of a line. */
  readonly stampOf: StampOf;
  /** Is waited for before the first line is given to `stampOf`: what reads stamps may have to be loaded. */
  readonly loadStamps?: () => Promise<void>;
  /** Count the lines, and number those of files that are read from their start. */
  readonly countLines: boolean;
  /**
   * The logs that this run has read, by device and inode: one that is in it already, under another name, is not
   * read again. The log read is added.
   */
  readonly claimed?: Set<string>;
  readonly onRead?: OnRead;
  /** What reads the lines of plain files, {@link readLines} unless given. */
  readonly readLines?: typeof readLines;
}

/** What came out beside the lines. It grows while they are read. */
export interface ReadingFacts {
  /** Bytes of files that are to be read, as they lie on the disk; 0 of the journal, of which nobody knows. */
  readonly bytesToRead: number;
  bytesRead: number;
  /** Lines delivered; 0 where they are not counted. */
  lines: number;
  /** Lines passed over for their length, 256 KiB and more. */
  longLines: number;
  readonly filesRead: string[];
  /** By its stamp, Unix seconds; undefined where no line was read, or none of the last few has a stamp. */
  lastLineTime?: number;
  /** A first run, a rebuild, or a log whose cursor fits no file: lines were read by their time. */
  startedAfresh: boolean;
  /** No file stands under the log's name. It may be a rotation that awaits its first line: problems says it too. */
  readonly missing: boolean;
  /** It is a log that another maillog line has named already. */
  readonly isDuplicate: boolean;
}

/** One mail log in the course of a run. */
export interface MaillogReading {
  /** The lines to read, oldest first, over all files of the log. To be gone through once. */
  chunks(): AsyncGenerator<Chunk>;
  /** What the next run goes on from: all chunks that have been consumed are behind it. */
  saved(): SavedMaillog;
  /** Grows while the lines are read. */
  readonly problems: Problem[];
  readonly facts: ReadingFacts;
}
