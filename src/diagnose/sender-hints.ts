/**
 * Who a refused client may be: the sender that it named, among those who have logged in from elsewhere. A client that
 * asks for its mail by IPv6 and sends by IPv4 has two addresses. It is a hint and decides nothing: anybody may name
 * any sender.
 */
import { type Address, isIPv6Address } from '../relay/address.ts';
import { foldUser } from '../relay/pair.ts';
import { permitServer } from '../relay/permit.ts';
import type { PastEntry } from '../state/history-file.ts';
import { leavers } from './address-facts.ts';
import type { Table } from './open-table.ts';

/** A user at an address, now or in the last day. */
interface Place {
  readonly user: string;
  readonly address: Address;
  /** Newest login: Unix seconds. */
  readonly login: number;
  /** By hand, without a login. */
  readonly isPermit: boolean;
}

/** Says who a sender at an address may be; undefined where nobody of that name has logged in. */
export type SenderHint = (address: Address, sender: string | undefined) => string | undefined;

/** Looks some senders up among the users of the table and of the last day; it reads the table as a whole. */
export function senderHints(table: Table, senders: Iterable<string | undefined>): SenderHint {
  const wanted = new Set([...senders].flatMap(namesOf));
  if (wanted.size === 0) return () => undefined;
  const places = new Map<string, Place[]>();
  const add = (place: Place) => {
    const name = foldUser(place.user);
    if (wanted.has(name)) places.set(name, [...(places.get(name) ?? []), place]);
  };
  const addLeft = (left: PastEntry) => add({ ...left, isPermit: left.server === permitServer });
  for (const past of table.past()) addLeft(past);
  table.visit(
    ({ address, users }) => {
      for (const { user, server, last } of users) {
        if (!wanted.has(foldUser(user))) continue;
        add({ user, address, login: last, isPermit: server === permitServer });
      }
    },
    { report: leavers(table, addLeft) },
  );
  return (address, sender) => {
    const known = namesOf(sender).flatMap((name) => places.get(name) ?? []);
    const newest = (ones: readonly Place[]) => [...ones].sort((a, b) => b.login - a.login)[0];
    const isOther = (place: Place) =>
      !place.isPermit && isIPv6Address(place.address) !== isIPv6Address(address);
    const split = newest(known.filter(isOther));
    if (split !== undefined) {
      const [from, to] = isIPv6Address(address) ? ['IPv4', 'IPv6'] : ['IPv6', 'IPv4'];
      return `${split.user} logs in by ${from} (${split.address}) and sends by ${to}`;
    }
    const place = newest(known);
    return place === undefined ? undefined : wordsOf(place);
  };
}

function wordsOf({ user, address, isPermit }: Place): string {
  return isPermit ? `${user} was permitted at ${address} by hand` : `${user} logged in from ${address}`;
}

/** Users are called by their whole address or by its local part. */
function namesOf(sender: string | undefined): string[] {
  if (sender === undefined || sender === '') return [];
  const name = foldUser(sender);
  const at = name.lastIndexOf('@');
  return at > 0 ? [name, name.slice(0, at)] : [name];
}
