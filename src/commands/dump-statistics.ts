/** `exact dump --stats`: the table and its runs in sums. */
import { ExitStatus } from '../exit-status.ts';
import { foldUser } from '../relay/pair.ts';
import { countWords, durationWords, numberWords, utcText } from '../terminal/words.ts';
import type { Invocation } from './invocation.ts';
import type { Table } from './open-table.ts';

/** The sums of a table. Times are Unix seconds, 0 for never. */
interface Statistics {
  readonly pairs: number;
  readonly addresses: number;
  readonly users: number;
  readonly byServer: Readonly<Record<string, number>>;
  readonly lastRun: number;
  readonly lastStatus: number;
  readonly lastLogin: number;
  /** Since the state was made, by reason. */
  readonly refused: Readonly<Record<string, number>>;
}

/** Writes the sums, for people or as one JSON object. */
export function dumpStatistics(invocation: Invocation, table: Table): ExitStatus {
  const statistics = statisticsOf(table);
  const { stdout } = invocation.world;
  if (invocation.has('json')) {
    const { lastRun, lastLogin, ...sums } = statistics;
    const time = (seconds: number) => (seconds === 0 ? null : utcText(seconds));
    stdout.write(`${JSON.stringify({ ...sums, lastRun: time(lastRun), lastLogin: time(lastLogin) })}\n`);
  } else {
    for (const [name, words] of rowsOf(invocation, table, statistics))
      stdout.write(`${name.padEnd(12)} ${words}\n`);
  }
  return ExitStatus.ok;
}

function statisticsOf(table: Table): Statistics {
  const users = new Set<string>();
  const byServer: Record<string, number> = {};
  let [pairs, addresses] = [0, 0];
  table.visit((entry) => {
    pairs += entry.users.length;
    if (entry.relays) addresses++;
    for (const { user, server } of entry.users) {
      users.add(foldUser(user));
      byServer[server] = (byServer[server] ?? 0) + 1;
    }
  });
  const { lastRun, lastLogin, counters } = table.saved();
  const refused: Record<string, number> = {};
  for (const [name, count] of Object.entries(counters)) {
    const reason = /^refused (.+)$/.exec(name)?.[1];
    if (reason !== undefined) refused[reason] = count;
  }
  return {
    pairs,
    addresses,
    users: users.size,
    byServer,
    lastRun: lastRun.time,
    lastStatus: lastRun.status,
    lastLogin,
    refused,
  };
}

function rowsOf(invocation: Invocation, { settings }: Table, statistics: Statistics): [string, string][] {
  const ago = (seconds: number) =>
    seconds === 0 ? 'never' : `${durationWords(invocation.now - seconds)} ago`;
  const sums = (counts: Readonly<Record<string, number>>) =>
    Object.entries(counts)
      .sort(([, a], [, b]) => b - a)
      .map(([name, count]) => `${name} ${numberWords(count)}`)
      .join(', ') || 'none';
  const { pairs, addresses, users, byServer, lastRun, lastStatus, lastLogin, refused } = statistics;
  return [
    [
      'entries',
      `${numberWords(pairs)} of ${countWords(users, 'user')} (max-entries ${numberWords(settings.maxEntries)})`,
    ],
    ['addresses', numberWords(addresses)],
    ['by server', sums(byServer)],
    ['last run', lastRun === 0 ? 'never' : `${ago(lastRun)}, exit ${lastStatus}`],
    ['last login', ago(lastLogin)],
    ['refused', sums(refused)],
  ];
}
