/**
 * The note of a run after which there is nothing to do: what it has looked at, and until when its answer holds. A run
 * that finds all of it as it was need not begin (`src/gate.ts`): it sets the note's modification time, which is when the
 * last run was, and that is all. A note that is missing, damaged or of another make is a doubt, and the run is made.
 */
import { closeSync, constants, fstatSync, futimesSync, openSync, readFileSync, statSync } from 'node:fs';
import type { SavedRun } from './cursors-file.ts';
import {
  array,
  type Decoder,
  decodeJson,
  nullable,
  number,
  object,
  optional,
  record,
  text,
  versioned,
} from './decode.ts';

/** Where in a log the next run goes on, and the bytes before, in base64: if they differ it is another log. */
interface SearchedLog {
  readonly offset: number;
  readonly tail: string;
}

/** By what it is told that new lines of a log are nothing to any rule. */
export interface LogSearch {
  /** Byte strings, in base64: each line that a rule has a use for holds one of them. */
  readonly needles: readonly string[];
  /** The program of such a line has one of these in its name. */
  readonly programs: readonly string[];
  readonly logs: Readonly<Record<string, SearchedLog>>;
  /** By the name of a journal among the mail logs, the cursor of the last entry that was read. */
  readonly journals?: Readonly<Record<string, string>>;
}

/** What a run looked at, and what it answered. */
export interface IdleNote {
  readonly version: 1;
  /** The configuration file; null where there was none. */
  readonly config: string | null;
  /** The user id of the run, before and after it might have given up root. */
  readonly uid: number;
  /** Unix seconds: nothing expires, and nothing is to be told, before. */
  readonly until: number;
  /** This host's own addresses, as {@link addressesWords} writes them. */
  readonly addresses: string;
  /** By path what {@link lookAt} saw. */
  readonly looks: Readonly<Record<string, string>>;
  /** undefined: any new line is something to read. */
  readonly search?: LogSearch;
}

const idleNote: Decoder<IdleNote> = versioned(
  1,
  object<IdleNote>({
    version: () => 1,
    config: nullable(text),
    uid: number,
    until: number,
    addresses: text,
    looks: record(text),
    search: optional(
      object<LogSearch>({
        needles: array(text),
        programs: array(text),
        logs: record(object<SearchedLog>({ offset: number, tail: text })),
        journals: optional(record(text)),
      }),
    ),
  }),
);

/**
 * Returns what tells a file from another version of it without reading: device, inode, owner, mode, size and the time of
 * its last change in milliseconds with fraction (ctime, which no program can set). Of a folder, in which files come and
 * go, owner and mode alone count. Links are followed. Throws the system's error, but for a name that is not there.
 */
export function lookAt(path: string): string {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return 'absent';
  const { dev, ino, mode, uid, gid, size, ctimeMs } = stat;
  const all = [dev, ino, mode, uid, gid];
  return (stat.isDirectory() ? all : [...all, size, ctimeMs]).join(' ');
}

/** Returns addresses as one text that is the same for the same ones. */
export function addressesWords(addresses: ReadonlySet<string>): string {
  return [...addresses].sort().join(' ');
}

/** A note on disk, open. */
export interface OpenNote {
  readonly note: IdleNote;
  /** When the last run was, Unix seconds. */
  readonly lastRun: number;
  /** Says that a run was made, at Unix seconds. Throws the system's error. */
  touch(now: number): void;
}

/**
 * Opens a note and hands it to `use`; undefined where there is none that can be used: also one that is not the
 * account's own, no regular file, or damaged. System errors are thrown.
 */
export function withIdleNote<Result>(
  path: string,
  use: (open: OpenNote) => Result | undefined,
): Result | undefined {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const stat = fstatSync(fd);
    if (!stat.isFile() || stat.uid !== process.geteuid?.()) return undefined;
    const note = decodeJson(readFileSync(fd, 'utf8'), idleNote);
    if ('damage' in note) return undefined;
    return use({ note, lastRun: secondsOf(stat.mtimeMs), touch: (now) => futimesSync(fd, now, now) });
  } finally {
    closeSync(fd);
  }
}

/** Returns what the last run left, with the time of runs after it that did not begin. */
export function withIdleRuns(saved: SavedRun, path: string): SavedRun {
  const stat = statSync(path, { throwIfNoEntry: false });
  const time = stat?.isFile() === true ? secondsOf(stat.mtimeMs) : 0;
  if (time <= saved.lastRun.time) return saved;
  return { ...saved, lastRun: { ...saved.lastRun, time } };
}

/** What was set as whole seconds may be read with a fraction that is off by a rounding. */
function secondsOf(milliseconds: number): number {
  return Math.round(milliseconds / 1000);
}
