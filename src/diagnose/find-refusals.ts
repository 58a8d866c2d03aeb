/** The MTA's own refusals to relay, found in its log, one row for each client and sender. */
import { existsSync } from 'node:fs';
import { zoneOf } from '../config/time-zone.ts';
import type { Outcome } from '../recognize/outcome.ts';
import { createRecognizer } from '../recognize/recognizer.ts';
import { createScanner } from '../recognize/scan.ts';
import { createEximLog } from '../refusals/exim-log.ts';
import { relayRefusalRules, senderOf } from '../refusals/relay-refusals.ts';
import type { Address } from '../relay/address.ts';
import type { Login } from '../relay/login.ts';
import type { Table } from './open-table.ts';
import type { Logs, Search } from './search-logs.ts';

/** A client that an MTA did not relay for. Times are Unix seconds. */
export interface RefusedClient {
  readonly address: Address;
  /** As the client gave it, without brackets; undefined where the log has none. Anybody may write anything. */
  readonly sender: string | undefined;
  /** By the name of its rule: `postfix`. */
  readonly mta: string;
  count: number;
  readonly first: number;
  last: number;
}

/** What was found. */
export interface Refusals {
  /** In the order of their first refusal. */
  readonly clients: readonly RefusedClient[];
  /** Refusals of clients beyond the most that are held. */
  readonly others: number;
}

/** Which refusals are looked for; without `maillogs`, in those of the configuration, and Exim's own where there is one. */
export interface RefusalSearch extends Omit<Search, 'take'> {
  readonly since: number;
  readonly isWanted?: (address: Address) => boolean;
}

/** Where Exim keeps its own log: Debian, FreeBSD, Red Hat. */
const eximLogs = ['/var/log/exim4/mainlog', '/var/log/exim/mainlog', '/var/log/exim/main.log'];

/** Whoever makes up senders takes no more memory than this. */
const mostClients = 10_000;

/** Reads the logs for refusals. */
export async function findRefusals(
  { settings }: Table,
  logs: Logs,
  { isWanted = () => true, ...search }: RefusalSearch,
): Promise<Refusals> {
  const { connectWindow } = settings;
  const zone = zoneOf(settings);
  const recognizer = createRecognizer({ rules: relayRefusalRules(), zone, connectWindow });
  const scanner = createScanner(recognizer);
  const exim = createEximLog(zone);
  const clients = new Map<string, RefusedClient>();
  let others = 0;
  let before: Login | undefined;
  const take = (outcome: Outcome) => {
    if (outcome.kind !== 'login') return;
    const { login } = outcome;
    const isRepeated = isSameRefusal(before, login);
    before = login;
    if (isRepeated || login.time < search.since || !isWanted(login.address)) return;
    if (!addTo(clients, login)) others++;
  };
  await logs.search({
    maillogs: [...new Set([...settings.maillogs, ...eximLogs.filter((path) => existsSync(path))])],
    ...search,
    take(chunk) {
      scanner.scan(chunk, take);
      if (chunk.records !== undefined) return;
      const records = exim.records(chunk);
      if (records.length > 0) scanner.scan({ ...chunk, records }, take);
    },
  });
  return { clients: [...clients.values()], others };
}

/** Exim writes a refusal to two logs, and syslog puts both into one. Its rule has the recipient with the user. */
function isSameRefusal(a: Login | undefined, b: Login): boolean {
  if (a === undefined || b.server !== 'exim') return false;
  return a.time === b.time && a.pid === b.pid && a.address === b.address && a.user === b.user;
}

function addTo(clients: Map<string, RefusedClient>, { address, user, server, time }: Login): boolean {
  const sender = senderOf(user);
  const key = `${address} ${sender}`;
  const client = clients.get(key);
  if (client !== undefined) {
    client.count++;
    client.last = Math.max(client.last, time);
    return true;
  }
  if (clients.size >= mostClients) return false;
  clients.set(key, { address, sender, mta: server, count: 1, first: time, last: time });
  return true;
}
