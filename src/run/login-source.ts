/** Where an `update` takes logins from, and what it comes to. */
import type { Batch } from '../relay/batch.ts';
import type { SavedRun } from '../state/cursors-file.ts';
import type { OutcomeReport } from './outcome-report.ts';
import type { RunContext } from './run-context.ts';

/** The mail logs of the configuration, or logins that were handed over. */
export interface LoginSource {
  /** What is read, as problems name it. */
  readonly names: readonly string[];
  /** Whether it can be read a second time. */
  readonly isRepeatable: boolean;
  /** Whether it takes the place of what is in the table: the table is forgotten. */
  readonly isRebuild: boolean;
  /** Reads it, into a batch that is empty. */
  readInto(batch: Batch, context: RunContext, outcomes: OutcomeReport): Promise<ReadSummary>;
}

/** What was read. */
export interface ReadSummary {
  /** Lines; 0 where they were not counted. */
  readonly lines: number;
  /** Something could not be read, wholly or in part. */
  readonly isIncomplete: boolean;
  /** What the next run goes on from; undefined: as it was. */
  readonly progress: ReadProgress | undefined;
}

/** What the last lines of the mail logs leave for the next ones. */
export type SavedLogs = Pick<SavedRun, 'lines' | 'sessions'>;

/** Where a log is read from its beginning, or a part of it once more. */
export const nothingSaved: SavedLogs = { lines: {}, sessions: {} };

/** How far the mail logs are read, and what their lines tell of the servers. */
export interface ReadProgress extends SavedLogs {
  readonly maillogs: SavedRun['maillogs'];
  readonly pending: SavedRun['pending'];
  /** Time of the newest login read, Unix seconds; 0 if there was none. */
  readonly lastLogin: number;
  /** Lines that POP and IMAP servers wrote, whatever they say. */
  readonly served: number;
  /** As {@link SavedRun.behind}. */
  readonly behind: SavedRun['behind'];
}

/** Of a source of which nothing could be read. */
export const nothingRead: ReadSummary = { lines: 0, isIncomplete: true, progress: undefined };
