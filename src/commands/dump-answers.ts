/** `exact dump ADDRESS` and `--user NAME`: may it relay, until when and why; or why not. */
import { ExitStatus } from '../exit-status.ts';
import { Failure } from '../problem.ts';
import { isAddress, parseAddress } from '../relay/address.ts';
import { type Entry, type EntryUser, entryJson } from '../relay/entry.ts';
import { contains, isNetwork, type Network, parseNetwork } from '../relay/network.ts';
import { foldUser } from '../relay/pair.ts';
import { addressRefusal } from '../relay/policy.ts';
import { voidUpTo } from '../relay/revocation.ts';
import type { PastEntry } from '../state/history-file.ts';
import { escapeControls } from '../terminal/escape.ts';
import { clockWords, durationWords } from '../terminal/words.ts';
import type { Invocation } from './invocation.ts';
import type { Table } from './open-table.ts';

/** Answers for each address or network; exit status 1 if one of them may not relay. */
export function answerAddresses(invocation: Invocation, table: Table): ExitStatus {
  const asked = invocation.operands.map(parseOperand);
  const found = new Map<Network, Entry[]>(asked.map((network) => [network, []]));
  table.visitNetworks(asked, (entry) => {
    for (const network of asked) if (contains(network, entry.address)) found.get(network)?.push(entry);
  });
  let relays = true;
  for (const [network, entries] of found) {
    const relaying = entries.filter((entry) => entry.relays);
    relays &&= relaying.length > 0;
    if (relaying.length > 0) for (const entry of relaying) sayYes(invocation, table, entry);
    else sayNo(invocation, network.text, whyNot(invocation, table, network, entries[0]));
  }
  return relays ? ExitStatus.ok : ExitStatus.no;
}

/** Answers for a user: each address, or that none may relay (exit status 1). */
export function answerUser(invocation: Invocation, table: Table, user: string): ExitStatus {
  const name = foldUser(user);
  const entries: Entry[] = [];
  table.visit((entry) => {
    const users = entry.users.filter((one) => foldUser(one.user) === name);
    if (users.length === 0) return;
    const counted = users.filter((one) => !one.isOverLimit);
    // The address may relay for longer, on account of others.
    const expires = Math.max(...(counted.length > 0 ? counted : users).map((one) => one.expires));
    entries.push({ ...entry, users, expires, relays: counted.length > 0 });
  });
  const relaying = entries.filter((entry) => entry.relays);
  for (const entry of relaying) sayYes(invocation, table, entry);
  if (relaying.length > 0) return ExitStatus.ok;
  const revocation = table.revocations.find(({ kind, what }) => kind === 'user' && what === name);
  const isRefused = revocation !== undefined && voidUpTo(revocation) >= invocation.now;
  const until = isRefused
    ? `: revoked by ${revocation.by}, until ${clock(invocation, table, revocation.until)}`
    : '';
  if (invocation.has('json')) {
    invocation.world.stdout.write(`${JSON.stringify({ user, relays: false, reason: `no entry${until}` })}\n`);
  } else if (!invocation.has('quiet')) {
    invocation.world.stdout.write(`${escapeControls(user)}: no address may relay now${until}\n`);
    // The last of each address, and no more than fit on a screen.
    const past = new Map(
      table.past().flatMap((one) => (foldUser(one.user) === name ? [[one.address, one]] : [])),
    );
    for (const one of [...past.values()].slice(-10)) {
      invocation.world.stdout.write(`  ${one.address}  ${pastWords(invocation, table, one)}\n`);
    }
  }
  return ExitStatus.no;
}

function parseOperand(operand: string): Network {
  const network = parseNetwork(operand);
  if (isNetwork(network)) return network;
  throw new Failure({
    status: ExitStatus.usage,
    where: operand,
    what: network.reason,
    fix: 'for a user: --user NAME',
  });
}

function clock(invocation: Invocation, { settings }: Table, seconds: number): string {
  return clockWords(seconds, invocation.now, settings.timezone);
}

function sayYes(invocation: Invocation, table: Table, entry: Entry): void {
  if (invocation.has('json')) {
    invocation.world.stdout.write(`${JSON.stringify({ ...entryJson(entry), relays: true })}\n`);
    return;
  }
  if (invocation.has('quiet')) return;
  const { stdout } = invocation.world;
  const words = ({ user, server, last }: EntryUser) =>
    `${escapeControls(`${user} (${server})`)}, login ${clock(invocation, table, last)}`;
  const until = `until ${clock(invocation, table, entry.expires)} (${durationWords(entry.expires - invocation.now)})`;
  const [newest, ...others] = entry.users;
  if (newest === undefined) return;
  stdout.write(`${entry.address}: yes: ${words(newest)}, ${until}\n`);
  for (const other of others) stdout.write(`  ${words(other)}\n`);
}

function sayNo(invocation: Invocation, address: string, reason: string): void {
  if (invocation.has('json')) {
    invocation.world.stdout.write(`${JSON.stringify({ address, relays: false, reason })}\n`);
  } else if (!invocation.has('quiet'))
    invocation.world.stdout.write(`${address}: no: ${escapeControls(reason)}\n`);
}

function whyNot(invocation: Invocation, table: Table, network: Network, entry: Entry | undefined): string {
  if (network.text.includes('/')) return 'no address in it may relay now';
  const address = parseAddress(network.text);
  if (!isAddress(address)) return address.reason;
  const refusal = addressRefusal(address, table.policy);
  if (refusal !== undefined) return refusal.reason;
  if (entry !== undefined) return overLimit(table, entry.users[0]);
  const revocation = table.policy.voidUntil(address, '');
  if (revocation !== undefined && voidUpTo(revocation) >= invocation.now) {
    const what = revocation.kind === 'all' ? 'every address' : revocation.what;
    return `${what} is refused until ${clock(invocation, table, revocation.until)}, by ${revocation.by}`;
  }
  const past = table.past().findLast((one) => one.address === address);
  return past === undefined ? 'no login from it in the last 24 h' : pastWords(invocation, table, past);
}

/** Returns what became of an entry that is no more, or never was. */
function pastWords(
  invocation: Invocation,
  table: Table,
  { kind, user, server, time, login, reason }: PastEntry,
): string {
  const who = `login of ${escapeControls(user)} (${server}) ${clock(invocation, table, login)}`;
  const when = `${clock(invocation, table, time)}, ${durationWords(invocation.now - time)} ago`;
  return `${who}, ${kind} ${when}${reason === '' ? '' : `: ${escapeControls(reason)}`}`;
}

function overLimit({ settings }: Table, user: EntryUser | undefined): string {
  return `over max-addresses-per-user ${settings.maxAddressesPerUser} (${user?.user ?? ''})`;
}
