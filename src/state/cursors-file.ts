/**
 * The cursors file: how far each log is read, and what else a run hands to the next one. It is written last,
 * so it is never ahead of the pairs; without it, or with a damaged one, the next run reads the end of the log
 * again, which changes nothing.
 */

import type { Output } from '../maps/output.ts';
import type { FileIdentity, PublishedMap } from '../maps/publisher.ts';
import { replaceFile } from '../maps/replace-file.ts';
import type { PairSums } from '../relay/pair-sums.ts';
import type { FullTable } from '../relay/room.ts';
import type { SavedSessions } from '../relay/session-memory.ts';
import type { ByHour } from './by-hour.ts';
import { count, fileIdentity, time } from './common-values.ts';
import { type Damage, readStateText } from './damage.ts';
import {
  array,
  decodeJson,
  flag,
  having,
  nullable,
  number,
  object,
  optional,
  record,
  text,
  versioned,
} from './decode.ts';
import { type HalfOpenLogin, halfOpenLogin } from './half-open-login.ts';
import { type LoginLine, loginLine } from './login-line.ts';
import { type SavedMaillog, savedMaillog } from './maillog-cursor.ts';
import type { DelaysByHour } from './publication-delays.ts';
import type { RefusedByHour } from './refused-counts.ts';
import { savedSessions } from './saved-sessions.ts';
import { type SavedSettings, savedOutput, savedSettings } from './saved-settings.ts';
import { stateMode } from './state-paths.ts';

/** A problem that lasts from run to run. Times are Unix seconds. */
export interface LastingProblem {
  readonly text: string;
  readonly since: number;
  readonly lastTold: number;
  readonly runs: number;
  /** Met in reading logs: a run that reads none does not know whether it is over. */
  readonly isOfLog?: boolean;
  /** Only lines tell whether it is over: so does no run that reads none. */
  readonly isOfLines?: boolean;
  /** Its reason, where another reason is worth telling anew. */
  readonly reason?: string;
}

/** An output of earlier settings that could not be emptied yet. */
export interface DroppedOutput {
  readonly output: Output;
  /** When the last address in it has expired, Unix seconds. */
  readonly until: number;
}

/** What the last run left. */
export interface SavedRun {
  readonly version: 1;
  /** Cursors by maillog as configured. */
  readonly maillogs: Readonly<Record<string, SavedMaillog>>;
  /** Half-open two-line logins, in the order of their lines. */
  readonly pending: readonly HalfOpenLogin[];
  /** By maillog: its last line, where that was a login. */
  readonly lines: Readonly<Record<string, LoginLine>>;
  /** What is known of the sessions of each maillog; none with `sessions off`. */
  readonly sessions: Readonly<Record<string, SavedSessions>>;
  /** Published maps by the name of their file. */
  readonly maps: Readonly<Record<string, PublishedMap>>;
  /** The pairs file that these cursors go with; undefined while there is none. */
  readonly pairs?: FileIdentity | undefined;
  /** The file of revocations that the pairs were last judged by; undefined while there is none. */
  readonly revoked?: FileIdentity | undefined;
  /** The file of permits that the maps were last made with; undefined while there is none. */
  readonly permits?: FileIdentity | undefined;
  /** How many of these hold. */
  readonly permitted: number;
  /** Number of pairs in the pairs file. */
  readonly entries: number;
  /** Number of addresses that relay. */
  readonly published: number;
  /** What else the pairs come to; undefined where no `metrics` ask for it. */
  readonly sums?: PairSums | undefined;
  /** When the next pair or permit expires, Unix seconds; null if none does. */
  readonly nextExpiry: number | null;
  /** Users over `max-addresses-per-user`, in lower case, and from how many addresses they logged in. */
  readonly overLimit?: Readonly<Record<string, number>>;
  /** Addresses over `max-users-per-address`, and how many users each has. */
  readonly crowded?: Readonly<Record<string, number>>;
  /** What `max-entries` kept out; undefined while there is room. */
  readonly full?: FullTable | undefined;
  /** What decided who relays, as one text: if it differs, every pair is judged again. */
  readonly policy: string;
  /** The settings of the last run that had any: a broken configuration must not stop expiry. */
  readonly settings?: SavedSettings | undefined;
  /** Outputs of earlier settings that could not be emptied yet; what they were is among {@link SavedRun.maps}. */
  readonly dropped?: readonly DroppedOutput[] | undefined;
  /** When the newest login was that a log showed, whether it counted or not; Unix seconds, 0 before the first. */
  readonly lastLogin: number;
  /** Lines of POP and IMAP servers read since a login was found, and since when; Unix seconds. */
  readonly silence: { readonly since: number; readonly lines: number };
  /** By maillog: seconds that the stamps of its new lines are behind the clock, where that looks like a time zone. */
  readonly behind: Readonly<Record<string, number>>;
  /** When it was, Unix seconds; how it ended; and how long it took, seconds with fraction. */
  readonly lastRun: { readonly time: number; readonly status: number; readonly took?: number };
  readonly problems: Readonly<Record<string, LastingProblem>>;
  /** Maps have changed, and an `on-change` command has failed since. */
  readonly isChangeDue: boolean;
  /** Sums since the state was made: refused logins by kind and the like. */
  readonly counters: Readonly<Record<string, number>>;
  /** Those that are refused logins, of the last day. */
  readonly refusedByHour?: RefusedByHour;
  /** Logins of the last day that counted. */
  readonly loginsByHour?: ByHour<number>;
  /** The most addresses of the last day that were published at once. */
  readonly addressesByHour?: ByHour<number>;
  /** How long logins of the last day waited to be published. */
  readonly delaysByHour?: DelaysByHour;
}

/** What the first run finds. */
export const noRun: SavedRun = {
  version: 1,
  maillogs: {},
  pending: [],
  lines: {},
  sessions: {},
  maps: {},
  permitted: 0,
  entries: 0,
  published: 0,
  nextExpiry: null,
  policy: '',
  lastLogin: 0,
  silence: { since: 0, lines: 0 },
  behind: {},
  lastRun: { time: 0, status: 0 },
  problems: {},
  isChangeDue: false,
  counters: {},
};

const publishedMap = object<PublishedMap>({
  inode: number,
  size: number,
  modified: number,
  digest: text,
  sources: optional(record(nullable(fileIdentity))),
});

const lastingProblem = object<LastingProblem>({
  text,
  since: time,
  lastTold: time,
  runs: count,
  isOfLog: optional(flag),
  isOfLines: optional(flag),
  reason: optional(text),
});

/**
 * The file is whole or damaged: it is made anew from the log in one run, so that nothing is won by keeping a part of
 * it. What the last release did not write may be missing.
 */
const savedRun = versioned(
  1,
  having(
    object<SavedRun>({
      version: () => 1,
      maillogs: record(savedMaillog),
      pending: optional(array(halfOpenLogin), []),
      lines: optional(record(loginLine), {}),
      sessions: optional(record(savedSessions), {}),
      maps: record(publishedMap),
      pairs: optional(fileIdentity),
      revoked: optional(fileIdentity),
      permits: optional(fileIdentity),
      permitted: optional(count, 0),
      entries: count,
      published: count,
      sums: optional(object<PairSums>({ users: count, byServer: record(count) })),
      nextExpiry: nullable(time),
      overLimit: optional(record(count)),
      crowded: optional(record(count)),
      full: optional(object<FullTable>({ entries: count, refused: count, users: record(count) })),
      policy: text,
      settings: optional(savedSettings),
      dropped: optional(array(object<DroppedOutput>({ output: savedOutput, until: time }))),
      lastLogin: time,
      silence: object<SavedRun['silence']>({ since: time, lines: count }),
      behind: record(number),
      lastRun: object<SavedRun['lastRun']>({ time, status: count, took: optional(number) }),
      problems: record(lastingProblem),
      isChangeDue: optional(flag, false),
      counters: record(number),
      refusedByHour: optional(record(record(number))),
      loginsByHour: optional(record(count)),
      addressesByHour: optional(record(count)),
      delaysByHour: optional(record(record(number))),
    }),
    // A table that never expires would leave every later run idle, and its addresses in the maps.
    ({ entries, permitted, nextExpiry }) => (nextExpiry === null) === (entries + permitted === 0),
    'has entries that never expire, or none that do',
  ),
);

/** Reads what the last run left; {@link noRun} if there is no such file. System errors are thrown. */
export function readCursors(path: string): SavedRun | Damage {
  const read = readStateText(path) ?? noRun;
  return typeof read === 'string' ? decodeJson(read, savedRun) : read;
}

/** Writes what this run leaves. */
export function writeCursors(path: string, saved: SavedRun): void {
  // Names from a log are in it, and people look at the file on a terminal: JSON itself leaves these as they are.
  const json = JSON.stringify(saved).replace(controls, escapedInJson);
  replaceFile(path, Buffer.from(`${json}\n`), {
    mode: stateMode,
    consequence: 'the next run reads the same lines again',
  });
}

const controls = /[\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

function escapedInJson(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
