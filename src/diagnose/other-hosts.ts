/** Whom other hosts let relay, by the tables that they share with this one: its own state knows nothing of their logins. */
import type { Settings } from '../config/settings.ts';
import { entriesOf, type SharedEntry } from '../maps/shared/answers.ts';
import { sharedTables } from '../maps/shared/shared-tables.ts';
import { isNetwork, keyRange, type Network, parseNetwork } from '../relay/network.ts';
import type { Ask } from './ask-tables.ts';

/** More entries of one network are for `exact dump --shared`. */
const mostEntries = 1000;

/** What one table says. */
interface AskedTable {
  /** Its type and URL, without a password. */
  readonly table: string;
  /** Why it says nothing. */
  readonly trouble: string | undefined;
  /** Entries of all hosts, this one's too. */
  readonly entries: readonly SharedEntry[];
}

/** What the tables say of addresses, or of a user. */
export interface OtherHosts {
  readonly tables: readonly AskedTable[];
  /** Entries of hosts that are not this one, each once. */
  readonly entries: readonly SharedEntry[];
  /** Whether a table did not answer, so that there may be more. */
  readonly isUnsure: boolean;
}

/** What there is to know where no table is asked. */
export const noOtherHosts: OtherHosts = { tables: [], entries: [], isUnsure: false };

/** Asks the tables for the entries in some networks, or that hold these. */
export async function hostsWithNetworks(
  settings: Settings,
  networks: readonly Network[],
): Promise<OtherHosts> {
  if (networks.length === 0) return noOtherHosts;
  return askAll(settings, async (ask) => entriesOf(await ask((sql) => sql.entriesIn(networks, mostEntries))));
}

/** Asks the tables for the entries of a user. */
export function hostsWithUser(settings: Settings, user: string): Promise<OtherHosts> {
  return askAll(settings, async (ask) => entriesOf(await ask((sql) => sql.entriesOfUser(user))));
}

/** What asks is loaded where there is a table. */
async function askAll(
  settings: Settings,
  question: (ask: Ask) => Promise<readonly SharedEntry[]>,
): Promise<OtherHosts> {
  if (sharedTables(settings).length === 0) return noOtherHosts;
  const { askTables } = await import('./ask-tables.ts');
  const answers = await askTables(settings, question);
  const others = answers.flatMap(({ target, answer = [] }) =>
    answer.filter(({ source }) => source !== target.source),
  );
  const once = new Map(others.map((entry) => [`${entry.address}\t${entry.source}\t${entry.user}`, entry]));
  return {
    tables: answers.map(({ table, answer = [], problem }) => ({
      ...{ table, entries: answer },
      trouble: problem && [problem.why ?? problem.what, problem.fix].filter(Boolean).join('; '),
    })),
    entries: [...once.values()],
    isUnsure: answers.some(({ problem }) => problem !== undefined),
  };
}

/** Reports whether an entry, an address or a network, has an address in common with a network. */
export function meets({ address }: SharedEntry, network: Network): boolean {
  const other = parseNetwork(address);
  if (!isNetwork(other)) return false;
  const [[first, last], [begin, end]] = [keyRange(network), keyRange(other)];
  return first <= end && begin <= last;
}
