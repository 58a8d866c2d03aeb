/** `exact dump ADDRESS`: may it relay, until when and why; or why not, and from when on. */

import type { AddressExplanation } from '../../diagnose/explain-addresses.ts';
import { type MapAnswer, mapsHolding } from '../../diagnose/maps-holding.ts';
import type { Table } from '../../diagnose/open-table.ts';
import { hostsWithNetworks, meets } from '../../diagnose/other-hosts.ts';
import { sessionDoubt } from '../../diagnose/session-doubt.ts';
import { clock } from '../../diagnose/why-not.ts';
import { ExitStatus } from '../../exit-status.ts';
import type { Invocation } from '../../host/invocation.ts';
import type { SharedEntry } from '../../maps/shared/answers.ts';
import type { FailedLogin } from '../../refusals/failed-logins.ts';
import { type Address, isAddress, parseAddress } from '../../relay/address.ts';
import { type Entry, type EntryUser, entryJson } from '../../relay/entry.ts';
import { contains, type Network } from '../../relay/network.ts';
import { permitWords } from '../../relay/permit.ts';
import { escapeControls } from '../../terminal/escape.ts';
import { durationWords, utcText } from '../../terminal/words.ts';
import { namedNetworks } from '../named-networks.ts';
import { sayAlso, sayElsewhere, sayNotHere, sayTables, type Verdict } from './print-elsewhere.ts';

/** Answers for each address or network; exit status 1 if one of them may not relay. */
export async function answerAddresses(invocation: Invocation, table: Table): Promise<ExitStatus> {
  const asked = await namedNetworks(invocation, 'for a user, write --user NAME');
  const found = new Map<Network, Entry[]>(asked.map((network) => [network, []]));
  table.visitNetworks(asked, (entry) => {
    if (!entry.relays) return;
    for (const network of asked) if (contains(network, entry.address)) found.get(network)?.push(entry);
  });
  const refused = asked.filter((network) => found.get(network)?.length === 0);
  // Where the exit status alone answers, no log is read, and no table asked, for what nobody sees.
  const isQuiet = invocation.has('quiet');
  const others = await hostsWithNetworks(table.settings, isQuiet ? refused : asked);
  const isElsewhere = (network: Network) => others.entries.some((entry) => meets(entry, network));
  if (!isQuiet) {
    const explanations = await explanationsOf(invocation, table, refused);
    for (const [network, entries] of found) {
      const elsewhere = others.entries.filter((entry) => meets(entry, network));
      for (const entry of entries) {
        sayYes(invocation, table, entry);
        sayAlso(invocation, table, entry, elsewhere);
      }
      const isSaid = ({ address }: SharedEntry) => entries.some((entry) => entry.address === address);
      sayElsewhere(
        invocation,
        table,
        elsewhere.filter((entry) => !isSaid(entry)),
      );
      const explanation = explanations.get(network.text);
      if (entries.length + elsewhere.length === 0)
        sayNo(invocation, network.text, explanation, others.isUnsure);
      else if (entries.length === 0) sayNotHere(invocation, explanation);
      if (invocation.has('json') || !isSingle(network)) continue;
      const verdict = entries.length > 0 ? 'here' : elsewhere.length > 0 ? 'elsewhere' : 'nowhere';
      sayMaps(invocation, table, network, verdict);
      sayTables(invocation, others, network, verdict);
    }
  }
  if (refused.every(isElsewhere)) return ExitStatus.ok;
  return others.isUnsure ? ExitStatus.tryAgain : ExitStatus.no;
}

/** Writes that an address may relay, on account of whom, and until when. */
export function sayYes(invocation: Invocation, table: Table, entry: Entry): void {
  const { stdout } = invocation.world;
  if (invocation.has('json')) {
    stdout.write(`${JSON.stringify({ ...entryJson(entry), relays: true })}\n`);
    return;
  }
  const words = ({ user, server, last, permit }: EntryUser) =>
    permit === undefined
      ? `${escapeControls(`${user} (${server})`)}, login ${clock(table, last)}`
      : escapeControls(`${user}, permitted ${clock(table, last)} ${permitWords(permit)}`);
  const until = `until ${clock(table, entry.expires)} (${durationWords(entry.expires - invocation.now)})`;
  const [newest, ...others] = entry.users;
  if (newest === undefined) return;
  stdout.write(`${entry.address}: yes: ${words(newest)}, ${until}\n`);
  for (const other of others) stdout.write(`  ${words(other)}\n`);
  // Where a session keeps it, it counts.
  const hasSession = newest.permit !== undefined || newest.expires > newest.last + table.settings.timeout;
  const doubt = hasSession ? undefined : sessionDoubt(table, newest.server);
  if (doubt !== undefined) stdout.write(`  ${escapeControls(doubt)}\n`);
}

/** Only where something is refused: why takes more of the program than an answer. */
async function explanationsOf(
  invocation: Invocation,
  table: Table,
  refused: readonly Network[],
): Promise<ReadonlyMap<string, AddressExplanation>> {
  const addresses = refused.filter(isSingle).flatMap(({ text }): Address[] => {
    const address = parseAddress(text);
    return isAddress(address) ? [address] : [];
  });
  if (addresses.length === 0) return new Map();
  return (await import('../../diagnose/explain-addresses.ts')).explain(invocation, table, addresses);
}

function isSingle({ text }: Network): boolean {
  return !text.includes('/');
}

/** `isUnsure`: what other hosts know is not known. */
function sayNo(
  invocation: Invocation,
  subject: string,
  explanation: AddressExplanation | undefined,
  isUnsure: boolean,
): void {
  const { stdout } = invocation.world;
  const {
    text,
    notes,
    failed,
    isNotYet = false,
  } = explanation ?? {
    text: reasonWithout(subject),
    notes: [],
    failed: [],
  };
  const verdict = isNotYet ? 'not yet' : isUnsure ? 'not on this host' : 'no';
  if (invocation.has('json')) {
    const reason = isNotYet ? `not yet: ${text}` : text;
    stdout.write(
      `${JSON.stringify({ address: subject, relays: isUnsure ? null : false, reason, failed: failed.map(failedJson) })}\n`,
    );
    return;
  }
  stdout.write(`${subject}: ${verdict}: ${escapeControls(invocation.repeat(text))}\n`);
  for (const note of notes) stdout.write(`  ${escapeControls(invocation.repeat(note))}\n`);
}

function failedJson({ time, user, server, isUnknownUser }: FailedLogin): object {
  return { time: utcText(time), user: user ?? null, server, isUnknownUser };
}

function reasonWithout(subject: string): string {
  if (subject.includes('/')) return 'no address in it may relay now';
  const address = parseAddress(subject);
  return isAddress(address) ? '' : address.reason;
}

/** What the MTA is told: each map that holds a relaying address or lacks it, and any that holds another. */
function sayMaps(invocation: Invocation, table: Table, network: Network, verdict: Verdict): void {
  const address = parseAddress(network.text);
  if (!isAddress(address)) return;
  for (const answer of mapsHolding(table, address)) {
    if (verdict === 'nowhere' && answer.hasIt === false) continue;
    invocation.world.stdout.write(`  ${escapeControls(invocation.repeat(mapWords(answer, verdict)))}\n`);
  }
}

function mapWords({ map, hasIt, trouble }: MapAnswer, verdict: Verdict): string {
  if (hasIt === undefined) return `${map}: cannot be read: ${trouble}`;
  if (hasIt)
    return verdict === 'here' ? `${map}: has it` : `${map}: has it all the same; exact update takes it out`;
  if (verdict === 'elsewhere') return `${map}: lacks it: logins on other hosts are in shared tables alone`;
  return `${map}: lacks it; see exact dump --maps`;
}
