/**
 * The cursors file: how far each log is read, and what else a run hands to the next one. It is written last,
 * so it is never ahead of the pairs; without it, or with a damaged one, the next run reads the end of the log
 * again, which changes nothing.
 */

import { readText } from '../host/read-text.ts';
import type { FileIdentity, PublishedMap } from '../maps/publisher.ts';
import { replaceFile } from '../maps/replace-file.ts';
import { errnoOf } from '../problem.ts';
import type { PairSums } from '../relay/pair-sums.ts';
import type { RefusedByHour } from './refused-counts.ts';
import { stateMode } from './state-paths.ts';

/** A problem that lasts from run to run. Times are Unix seconds. */
export interface LastingProblem {
  readonly text: string;
  readonly since: number;
  readonly lastTold: number;
  readonly runs: number;
  /** Met in reading logs: a run that reads none does not know whether it is over. */
  readonly isOfLog?: boolean;
}

/** What the last run left. */
export interface SavedRun {
  readonly version: 1;
  /** Cursors by maillog as configured; what is in one is the maillog room's. */
  readonly maillogs: Readonly<Record<string, unknown>>;
  /** Half-open two-line logins; what is in it is the rules room's. */
  readonly pending: unknown;
  /** Published maps by the name of their file. */
  readonly maps: Readonly<Record<string, PublishedMap>>;
  /** The pairs file that these cursors go with; undefined while there is none. */
  readonly pairs?: FileIdentity | undefined;
  /** The file of revocations that the pairs were last judged by; undefined while there is none. */
  readonly revoked?: FileIdentity | undefined;
  /** Number of pairs in it. */
  readonly entries: number;
  /** Number of addresses that relay. */
  readonly published: number;
  /** What else the pairs come to; undefined where no `metrics` ask for it. */
  readonly sums?: PairSums | undefined;
  /** When the next pair expires, Unix seconds; null if none does. */
  readonly nextExpiry: number | null;
  /** Users over `max-addresses-per-user`, in lower case, and from how many addresses they logged in. */
  readonly overLimit?: Readonly<Record<string, number>>;
  /** What decided who relays, as one text: if it differs, every pair is judged again. */
  readonly policy: string;
  /** The settings of the last run that had any, without origins: a broken configuration must not stop expiry. */
  readonly settings: unknown;
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
}

/** What the first run finds. */
export const noRun: SavedRun = {
  version: 1,
  maillogs: {},
  pending: undefined,
  maps: {},
  entries: 0,
  published: 0,
  nextExpiry: null,
  policy: '',
  settings: undefined,
  lastLogin: 0,
  silence: { since: 0, lines: 0 },
  behind: {},
  lastRun: { time: 0, status: 0 },
  problems: {},
  isChangeDue: false,
  counters: {},
};

/** Why the cursors file cannot be used. */
export type CursorsDamage = { readonly damage: string; readonly isNewer: boolean };

/** Reads what the last run left; {@link noRun} if there is no such file. System errors are thrown. */
export function readCursors(path: string): SavedRun | CursorsDamage {
  let text: string;
  try {
    text = readText(path);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return noRun;
    throw error;
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { damage: text === '' ? 'empty' : 'not JSON', isNewer: false };
  }
  return checkSavedRun(value);
}

/** Whether a value has the fields of a saved run, each of its type; what rooms keep in it they check themselves. */
function checkSavedRun(value: unknown): SavedRun | CursorsDamage {
  if (!isObject(value)) return { damage: 'not an object', isNewer: false };
  if (typeof value.version === 'number' && value.version > 1) {
    return { damage: `of version ${value.version}, written by a newer exact`, isNewer: true };
  }
  const isWhole =
    value.version === 1 &&
    [
      value.maillogs,
      value.maps,
      value.silence,
      value.behind,
      value.lastRun,
      value.problems,
      value.counters,
    ].every(isObject) &&
    typeof value.entries === 'number' &&
    typeof value.lastLogin === 'number' &&
    typeof value.policy === 'string' &&
    (value.nextExpiry === null || typeof value.nextExpiry === 'number');
  return isWhole ? (value as unknown as SavedRun) : { damage: 'lacks a field', isNewer: false };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Writes what this run leaves. */
export function writeCursors(path: string, saved: SavedRun): void {
  replaceFile(path, Buffer.from(`${JSON.stringify(saved)}\n`), {
    mode: stateMode,
    consequence: 'the next run reads the same lines again',
  });
}
