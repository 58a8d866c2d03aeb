/** `exact dump` without a question: the relay table, for people, as JSON, or tab-separated. */

import type { Table } from '../../diagnose/open-table.ts';
import { ExitStatus } from '../../exit-status.ts';
import { crowdWords } from '../../relay/crowd.ts';
import { type Entry, entryJson } from '../../relay/entry.ts';
import { permitWords } from '../../relay/permit.ts';
import { chooseColours } from '../../terminal/colour.ts';
import { escapeControls, escapeField } from '../../terminal/escape.ts';
import { type Cell, formatTable } from '../../terminal/table.ts';
import {
  clockWords,
  countWords,
  durationWords,
  numberWords,
  utcText,
  zoneWords,
} from '../../terminal/words.ts';
import { entryFilter } from './filter.ts';
import type { DumpInvocation } from './options.ts';
import { sortEntries } from './order.ts';
import { sayNone } from './say-none.ts';

/** How many addresses a terminal gets: a screenful. */
const screenful = 20;

/** What a table without rows comes to. */
const nobody = 'no address may relay now';

/** So many addresses with too many users are named. */
const mostCrowded = 10;

/** Writes the table; exit status 1 if nobody may relay. */
export function dumpTable(invocation: DumpInvocation, table: Table): ExitStatus {
  const filter = entryFilter(invocation);
  if (invocation.has('json') || invocation.has('tsv')) {
    const sort = invocation.value('sort');
    return streamTable(invocation, sort === undefined ? table : sorted(table, sort), filter);
  }
  const entries: Entry[] = [];
  const crowded: Entry[] = [];
  table.visit((entry) => {
    const kept = filter(entry);
    if (kept?.relays) entries.push(kept);
    else if (kept?.crowd !== undefined && crowded.length <= mostCrowded) crowded.push(kept);
  });
  const { stdout } = invocation.world;
  const limit = invocation.count('limit') ?? (stdout.isTerminal ? screenful : 0);
  const isCut = limit > 0 && entries.length > limit;
  const order = invocation.value('sort') ?? (isCut || stdout.isTerminal ? 'login' : 'address');
  const shown = sortEntries(entries, order).slice(0, isCut ? limit : undefined);
  if (shown.length > 0) {
    for (const line of tableLines(invocation, table, shown)) stdout.write(`${line}\n`);
  }
  for (const line of permitLines(table, shown)) stdout.write(`${line}\n`);
  for (const line of crowdLines(table, crowded)) stdout.write(`${invocation.repeat(line)}\n`);
  if (stdout.isTerminal || isCut)
    stdout.write(`${footer(invocation, table, entries, isCut ? limit : undefined)}\n`);
  return entries.length > 0 ? ExitStatus.ok : ExitStatus.no;
}

/** Who of the rows was let in by hand, by whom, and until when. */
function permitLines({ settings, policy }: Table, entries: readonly Entry[]): string[] {
  return entries.flatMap(({ address, users }) =>
    users.flatMap(({ user, permit }) => {
      if (permit === undefined) return [];
      const until = clockWords(permit.until, policy.now, settings.timezone);
      return [escapeControls(`${address}: ${user} is permitted until ${until}, ${permitWords(permit)}`)];
    }),
  );
}

/** Addresses that would be in the table, had they fewer users. */
function crowdLines({ settings }: Table, crowded: readonly Entry[]): string[] {
  const lines = crowded
    .slice(0, mostCrowded)
    .map(({ address, crowd = 0 }) => `${address}: no: ${crowdWords(crowd, settings.maxUsersPerAddress)}`);
  return crowded.length > mostCrowded ? [...lines, 'and more: exact dump --stats counts them'] : lines;
}

/** The table in another order, which holds all of it. */
function sorted(table: Table, order: string): Pick<Table, 'visit'> {
  const entries: Entry[] = [];
  table.visit((entry) => entries.push(entry));
  return { visit: (take) => sortEntries(entries, order).forEach(take) };
}

/** One line an entry, or a pair, as they come from the state: nothing is held. */
function streamTable(
  invocation: DumpInvocation,
  table: Pick<Table, 'visit'>,
  filter: ReturnType<typeof entryFilter>,
): ExitStatus {
  const { stdout } = invocation.world;
  const limit = invocation.count('limit') ?? 0;
  let count = 0;
  table.visit((entry) => {
    const kept = filter(entry);
    if (!kept?.relays || (limit > 0 && count >= limit)) return;
    count++;
    if (invocation.has('json')) stdout.write(`${JSON.stringify(entryJson(kept))}\n`);
    else {
      for (const { user, server, first, last, expires, logins } of kept.users) {
        const times = [first, last, expires].map(utcText);
        stdout.write(
          `${[kept.address, escapeField(user), escapeField(server), ...times, logins].join('\t')}\n`,
        );
      }
    }
  });
  if (count > 0) return ExitStatus.ok;
  sayNone(invocation, nobody);
  return ExitStatus.no;
}

function tableLines(invocation: DumpInvocation, { settings }: Table, entries: readonly Entry[]): string[] {
  const { stdout, env } = invocation.world;
  const colours = chooseColours({ option: invocation.value('color'), env, isTerminal: stdout.isTerminal });
  const { now } = invocation;
  const paintLeft = (left: number) =>
    left < 120 ? colours.red : left < 600 ? colours.yellow : colours.green;
  const rows = entries.map(({ address, expires, users }): Cell[] => {
    const first = users[0];
    const more = users.length > 1 ? ` +${users.length - 1}` : '';
    const isOpen = users.some((user) => user.isOpen);
    return [
      { text: address },
      { text: `${escapeControls(first?.user ?? '')}${more}` },
      { text: escapeControls(first?.server ?? '') },
      { text: isOpen ? 'open' : durationWords(expires - now), paint: paintLeft(expires - now) },
      { text: clockWords(first?.last ?? 0, now, settings.timezone) },
      { text: numberWords(users.reduce((sum, { logins }) => sum + logins, 0)) },
    ];
  });
  const columns = [
    { title: 'ADDRESS' },
    { title: 'USER', mayShrink: true },
    { title: 'SERVER' },
    { title: 'LEFT' },
    { title: 'LAST LOGIN' },
    { title: 'LOGINS', alignsRight: true, mayGo: true },
  ];
  return formatTable(columns, rows, stdout.columns);
}

function footer(
  invocation: DumpInvocation,
  { settings }: Table,
  entries: readonly Entry[],
  limit: number | undefined,
): string {
  const users = new Set(entries.flatMap((entry) => entry.users.map(({ user }) => user))).size;
  const sums = `${countWords(entries.length, 'address', 'addresses')} of ${countWords(users, 'user')}`;
  if (limit !== undefined)
    return `${limit} of ${sums}; ${invocation.repeat('all: exact dump --limit 0 | less')}`;
  const { now } = invocation;
  const time = clockWords(now, now, settings.timezone).slice(0, 5);
  return entries.length === 0 ? nobody : `${sums}, ${time} ${zoneWords(now, settings.timezone)}`;
}
