/** What `exact dump ADDRESS` and `dump --user NAME` say of the logins that other hosts have seen, by the tables they share. */

import type { AddressExplanation } from '../../diagnose/explain-addresses.ts';
import type { Table } from '../../diagnose/open-table.ts';
import { meets, type OtherHosts } from '../../diagnose/other-hosts.ts';
import { clock } from '../../diagnose/why-not.ts';
import type { Invocation } from '../../host/invocation.ts';
import type { SharedEntry } from '../../maps/shared/answers.ts';
import type { Entry } from '../../relay/entry.ts';
import type { Network } from '../../relay/network.ts';
import { escapeControls } from '../../terminal/escape.ts';
import { durationWords, utcText } from '../../terminal/words.ts';

/** Writes that an address may relay on account of other hosts' logins: a line each, the first with `address: yes`. */
export function sayElsewhere(invocation: Invocation, table: Table, entries: readonly SharedEntry[]): void {
  const { stdout } = invocation.world;
  const byAddress = new Map<string, SharedEntry[]>();
  for (const entry of entries) byAddress.set(entry.address, [...(byAddress.get(entry.address) ?? []), entry]);
  for (const [address, users] of byAddress) {
    users.sort((a, b) => b.left - a.left);
    if (invocation.has('json')) {
      const timeOf = ({ left }: SharedEntry) => utcText(invocation.now + Math.floor(left));
      const told = users.map((entry) => ({ user: entry.user, host: entry.source, expires: timeOf(entry) }));
      stdout.write(`${JSON.stringify({ address, expires: told[0]?.expires, users: told, relays: true })}\n`);
      continue;
    }
    const [first, ...others] = users;
    if (first === undefined) continue;
    stdout.write(`${address}: yes: ${elsewhereWords(table, first)}\n`);
    for (const other of others) stdout.write(`  ${elsewhereWords(table, other)}\n`);
  }
}

/** Writes who else lets an address relay that does by a login on this host. */
export function sayAlso(
  invocation: Invocation,
  table: Table,
  { address }: Entry,
  elsewhere: readonly SharedEntry[],
): void {
  if (invocation.has('json')) return;
  for (const entry of elsewhere) {
    if (entry.address === address) invocation.world.stdout.write(`  ${elsewhereWords(table, entry)}\n`);
  }
}

/** Writes why an address does not relay by a login on this host, where it does by another host's. */
export function sayNotHere(invocation: Invocation, explanation: AddressExplanation | undefined): void {
  if (invocation.has('json') || explanation === undefined) return;
  const words = `on this host: ${invocation.repeat(explanation.text)}`;
  invocation.world.stdout.write(`  ${escapeControls(words)}\n`);
}

/** What is said of a login that another host has seen: `bob, login on host beta, until 10:40:00 (25 min)`. */
function elsewhereWords(table: Table, { user, source, left }: SharedEntry): string {
  const until = clock(table, table.policy.now + Math.floor(left));
  return `${escapeControls(`${user}, login on host ${source}`)}, until ${until} (${durationWords(left)})`;
}

/** Where the login is that lets an address relay, if one does. */
export type Verdict = 'here' | 'elsewhere' | 'nowhere';

/** Writes what each table says of a single address. */
export function sayTables(
  invocation: Invocation,
  { tables }: OtherHosts,
  network: Network,
  verdict: Verdict,
): void {
  for (const { table, trouble, entries } of tables) {
    const hasIt = entries.some((entry) => meets(entry, network));
    const words = trouble === undefined ? answers[verdict][hasIt ? 1 : 0] : troubleWords(trouble, verdict);
    invocation.world.stdout.write(`  ${escapeControls(invocation.repeat(`${table}: ${words}`))}\n`);
  }
}

/** What a table says that lacks an address, and that has it. Where no other host lets it relay, its row is this host's. */
const answers: Readonly<Record<Verdict, readonly [string, string]>> = {
  here: ['lacks it; see exact dump --maps', 'has it'],
  elsewhere: ['lacks it', 'has it'],
  nowhere: ['no login on another host', 'has it all the same; see exact dump --maps'],
};

/** Says of each table that it did not answer. */
export function troubleLines({ tables }: OtherHosts): string[] {
  return tables.flatMap(({ table, trouble }) =>
    trouble === undefined ? [] : [`  ${table}: ${troubleWords(trouble, 'nowhere')}`],
  );
}

function troubleWords(trouble: string, verdict: Verdict): string {
  const doubt = verdict === 'nowhere' ? '; a login on another host may let it relay' : '';
  return `cannot be asked: ${trouble}${doubt}`;
}
