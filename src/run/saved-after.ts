/** What a run leaves for the next one, of the table, the maps and the logs. */

import { typeOf } from '../maps/publisher.ts';
import { isTable } from '../maps/shared/shared-tables.ts';
import type { PairSums } from '../relay/pair-sums.ts';
import type { DroppedOutput, SavedRun } from '../state/cursors-file.ts';
import { addAddresses, addLogins } from '../state/day-by-hour.ts';
import { addDelays } from '../state/publication-delays.ts';
import { addRefused } from '../state/refused-counts.ts';
import { settingsToSave } from '../state/saved-settings.ts';
import type { TableResult } from '../state/table-run.ts';
import type { ReadProgress } from './login-source.ts';
import type { RunContext } from './run-context.ts';
import { countedLogins } from './run-record.ts';

/** What the pass over the table went by. */
export type JudgedBy = Pick<RunContext, 'revokedFile' | 'policyText'>;

/** What the steps of a run came to. */
export interface RunResult {
  /** What the pass left; undefined where none was made. */
  readonly table: TableResult | undefined;
  /** By what that was made. */
  readonly judgedBy: JudgedBy | undefined;
  /** How far the logs are read; undefined where none was, or none to its end. */
  readonly progress: ReadProgress | undefined;
  /** What the pairs come to, where `metrics` ask for it. */
  readonly sums: PairSums | undefined;
  /** Outputs that are configured no more, and could not be emptied. */
  readonly dropped: readonly DroppedOutput[];
}

/** What the table, the maps and the logs come to for the next run. */
export function savedAfter(
  context: RunContext,
  { table, judgedBy, progress, sums, dropped }: RunResult,
): SavedRun {
  const { saved, record, settings, invocation } = context;
  // Pairs that were lost are in the log, before the cursors: they are read back by the next run that reads it.
  const isLogDue = context.startsAfresh && progress === undefined && Object.keys(saved.maillogs).length > 0;
  const isPublished = table?.failures.length === 0;
  const changed: Partial<SavedRun> =
    table === undefined
      ? {}
      : {
          maps: { ...mapsOf(dropped, saved.maps), ...table.maps },
          pairs: isLogDue ? undefined : table.pairsFile,
          revoked: judgedBy?.revokedFile,
          permits: context.permitsFile,
          permitted: table.permitted,
          entries: table.pairs,
          published: table.published,
          overLimit: table.overLimit,
          crowded: table.crowded,
          full: table.full,
          nextExpiry: finiteOrNull(table.nextExpiry),
          policy: judgedBy?.policyText ?? context.policyText,
        };
  return {
    ...saved,
    ...changed,
    sums,
    dropped: dropped.length > 0 ? dropped : undefined,
    maillogs: progress?.maillogs ?? saved.maillogs,
    pending: progress === undefined ? saved.pending : progress.pending,
    lines: progress?.lines ?? saved.lines,
    sessions: progress?.sessions ?? saved.sessions,
    behind: progress?.behind ?? saved.behind,
    settings: settingsToSave(settings),
    counters: sumOf(saved.counters, record.counted),
    refusedByHour: addRefused(saved.refusedByHour, record.counted, invocation.now),
    loginsByHour: addLogins(saved.loginsByHour, record.counted.get(countedLogins) ?? 0, invocation.now),
    addressesByHour: addAddresses(saved, table?.published ?? saved.published, invocation.now),
    ...(isPublished
      ? { delaysByHour: addDelays(saved.delaysByHour, record.newLogins, invocation.time()) }
      : {}),
    lastLogin: Math.max(saved.lastLogin, progress?.lastLogin ?? 0),
  };
}

/** What was published of outputs that are to be emptied yet. */
function mapsOf(dropped: readonly DroppedOutput[], maps: SavedRun['maps']): SavedRun['maps'] {
  const paths = dropped
    .filter(({ output }) => !isTable(output))
    .map(({ output }) => typeOf(output).publishedPath(output));
  return Object.fromEntries(Object.entries(maps).filter(([path]) => paths.includes(path)));
}

function sumOf(before: SavedRun['counters'], counted: ReadonlyMap<string, number>): SavedRun['counters'] {
  const sum = { ...before };
  for (const [name, count] of counted) sum[name] = (sum[name] ?? 0) + count;
  return sum;
}

function finiteOrNull(seconds: number): number | null {
  return Number.isFinite(seconds) ? seconds : null;
}
