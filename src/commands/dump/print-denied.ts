/** `exact dump --denied`: whom the MTA has refused to relay for, and why each of them has no permission. */
import { instantOf } from '../../config/since.ts';
import { factsOf } from '../../diagnose/address-facts.ts';
import { failureWords, findFailures } from '../../diagnose/find-failures.ts';
import { findRefusals, type RefusedClient } from '../../diagnose/find-refusals.ts';
import { lookAhead } from '../../diagnose/next-run.ts';
import type { Table } from '../../diagnose/open-table.ts';
import { type Logs, openLogs } from '../../diagnose/search-logs.ts';
import { senderHints } from '../../diagnose/sender-hints.ts';
import { clock, whyNot } from '../../diagnose/why-not.ts';
import { ExitStatus } from '../../exit-status.ts';
import type { Address } from '../../relay/address.ts';
import type { Entry } from '../../relay/entry.ts';
import { permitWords } from '../../relay/permit.ts';
import { chooseColours } from '../../terminal/colour.ts';
import { escapeControls, escapeField } from '../../terminal/escape.ts';
import { type Cell, formatTable } from '../../terminal/table.ts';
import { countWords, durationWords, numberWords, utcText } from '../../terminal/words.ts';
import type { DumpInvocation } from './options.ts';
import { sayNone } from './say-none.ts';

/** How far back the log is read without `--since`. Seconds. */
const hour = 3600;

/** How many rows a terminal gets: a screenful. */
const screenful = 20;

/** By then a login is published, and seen by the MTA. Seconds. */
const publishedAfter = 120;

/** A refused client, and what there is to say of it. */
interface Row extends RefusedClient {
  readonly reason: string;
  /** By now it may relay. */
  readonly relays: boolean;
}

/** Writes one row for each client and sender, the newest first; exit status 1 if there is none. */
export async function dumpDenied(invocation: DumpInvocation, table: Table): Promise<ExitStatus> {
  const since = instantOf(invocation, 'since', table.settings.timezone) ?? invocation.now - hour;
  const logs = openLogs(invocation, table);
  const maillogs = invocation.values('log');
  const { clients, others } = await findRefusals(table, logs, {
    since,
    ...(maillogs.length === 0 ? {} : { maillogs }),
  });
  if (others > 0) printOthers(invocation, others);
  const explanations = await explained(
    table,
    logs,
    [...clients].sort((a, b) => b.last - a.last),
    since,
  );
  const rows = explanations.map((row) =>
    row.relays ? { ...row, reason: invocation.repeat(row.reason) } : row,
  );
  const { stdout } = invocation.world;
  const isForScripts = invocation.has('json') || invocation.has('tsv');
  const limit = invocation.count('limit') ?? (stdout.isTerminal && !isForScripts ? screenful : 0);
  const shown = limit > 0 ? rows.slice(0, limit) : rows;
  if (invocation.has('json')) for (const row of shown) stdout.write(`${JSON.stringify(jsonOf(row))}\n`);
  else if (invocation.has('tsv')) for (const row of shown) stdout.write(`${fieldsOf(row).join('\t')}\n`);
  else if (rows.length > 0) {
    for (const line of tableLines(invocation, table, shown)) stdout.write(`${line}\n`);
    if (shown.length < rows.length) {
      const all = invocation.repeat('all: exact dump --denied --limit 0 | less');
      stdout.write(`${shown.length} of ${countWords(rows.length, 'row')}; ${all}\n`);
    }
  }
  if (rows.length === 0) sayNone(invocation, `no relay refused in ${durationWords(invocation.now - since)}`);
  return rows.length > 0 ? ExitStatus.ok : ExitStatus.no;
}

function printOthers(invocation: DumpInvocation, others: number): void {
  invocation.report({
    status: ExitStatus.ok,
    isWarning: true,
    where: '--denied',
    what: `${countWords(others, 'refusal')} of further clients and senders left out`,
    fix: 'a later --since has fewer',
  });
}

async function explained(
  table: Table,
  logs: Logs,
  clients: readonly RefusedClient[],
  since: number,
): Promise<Row[]> {
  if (clients.length === 0) return [];
  const addresses = new Set(clients.map(({ address }) => address));
  const facts = factsOf(table, addresses, await lookAhead(table, logs));
  const isUnknown = (address: Address) => whyNot(table, address, facts(address)).isUnknown === true;
  const hintFor = senderHints(
    table,
    clients.flatMap(({ address, sender }) => (isUnknown(address) ? [sender] : [])),
  );
  const failures = await findFailures(table, logs, { since, addresses });
  return clients.map((client) => {
    const { address, sender } = client;
    const known = facts(address);
    if (known.now?.relays === true) {
      return { ...client, reason: relayingWords(table, known.now, client), relays: true };
    }
    const { text, isNotYet = false, isUnknown = false } = whyNot(table, address, known);
    const hint = isUnknown ? hintFor(address, sender) : undefined;
    const why = isUnknown ? 'no login from it in 24 h' : text;
    const [failed] = failures.get(address) ?? [];
    const reason = [why, hint, failed && failureWords(table, failed)].filter(Boolean).join('; ');
    return { ...client, reason: isNotYet ? `not yet: ${reason}` : reason, relays: false };
  });
}

/** A refusal well after the login is one that should not have been. */
function relayingWords(table: Table, { users }: Entry, { cause, last: refused }: RefusedClient): string {
  const counting = users.filter(({ isHeldBack }) => !isHeldBack);
  const first = Math.min(...counting.map((one) => one.first));
  if (cause !== undefined && refused >= first) return `may relay since ${clock(table, first)}, but ${cause}`;
  if (refused > first + publishedAfter) {
    return `may relay since ${clock(table, first)}; does the MTA look the map up? see exact update --check`;
  }
  const { user = '', last = 0, permit } = counting[0] ?? {};
  if (permit !== undefined)
    return `may relay now: ${user}, permitted ${clock(table, last)} ${permitWords(permit)}`;
  return `may relay now: login of ${user} ${clock(table, last)}`;
}

function jsonOf({ address, sender, mta, count, first, last, relays, reason }: Row): object {
  return {
    address,
    sender: sender ?? null,
    mta,
    count,
    first: utcText(first),
    last: utcText(last),
    relays,
    reason,
  };
}

function fieldsOf({ address, sender, mta, count, first, last, reason }: Row): (string | number)[] {
  return [
    address,
    escapeField(sender ?? '-'),
    mta,
    count,
    utcText(first),
    utcText(last),
    escapeField(reason),
  ];
}

function tableLines(invocation: DumpInvocation, table: Table, rows: readonly Row[]): string[] {
  const { stdout, env } = invocation.world;
  const colours = chooseColours({ option: invocation.value('color'), env, isTerminal: stdout.isTerminal });
  const cells = rows.map(({ address, sender, count, last, reason, relays }): Cell[] => [
    { text: clock(table, last) },
    { text: address },
    { text: sender === undefined ? '' : escapeControls(`from=<${sender}>`) },
    { text: `${numberWords(count)}x` },
    { text: escapeControls(reason), ...(relays ? { paint: colours.green } : {}) },
  ]);
  const columns = [
    { title: '' },
    { title: '' },
    { title: '', mayShrink: true },
    { title: '', alignsRight: true },
    { title: '' },
  ];
  // A reason is not cut: what is too long goes on in the next line of the terminal.
  return formatTable(columns, cells, undefined);
}
