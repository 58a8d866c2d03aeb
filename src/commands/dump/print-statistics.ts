/** `exact dump --stats`: the table and its runs in sums. */

import { compareMap } from '../../diagnose/map-comparison.ts';
import { countNearMisses, type NearMisses } from '../../diagnose/near-misses.ts';
import type { Table } from '../../diagnose/open-table.ts';
import { openLogs } from '../../diagnose/search-logs.ts';
import { ExitStatus } from '../../exit-status.ts';
import type { Invocation } from '../../host/invocation.ts';
import type { LogPosition } from '../../maillog/log-positions.ts';
import { fileOutputs } from '../../maps/shared/shared-tables.ts';
import { type PairSums, PairTally } from '../../relay/pair-sums.ts';
import { publishedForms } from '../../relay/published-form.ts';
import { type RunStatistics, runStatistics } from '../../run/run-statistics.ts';
import { dayByHour, type HourOfDay } from '../../state/day-by-hour.ts';
import { chooseColours } from '../../terminal/colour.ts';
import { escapeControls } from '../../terminal/escape.ts';
import { countWords, durationWords, numberWords, utcText } from '../../terminal/words.ts';

/** The table as it is now, and what is found by a search. */
interface Statistics extends RunStatistics, PairSums {
  readonly pairs: number;
  readonly addresses: number;
  /** Addresses that do not relay since they have too many users. */
  readonly crowded: number;
  readonly nearMisses: NearMisses;
  readonly hours: readonly HourOfDay[];
  /** By map: whether it agrees with the table. */
  readonly maps: readonly { readonly map: string; readonly type: string; readonly agrees: boolean }[];
}

/** Writes the sums, for people or as one JSON object. */
export async function dumpStatistics(invocation: Invocation, table: Table): Promise<ExitStatus> {
  const nearMisses = await countNearMisses(table, openLogs(invocation, table));
  const statistics = { ...statisticsOf(table), nearMisses };
  const { stdout } = invocation.world;
  if (invocation.has('json')) {
    stdout.write(`${JSON.stringify(jsonOf(statistics))}\n`);
  } else {
    for (const [name, words] of rowsOf(invocation, statistics)) stdout.write(`${name.padEnd(12)} ${words}\n`);
    if (stdout.isTerminal) await drawDay(invocation, table, statistics.hours);
  }
  return ExitStatus.ok;
}

async function drawDay(invocation: Invocation, table: Table, hours: readonly HourOfDay[]): Promise<void> {
  const { drawnDay } = await import('./day-chart.ts');
  const { stdout, env } = invocation.world;
  const colours = chooseColours({ option: invocation.value('color'), env, isTerminal: true });
  const { columns } = stdout;
  const lines = drawnDay(hours, { colours, columns, zone: table.settings.timezone });
  stdout.write(`\n${lines.join('\n')}\n`);
}

function jsonOf({
  lastRun,
  lastLogin,
  lastTook,
  delays,
  maillogs,
  maps,
  nearMisses,
  hours,
  ...sums
}: Statistics): object {
  const time = (seconds: number | undefined) => (seconds ? utcText(seconds) : null);
  return {
    ...sums,
    lastRun: time(lastRun),
    lastTook: lastTook ?? null,
    lastLogin: time(lastLogin),
    delays: delays ?? null,
    maillogs: maillogs.map(({ maillog, state, unread, written }) => {
      return { maillog, state, unread: unread ?? null, written: time(written) };
    }),
    byHour: hours.map(({ begins, logins, refused, addresses }) => {
      return { hour: time(begins), logins, refused, addresses: addresses ?? null };
    }),
    nearMisses: nearMisses.lines,
    maps: maps.map(({ map, agrees }) => ({ map, agrees })),
  };
}

function statisticsOf(table: Table): Omit<Statistics, 'nearMisses'> {
  const tally = new PairTally();
  const relaying: string[] = [];
  let [pairs, addresses, crowded] = [0, 0, 0];
  table.visit((entry) => {
    pairs += entry.users.length;
    if (entry.relays) {
      addresses++;
      relaying.push(entry.address);
    } else if (entry.crowd !== undefined) crowded++;
    for (const user of entry.users) tally.add(user);
  });
  return {
    pairs,
    addresses,
    crowded,
    ...tally.sums,
    ...runStatistics(table.settings, table.saved(), table.policy.now),
    hours: dayByHour(table.saved(), table.policy.now),
    maps: fileOutputs(table.settings).map((output) => {
      const { map, agrees } = compareMap(
        output,
        relaying,
        publishedForms(table.policy, table.settings.ipv6Prefix),
      );
      return { map, type: output.type, agrees };
    }),
  };
}

function crowdedWords(crowded: number): string {
  return crowded === 0 ? '' : `; ${numberWords(crowded)} more not published: over max-users-per-address`;
}

function positionWords(now: number, { maillog, state, unread = 0, written }: LogPosition): string {
  const read = unread === 0 ? 'read to the end' : `${countWords(unread, 'byte')} not read yet`;
  const words = state === 'read' ? read : state === 'journal' ? 'read up to the last run' : state;
  const last = written === undefined ? '' : `, last line ${durationWords(now - written)} ago`;
  return `${maillog}, ${words}${last}`;
}

function nearMissWords({ lines, isWhole }: NearMisses): string {
  const period = isWhole ? '24 h' : 'part of 24 h';
  const counts = Object.entries(lines).map(([name, count]) => `${countWords(count, 'line')} of ${name}`);
  if (counts.length === 0) return `${period}: none`;
  return `${period}: ${counts.join(', ')} with a user and an address that no rule reads; see exact test-rule --unmatched`;
}

function delayWords(delays: RunStatistics['delays']): string {
  if (delays === undefined) return 'no login';
  const { logins, median, worst } = delays;
  return `${countWords(logins, 'login')}, after ${median} s in the median, ${worst} s at most`;
}

function rowsOf(invocation: Invocation, statistics: Statistics): [string, string][] {
  const ago = (seconds: number) =>
    seconds === 0 ? 'never' : `${durationWords(invocation.now - seconds)} ago`;
  const sums = (counts: Readonly<Record<string, number>>, words: (name: string, count: string) => string) =>
    Object.entries(counts)
      .sort(([, a], [, b]) => b - a)
      .map(([name, count]) => words(name, numberWords(count)))
      .join(', ') || 'none';
  const { pairs, addresses, users, byServer, lastRun, lastStatus, lastTook, lastLogin, refused } = statistics;
  const { delays } = statistics;
  const took = lastTook === undefined ? '' : `, ${lastTook.toFixed(2)} s`;
  return [
    [
      'entries',
      `${numberWords(pairs)} of ${countWords(users, 'user')} (max-entries ${numberWords(statistics.maxEntries)})`,
    ],
    ['addresses', `${numberWords(addresses)}${crowdedWords(statistics.crowded)}`],
    ['by server', sums(byServer, (name, count) => `${escapeControls(name)} ${count}`)],
    ['last run', lastRun === 0 ? 'never' : `${ago(lastRun)}, exit ${lastStatus}${took}`],
    ...statistics.maillogs.map((position): [string, string] => [
      'maillog',
      positionWords(invocation.now, position),
    ]),
    ['last login', ago(lastLogin)],
    ['published', `24 h: ${delayWords(delays)}`],
    ['refused', `24 h: ${sums(refused, (reason, count) => `${count} ${reason}`)}`],
    ['near miss', invocation.repeat(nearMissWords(statistics.nearMisses))],
    [
      'maps',
      statistics.maps.map(({ type, agrees }) => `${type} ${agrees ? 'agrees' : 'differs'}`).join('  '),
    ],
  ];
}
