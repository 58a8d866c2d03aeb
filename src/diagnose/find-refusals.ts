/**
 * The MTA's own refusals, found in its log, one row for each client and sender: to relay, and whatever else it refuses
 * those for who may relay. What it refuses strangers for is nothing of Exact's.
 */
import { existsSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { zoneOf } from '../config/time-zone.ts';
import { mtas, refusalLogs } from '../mtas/mtas.ts';
import { RefusalReader } from '../refusals/refusal-reader.ts';
import { refusalRules } from '../refusals/refusal-rules.ts';
import type { RelayRefusal } from '../refusals/relay-refusal.ts';
import type { Address } from '../relay/address.ts';
import { factsOf } from './address-facts.ts';
import type { Table } from './open-table.ts';
import type { Logs, Search } from './search-logs.ts';

/** A client that an MTA did not relay for. Times are Unix seconds. */
export interface RefusedClient extends Pick<RelayRefusal, 'address' | 'sender' | 'mta'> {
  /** Why it was refused, and what is to be changed, where it may relay; undefined where the MTA does not relay for it. */
  readonly cause?: string | undefined;
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

/** Which refusals are looked for; without `maillogs`, in those of the configuration, and MTAs' own where there are any. */
export interface RefusalSearch extends Omit<Search, 'take'> {
  readonly since: number;
  readonly isWanted?: (address: Address) => boolean;
}

/** Whoever makes up senders takes no more memory than this. */
const mostClients = 10_000;

/** Reads the logs for refusals. */
export async function findRefusals(
  table: Table,
  logs: Logs,
  { isWanted = () => true, ...search }: RefusalSearch,
): Promise<Refusals> {
  const { settings } = table;
  const zone = zoneOf(settings);
  const ownLogs = refusalLogs.flatMap(({ ownLog }) => ownLog ?? []);
  const reader = new RefusalReader({
    rules: refusalLogs.flatMap((log) => refusalRules(log)),
    ownLogs: ownLogs.map((log) => log.open(zone)),
    zone,
    connectWindow: settings.connectWindow,
  });
  const ownPaths = ownLogs.flatMap(({ paths }) => paths).filter((path) => existsSync(path));
  const clients = new Map<string, RefusedClient>();
  let others = 0;
  let before: RelayRefusal | undefined;
  await logs.search({
    maillogs: [...new Set([...settings.maillogs, ...ownPaths])],
    ...search,
    take: (chunk) =>
      reader.read(chunk, (refusal, { isWrittenTwice }) => {
        const isRepeated = isWrittenTwice && isDeepStrictEqual(before, refusal);
        before = refusal;
        if (isRepeated || refusal.time < search.since || !isWanted(refusal.address)) return;
        if (clients.size >= mostClients) dropStrangers(table, clients);
        if (!addTo(clients, refusal)) others++;
      }),
  });
  dropStrangers(table, clients);
  return { clients: [...clients.values()], others };
}

/** Leaves those out that were refused for another reason and may not relay: that is right, whoever they are. */
function dropStrangers(table: Table, clients: Map<string, RefusedClient>): void {
  const asked = [...clients].filter(([, { cause }]) => cause !== undefined);
  if (asked.length === 0) return;
  const factOf = factsOf(table, new Set(asked.map(([, { address }]) => address)), undefined);
  for (const [key, { address }] of asked) if (factOf(address).now?.relays !== true) clients.delete(key);
}

function causeOf({ mta, cause, verb }: RelayRefusal): string | undefined {
  return mtas.find(({ name }) => name === mta)?.refusals?.explain?.({ cause, verb });
}

function addTo(clients: Map<string, RefusedClient>, refusal: RelayRefusal): boolean {
  const { address, sender, mta, time } = refusal;
  const cause = causeOf(refusal);
  const key = `${address} ${sender} ${cause}`;
  const client = clients.get(key);
  if (client !== undefined) {
    client.count++;
    client.last = Math.max(client.last, time);
    return true;
  }
  if (clients.size >= mostClients) return false;
  clients.set(key, { address, sender, mta, cause, count: 1, first: time, last: time });
  return true;
}
