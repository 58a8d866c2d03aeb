/** What the runs have left, in facts: `dump --stats` shows them, and `metrics` writes them for Prometheus. */
import type { Settings } from '../config/settings.ts';
import { type LogPosition, logPositions } from '../maillog/log-positions.ts';
import type { SavedRun } from '../state/cursors-file.ts';
import { type DelaySums, delaysInDay } from '../state/publication-delays.ts';
import { refusedInDay, refusedOf } from '../state/refused-counts.ts';

/** The facts. Times are Unix seconds, 0 for never. */
export interface RunStatistics {
  readonly maxEntries: number;
  readonly lastRun: number;
  readonly lastStatus: number;
  /** Seconds; undefined where it is not known. */
  readonly lastTook: number | undefined;
  readonly lastLogin: number;
  /** From logins of the last day, by their stamps, to their publication; undefined where there was none. */
  readonly delays: DelaySums | undefined;
  /** Logins of the last day that did not count, by reason. */
  readonly refused: Readonly<Record<string, number>>;
  /** The same since the state was made. */
  readonly refusedTotal: Readonly<Record<string, number>>;
  /** How many problems last. */
  readonly problems: number;
  readonly maillogs: readonly LogPosition[];
}

/** Returns what the runs have left; `now` in Unix seconds. */
export function runStatistics(settings: Settings, saved: SavedRun, now: number): RunStatistics {
  const { lastRun, lastLogin, counters, refusedByHour, problems, maillogs } = saved;
  return {
    maxEntries: settings.maxEntries,
    lastRun: lastRun.time,
    lastStatus: lastRun.status,
    lastTook: lastRun.took,
    lastLogin,
    delays: delaysInDay(saved.delaysByHour, now),
    refused: refusedInDay(refusedByHour, now),
    refusedTotal: refusedOf(Object.entries(counters)),
    problems: Object.keys(problems).length,
    maillogs: logPositions(settings.maillogs, maillogs),
  };
}
