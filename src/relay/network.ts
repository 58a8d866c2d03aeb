/** Networks of addresses: `192.0.2.0/24`, `2001:db8::/32`, or one address. */
import ipaddr from 'ipaddr.js';
import { type Address, isAddress, isIPv6Address, parseAddress, withoutDots } from './address.ts';

/** A network, with its canonical text. */
export interface Network {
  /** `192.0.2.0/24`; a single address has no slash. */
  readonly text: string;
  readonly bytes: readonly number[];
  /** Prefix length in bits. */
  readonly prefix: number;
}

/**
 * Returns the network that a text names, host bits cleared, or the reason why it names none. An address alone
 * is the network of that one address.
 */
export function parseNetwork(text: string): Network | { readonly reason: string } {
  const slash = text.indexOf('/');
  const base = slash < 0 ? text : text.slice(0, slash);
  // 0.0.0.0/8 and ::/0 are networks though their base is no client's address.
  if (
    base.includes('%') ||
    !ipaddr.isValid(base) ||
    (!base.includes(':') && !ipaddr.IPv4.isValidFourPartDecimal(base))
  ) {
    return { reason: 'neither an address nor a network' };
  }
  let address = ipaddr.parse(base.includes(':') ? withoutDots(base) : base);
  const mapped = address instanceof ipaddr.IPv6 && address.isIPv4MappedAddress();
  if (mapped) address = (address as InstanceType<typeof ipaddr.IPv6>).toIPv4Address();
  const bits = address.kind() === 'ipv4' ? 32 : 128;
  let prefix = bits;
  if (slash >= 0) {
    const length = text.slice(slash + 1);
    if (!/^\d{1,3}$/.test(length)) return { reason: `prefix length '${length}' is not a number` };
    prefix = Number(length) - (mapped ? 96 : 0);
    if (prefix < 0 || prefix > bits) return { reason: `prefix length ${length} is over ${bits}` };
  }
  const bytes = address.toByteArray().map((byte, index) => byte & maskOf(prefix, index));
  return { text: textOf(bytes, prefix), bytes, prefix };
}

function textOf(bytes: number[], prefix: number): string {
  const base = ipaddr.fromByteArray(bytes);
  const canonical = base instanceof ipaddr.IPv6 ? base.toRFC5952String() : base.toString();
  return prefix === bytes.length * 8 ? canonical : `${canonical}/${prefix}`;
}

function maskOf(prefix: number, index: number): number {
  const bits = Math.min(8, Math.max(0, prefix - index * 8));
  return (0xff << (8 - bits)) & 0xff;
}

/** Returns the sort keys of the first and the last address of a network, as relay/address.ts makes them. */
export function keyRange({ bytes, prefix }: Network): readonly [first: string, last: string] {
  const keyOf = (parts: readonly number[]) =>
    (parts.length === 4 ? '4' : '6') + parts.map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return [keyOf(bytes), keyOf(bytes.map((byte, index) => byte | (~maskOf(prefix, index) & 0xff)))];
}

/** Reports whether what {@link parseNetwork} gave is a network. */
export function isNetwork(parsed: Network | { readonly reason: string }): parsed is Network {
  return 'bytes' in parsed;
}

/** Reports whether a canonical address lies in a network. */
export function contains(network: Network, address: Address): boolean {
  const bytes = ipaddr.parse(address).toByteArray();
  if (bytes.length !== network.bytes.length) return false;
  return bytes.every((byte, index) => (byte & maskOf(network.prefix, index)) === network.bytes[index]);
}

/** Returns the network of a length (bits) that holds a network, or the network itself where that is as long or shorter. */
export function containing(network: Network, prefix: number): Network {
  if (network.prefix <= prefix) return network;
  const bytes = network.bytes.map((byte, index) => byte & maskOf(prefix, index));
  return { text: textOf(bytes, prefix), bytes, prefix };
}

/** Returns the network of a canonical IPv6 address, by the length of its prefix in bits. */
export function networkOf(address: Address, prefix: number): Network {
  const network = parseNetwork(`${address}/${prefix}`);
  if (!isNetwork(network)) throw new Error(`no network of ${address}/${prefix}`);
  return network;
}

/**
 * Returns what a map should name for an address: the address itself, or for IPv6 with a prefix below 128 its
 * network (`2001:db8:7::/64`).
 */
export function publishedForm(address: Address, ipv6Prefix: number): string {
  return ipv6Prefix >= 128 || !isIPv6Address(address) ? address : networkOf(address, ipv6Prefix).text;
}

/** Returns the canonical form of an address or network text, or the reason why it is neither. */
export function canonicalForm(text: string): string | { readonly reason: string } {
  if (text.includes('/')) {
    const network = parseNetwork(text);
    return isNetwork(network) ? network.text : network;
  }
  const address = parseAddress(text);
  return isAddress(address) ? address : address;
}
