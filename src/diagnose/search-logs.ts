/** The configured mail logs as `exact dump` looks into them: no cursor is moved, and a long log is given up. */

import { zoneOf } from '../config/time-zone.ts';
import type { Invocation } from '../host/invocation.ts';
import type { StampOf } from '../maillog/bisect.ts';
import type { Chunk } from '../maillog/chunk.ts';
import { readMaillog } from '../maillog/read-maillog.ts';
import { identityOf, isSameFile } from '../maps/publisher.ts';
import { refusalLogs } from '../mtas/mtas.ts';
import type { Problem } from '../problem.ts';
import { lineStamps } from '../syslog/line-stamp.ts';
import type { Zone } from '../syslog/zone.ts';
import type { Table } from './open-table.ts';

/** Whoever asks a question waits no longer for what the logs add to the answer. Seconds. */
export const patience = 2;

/** What is looked for. */
export interface Search {
  /** The logs; by default those of the configuration. */
  readonly maillogs?: readonly string[];
  /** Lines since then, Unix seconds; undefined: those that the next run will read. Older ones may come too. */
  readonly since?: number;
  /** Seconds after which the rest is left unread; undefined: never. */
  readonly patience?: number;
  /** Takes lines of one of the logs, which come one log after the other. */
  take(chunk: Chunk, maillog: string): void;
}

/** The mail logs of one call. */
export interface Logs {
  /** Reads them, and returns whether all that was wanted was read. What cannot be read is told, once. */
  search(search: Search): Promise<boolean>;
}

/** Returns the logs of a call. */
export function openLogs(invocation: Invocation, table: Table): Logs {
  const told = new Set<string>();
  const zone = zoneOf(table.settings);
  const stampOf = stampsOfAny(zone);
  return {
    async search(search) {
      const endsAt = invocation.time() + (search.patience ?? Number.POSITIVE_INFINITY);
      const claimed = new Set<string>();
      let isWhole = true;
      for (const maillog of search.maillogs ?? table.settings.maillogs) {
        const reading = await startReading(invocation, table, maillog, {
          since: search.since,
          stampOf,
          claimed,
        });
        for await (const chunk of reading.chunks()) {
          search.take(chunk, maillog);
          if (invocation.time() < endsAt) continue;
          isWhole = false;
          break;
        }
        for (const problem of reading.problems.filter(({ isWarning = false }) => !isWarning)) {
          isWhole = false;
          if (!told.has(problem.where)) tell(invocation, problem);
          told.add(problem.where);
        }
      }
      return isWhole;
    },
  };
}

/** Reads the stamps of syslog's lines, of servers' own logs and of MTAs' own logs. */
function stampsOfAny(zone: Zone): StampOf {
  const stamps = lineStamps(zone);
  const ownLogs = refusalLogs.flatMap(({ ownLog }) => ownLog?.open(zone) ?? []);
  return (line, writtenBefore) => {
    let time = stamps(line, writtenBefore);
    for (const log of ownLogs) time ??= log.stampOf(line, writtenBefore);
    return time;
  };
}

function startReading(
  { now }: Invocation,
  { paths, policy, saved }: Table,
  maillog: string,
  { since, ...rest }: { since: number | undefined; stampOf: StampOf; claimed: Set<string> },
): ReturnType<typeof readMaillog> {
  const options = { ...rest, now, countLines: false };
  if (since !== undefined) {
    return readMaillog(maillog, undefined, { ...options, lookback: Math.max(0, now - since), rebuild: true });
  }
  const { pairs, maillogs } = saved();
  // As a run begins: where its pairs are not those that the cursors go with, it reads the log back.
  const rebuild = !isSameFile(identityOf(paths.pairs), pairs);
  const lookback = Math.max(policy.timeout, policy.sessionLimit);
  return readMaillog(maillog, maillogs[maillog], { ...options, lookback, rebuild });
}

/** The table answers all the same. */
function tell(invocation: Invocation, problem: Problem): void {
  const consequence = 'what it says is missing from this answer';
  invocation.report({ ...problem, consequence, isWarning: true });
}
