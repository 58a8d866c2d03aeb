/** `exact dump --user NAME`: from where may this user relay; or what became of its logins. */

import { leavers } from '../../diagnose/address-facts.ts';
import { lateNote, recently, sessionNotes } from '../../diagnose/explain-addresses.ts';
import { failureWords, findUserFailures } from '../../diagnose/find-failures.ts';
import { lookAhead } from '../../diagnose/next-run.ts';
import type { Table } from '../../diagnose/open-table.ts';
import { hostsWithUser, noOtherHosts, type OtherHosts } from '../../diagnose/other-hosts.ts';
import { openLogs } from '../../diagnose/search-logs.ts';
import { clock, endWords, notYetWords } from '../../diagnose/why-not.ts';
import { ExitStatus } from '../../exit-status.ts';
import type { Invocation } from '../../host/invocation.ts';
import { crowdWords } from '../../relay/crowd.ts';
import type { Entry } from '../../relay/entry.ts';
import { overLimitWords } from '../../relay/max-addresses-per-user.ts';
import { foldUser } from '../../relay/pair.ts';
import { permitServer } from '../../relay/permit.ts';
import { voidUpTo } from '../../relay/revocation.ts';
import type { PastEntry } from '../../state/history-file.ts';
import { escapeControls } from '../../terminal/escape.ts';
import { countWords } from '../../terminal/words.ts';
import { likelyUser } from '../likely-user.ts';
import { sayYes } from './print-answers.ts';
import { sayAlso, sayElsewhere, troubleLines } from './print-elsewhere.ts';

/** More of what is past does not fit on a screen. */
const mostPast = 10;

/** Answers for a user: each address, or that none may relay (exit status 1). */
export async function answerUser(invocation: Invocation, table: Table, user: string): Promise<ExitStatus> {
  const past = [...table.past()];
  const entries = entriesOf(user, (take) =>
    table.visit(take, { report: leavers(table, (one) => past.push(one)) }),
  );
  const relaying = entries.filter((entry) => entry.relays);
  const isQuiet = invocation.has('quiet');
  // The exit status is known without asking, where this host has a login.
  const others = isQuiet && relaying.length > 0 ? noOtherHosts : await hostsWithUser(table.settings, user);
  const status = statusOf(relaying, others);
  if (isQuiet) return status;
  for (const entry of relaying) {
    sayYes(invocation, table, entry);
    sayAlso(invocation, table, entry, others.entries);
  }
  const isSaid = (address: string) => relaying.some((entry) => entry.address === address);
  sayElsewhere(
    invocation,
    table,
    others.entries.filter(({ address }) => !isSaid(address)),
  );
  const logs = openLogs(invocation, table);
  const next = await lookAhead(table, logs);
  const coming =
    next === undefined
      ? []
      : entriesOf(user, next.visit).filter(
          ({ address, relays }) => relays && !relaying.some((entry) => entry.address === address),
        );
  if (invocation.has('json')) {
    const isKnown = relaying.length + others.entries.length > 0;
    sayJson(invocation, table, user, { relays: isKnown ? true : others.isUnsure ? null : false, coming });
    return status;
  }
  const { stdout } = invocation.world;
  const { maxAddressesPerUser, maxUsersPerAddress } = table.settings;
  const crowded = entries.filter(({ crowd, relays }) => crowd !== undefined && !relays);
  const held = entries.length - relaying.length - crowded.length;
  if (relaying.length > 0 && held > 0) {
    const words = countWords(held, 'more address is', 'more addresses are');
    stdout.write(`${words} refused: ${overLimitWords(maxAddressesPerUser)}\n`);
  }
  const relaysElsewhere = others.entries.length > 0;
  if (relaying.length === 0 && !relaysElsewhere) {
    const here = others.isUnsure ? ' by a login on this host' : '';
    stdout.write(`${escapeControls(user)}: no address may relay now${here}${revokedWords(table, user)}\n`);
  }
  for (const line of troubleLines(others)) stdout.write(`${escapeControls(line)}\n`);
  if (!relaysElsewhere && entries.length + coming.length === 0) {
    const hint = likelyUser(user, relayingPairs(table));
    if (hint !== undefined) stdout.write(`  ${escapeControls(hint)}\n`);
  }
  const rows: Row[] = crowded.map(({ address, crowd = 0 }) => ({
    address,
    text: `refused: ${crowdWords(crowd, maxUsersPerAddress)}`,
    note: undefined,
  }));
  const late = lateNote(table);
  const later = coming.map((entry) => ({
    address: entry.address,
    text: `not yet: ${notYetWords(table, entry, true)}`,
    note: late && invocation.repeat(late),
  }));
  rows.push(...later);
  if (relaying.length === 0 && !relaysElsewhere) {
    const ends = lastEnds(past, user);
    const notes = await sessionNotes(table, logs, ends);
    for (const one of ends) {
      const when = clock(table, one.login);
      const what = one.server === permitServer ? `permit ${when}` : `login ${when} (${one.server})`;
      const text = `${what}, ${endWords(table, one)}`;
      rows.push({ address: one.address, text, note: notes.get(one) });
    }
  }
  for (const line of rowLines(rows)) stdout.write(`${line}\n`);
  // Whoever calls knows a name and no address: a wrong password is told by the name too.
  const failures = await findUserFailures(table, logs, { since: table.policy.now - recently, user });
  for (const failed of failures) {
    if ([...relaying, ...others.entries].some(({ address }) => address === failed.address)) continue;
    stdout.write(`  ${escapeControls(failureWords(table, failed))}\n`);
  }
  return status;
}

function statusOf(relaying: readonly Entry[], { entries, isUnsure }: OtherHosts): ExitStatus {
  if (relaying.length + entries.length > 0) return ExitStatus.ok;
  return isUnsure ? ExitStatus.tryAgain : ExitStatus.no;
}

/** The entries of one user: each lasts as long as this user keeps it, though others may keep it for longer. */
function entriesOf(user: string, visit: (take: (entry: Entry) => void) => void): Entry[] {
  const name = foldUser(user);
  const entries: Entry[] = [];
  visit((entry) => {
    const users = entry.users.filter((one) => foldUser(one.user) === name);
    if (users.length === 0) return;
    const counted = users.filter((one) => !one.isHeldBack);
    const expires = Math.max(...(counted.length > 0 ? counted : users).map((one) => one.expires));
    entries.push({ ...entry, users, expires, relays: counted.length > 0 });
  });
  return entries;
}

/** Who may relay now, and from where. */
function relayingPairs(table: Table): { readonly address: Entry['address']; readonly user: string }[] {
  const pairs: { readonly address: Entry['address']; readonly user: string }[] = [];
  table.visit(({ relays, address, users }) => {
    if (relays) pairs.push(...users.map(({ user }) => ({ address, user })));
  });
  return pairs;
}

/** On account of what the user has no address, where it is revoked; else nothing. */
function revokedWords(table: Table, user: string): string {
  const name = foldUser(user);
  const revocation = table.revocations.find(({ kind, what }) => kind === 'user' && what === name);
  if (revocation === undefined) return '';
  if (voidUpTo(revocation) < table.policy.now)
    return `: was revoked by ${escapeControls(revocation.by)}; the next login counts`;
  return `: revoked by ${escapeControls(revocation.by)}, until ${clock(table, revocation.until)}`;
}

function sayJson(
  invocation: Invocation,
  table: Table,
  user: string,
  { relays, coming }: { readonly relays: boolean | null; readonly coming: readonly Entry[] },
): void {
  const { stdout } = invocation.world;
  for (const entry of coming) {
    const reason = `not yet: ${notYetWords(table, entry)}`;
    stdout.write(`${JSON.stringify({ address: entry.address, user, relays: false, reason })}\n`);
  }
  if (relays === true || coming.length > 0) return;
  const reason = `no entry${revokedWords(table, user)}`;
  stdout.write(`${JSON.stringify({ user, relays, reason })}\n`);
}

/** The last of each address. */
function lastEnds(past: readonly PastEntry[], user: string): PastEntry[] {
  const name = foldUser(user);
  const last = new Map<string, PastEntry>();
  for (const one of past) if (foldUser(one.user) === name) last.set(one.address, one);
  return [...last.values()].sort((a, b) => a.time - b.time).slice(-mostPast);
}

/** An address and what there is to say of it. */
interface Row {
  readonly address: string;
  readonly text: string;
  readonly note: string | undefined;
}

function rowLines(rows: readonly Row[]): string[] {
  const width = Math.max(0, ...rows.map(({ address }) => address.length));
  return rows.flatMap(({ address, text, note }) => [
    `  ${address.padEnd(width)}  ${escapeControls(text)}`,
    ...(note === undefined ? [] : [`  ${' '.repeat(width)}  ${escapeControls(note)}`]),
  ]);
}
