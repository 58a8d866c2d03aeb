/**
 * Who logged in for others in the last day: the default gateway, a container, a proxy that hides its clients, an
 * address with many users. To let such an address relay lets in whoever is behind it.
 */
import { addLines } from '../config/fixes.ts';
import type { Settings } from '../config/settings.ts';
import type { Neighbours } from '../host/neighbours.ts';
import type { Address } from '../relay/address.ts';
import { admissionOf } from '../relay/admission.ts';
import { contains } from '../relay/network.ts';
import { foldUser } from '../relay/pair.ts';
import { addressRefusal } from '../relay/refusal.ts';
import { countWords } from '../terminal/words.ts';
import type { Finding } from './finding.ts';
import type { MailProxy } from './proxies.ts';

/** With so many users an address is looked at closer, where `max-users-per-address` says nothing else. */
const manyUsers = 50;

/** So many addresses of one day are counted, and so many users of each. */
const mostAddresses = 100_000;
const mostUsers = 10_000;

/** So many of the addresses with many users are told, those with most. */
const mostTold = 5;

/** The users of a day, by the address that they logged in from. */
export class DayClients {
  readonly #users = new Map<Address, Set<string>>();

  /** Takes a login. */
  add(address: Address, user: string): void {
    let users = this.#users.get(address);
    if (users === undefined) {
      if (this.#users.size >= mostAddresses) return;
      users = new Set();
      this.#users.set(address, users);
    }
    if (users.size < mostUsers) users.add(foldUser(user));
  }

  /** Returns the addresses, and how many users each has, those with most first. */
  counts(): [address: Address, users: number][] {
    return [...this.#users]
      .map(([address, users]): [Address, number] => [address, users.size])
      .sort(([, a], [, b]) => b - a);
  }
}

/** What a login's address is compared with. */
export interface ClientSurroundings extends Neighbours {
  readonly proxies: readonly MailProxy[];
  readonly ownAddresses: ReadonlySet<Address>;
}

/** Returns what is to be said of the addresses of a day. */
export function checkClients(
  settings: Settings,
  clients: DayClients,
  surroundings: ClientSurroundings,
): Finding[] {
  const admission = admissionOf(settings);
  const { ownAddresses } = surroundings;
  const findings: Finding[] = [];
  const crowds: Finding[] = [];
  let own = 0;
  for (const [address, users] of clients.counts()) {
    const kind = addressRefusal(address, { admission, ownAddresses })?.kind;
    if (kind === 'loopback' || kind === 'own address') own = Math.max(own, users);
    if (kind !== undefined) continue;
    const who = `${countWords(users, 'user')} logged in from ${address} in the last day`;
    const what = whatIs(address, surroundings);
    const fix = addLines(settings, [`ignore ${address}`]);
    if (what !== undefined) {
      const text = `${who}, ${what}: everybody who comes through it may relay, unless it passes on its clients' addresses`;
      findings.push({ level: 'WARN', subject: 'clients', text, fix });
    } else if (users > (settings.maxUsersPerAddress ?? manyUsers)) {
      crowds.push(crowd(settings, who, fix));
    }
  }
  return [...findings, ...crowds.slice(0, mostTold), ...hidden(own, surroundings.proxies)];
}

function whatIs(address: Address, { gateways, bridges, proxies }: ClientSurroundings): string | undefined {
  if (gateways.has(address)) return 'the default gateway of this host';
  const bridge = bridges.find(({ network }) => contains(network, address));
  if (bridge !== undefined) return `in the network of ${bridge.name}, a bridge of containers`;
  const proxy = proxies.find(({ source }) => source === address);
  return proxy && `from which ${proxy.program} passes connections on (${proxy.origin})`;
}

function crowd({ maxUsersPerAddress }: Settings, who: string, fix: string): Finding {
  const guess = 'a proxy, a webmail host, a gateway, or many clients behind NAT?';
  if (maxUsersPerAddress === undefined) {
    const text = `${who}; max-users-per-address is off: ${guess}`;
    return { level: 'WARN', subject: 'clients', text, fix };
  }
  const text = `${who}; with more than ${maxUsersPerAddress} at a time it does not relay: ${guess}`;
  return { level: 'note', subject: 'clients', text, fix };
}

/** Users behind a proxy on this host seem to log in from the host itself, and never earn the relay. */
function hidden(users: number, proxies: readonly MailProxy[]): Finding[] {
  const proxy = proxies.find(({ passesClient }) => !passesClient);
  if (users === 0 || proxy === undefined) return [];
  const { program, origin } = proxy;
  const setting = program === 'haproxy' ? "'send-proxy-v2'" : "'proxy_protocol on;'";
  const text =
    `${countWords(users, 'user')} logged in from this host itself in the last day, which lets nobody relay: ` +
    `${program} passes connections on without the client's address (${origin})`;
  const fix =
    `write ${setting} there, and in dovecot.conf 'haproxy_trusted_networks' with the address of ${program} ` +
    "and 'haproxy = yes' in the listener";
  return [{ level: 'WARN', subject: 'clients', text, fix }];
}
