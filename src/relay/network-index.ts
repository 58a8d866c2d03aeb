/**
 * Finds the entry of a list whose network an address lies in, without going through the list: of each length of prefix
 * that the list has, the one network that can hold the address is looked up. Those are 33 look-ups for IPv4 and 129 for
 * IPv6 at most, however long the list is.
 */
import { type Address, sortKey } from './address.ts';
import { keyRange, type Network } from './network.ts';

/** Gives the first entry of a list whose network an address lies in; undefined if it lies in none. */
export type FindEntry<Entry> = (address: Address) => Entry | undefined;

/** The networks of one family and one length, by the bits that their addresses have in common. */
interface SameLength {
  readonly prefix: number;
  /** Where in the list the first entry of each network stands. */
  readonly places: Map<string, number>;
}

/** Indexes a list of entries, each of which names a network. */
export function indexNetworks<Entry>(
  entries: readonly Entry[],
  networkOf: (entry: Entry) => Network,
): FindEntry<Entry> {
  if (entries.length === 0) return () => undefined;
  const families = { ipv4: new Map<number, SameLength>(), ipv6: new Map<number, SameLength>() };
  for (const [place, entry] of entries.entries()) {
    const network = networkOf(entry);
    const { prefix } = network;
    const lengths = network.bytes.length === 4 ? families.ipv4 : families.ipv6;
    const sameLength = lengths.get(prefix) ?? { prefix, places: new Map<string, number>() };
    lengths.set(prefix, sameLength);
    const bits = leadingBits(keyRange(network)[0], prefix);
    if (!sameLength.places.has(bits)) sameLength.places.set(bits, place);
  }
  const [ipv4, ipv6] = [[...families.ipv4.values()], [...families.ipv6.values()]];
  return (address) => {
    const key = sortKey(address);
    let first: number | undefined;
    for (const { prefix, places } of key.startsWith('4') ? ipv4 : ipv6) {
      const place = places.get(leadingBits(key, prefix));
      if (place !== undefined && (first === undefined || place < first)) first = place;
    }
    return first === undefined ? undefined : entries[first];
  };
}

/** Returns so many leading bits of the address that a sort key is of: four in each hexadecimal digit. */
function leadingBits(key: string, bits: number): string {
  const end = 1 + (bits >> 2);
  const rest = bits & 3;
  if (rest === 0) return key.slice(1, end);
  const digit = Number.parseInt(key.charAt(end), 16) & (0xf0 >> rest);
  return key.slice(1, end) + digit.toString(16);
}
