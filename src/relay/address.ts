/**
 * Client addresses: what text is one, its one spelling, its order, and what kind of address it is.
 * Nothing here knows of logs, files or maps.
 */
import { isIPv4, isIPv6 } from 'node:net';
import ipaddr from 'ipaddr.js';

/**
 * Why a text is no client address: a zone or prefix, a leading zero, a host name; or an address that no
 * client can have (RFC 6890): unspecified, 0.0.0.0/8, multicast, 240.0.0.0/4, broadcast, ::/96.
 */
export type NoAddress = { readonly reason: string };

/** A client's address in its one spelling: dotted quad, or RFC 5952 text of an IPv6 address. */
export type Address = string;

/**
 * Returns the canonical text of a client address, or the reason why the text is none. IPv4-mapped IPv6
 * addresses (`::ffff:192.0.2.1`) come back as IPv4. Loopback is an address here; the relay table refuses it.
 *
 * @example
 * parseAddress('2001:DB8:0::10'); // '2001:db8::10'
 */
export function parseAddress(text: string): Address | NoAddress {
  // Most texts are judged quicker than they are looked up.
  if (isPlainIPv4(text) || isPlainIPv6(text)) return text;
  // As a server that listens on IPv6 alone sees IPv4 clients.
  if (text.startsWith(mappedPrefix)) {
    const mapped = text.slice(mappedPrefix.length);
    if (isPlainIPv4(mapped)) return mapped;
  }
  // No address is longer than INET6_ADDRSTRLEN allows (RFC 3493: 46 with its NUL).
  if (text.length > 45) return { reason: 'not an address' };
  let parsed = known.get(text);
  if (parsed === undefined) {
    parsed = parse(text);
    if (known.size >= mostKnown) known.clear();
    known.set(text, parsed);
  }
  return parsed;
}

const mappedPrefix = '::ffff:';

/**
 * Reports whether a text is an IPv4 address that a client can have, in its one spelling: four numbers to 255
 * without leading zeros, the first of them from 1 to 223. It is the quick half of {@link parse}, which judges
 * whatever it does not take.
 */
function isPlainIPv4(text: string): boolean {
  const { length } = text;
  if (length > 15) return false;
  let numbers = 0;
  let at = 0;
  while (numbers < 4) {
    const start = at;
    let value = 0;
    for (; at < length; at++) {
      const digit = text.charCodeAt(at) - 0x30;
      if (digit < 0 || digit > 9) break;
      value = value * 10 + digit;
    }
    const digits = at - start;
    if (digits === 0 || digits > 3 || value > 255 || (digits > 1 && text.charCodeAt(start) === 0x30))
      return false;
    if (numbers === 0 && (value === 0 || value > 223)) return false;
    numbers++;
    if (numbers < 4 && text.charCodeAt(at++) !== 0x2e) return false;
  }
  return at === length;
}

/**
 * Reports whether a text is an IPv6 address that a client can have, in its one spelling, and of the common make:
 * numbers in lower case without leading zeros, none of them 0, of which one `::` may leave out two or more; the
 * first, which is there, makes it no multicast address. It is the other quick half.
 */
function isPlainIPv6(text: string): boolean {
  const { length } = text;
  let numbers = 0;
  let hasGap = false;
  for (let at = 0; at < length; numbers++) {
    const start = at;
    for (; at < length; at++) {
      const code = text.charCodeAt(at);
      if (!(code >= 0x30 && code <= 0x39) && !(code >= 0x61 && code <= 0x66)) break;
    }
    const digits = at - start;
    if (digits === 0 || digits > 4 || text.charCodeAt(start) === 0x30) return false;
    if (numbers === 0 && digits === 4 && text.startsWith('ff')) return false;
    if (at === length) continue;
    if (text.charCodeAt(at++) !== 0x3a || at === length) return false;
    if (text.charCodeAt(at) !== 0x3a) continue;
    if (hasGap) return false;
    hasGap = true;
    at++;
  }
  return hasGap ? numbers <= 6 : numbers === 8;
}

/** A log names the same few clients again and again. Texts that are looked up come from it, so they are bounded. */
const known = new Map<string, Address | NoAddress>();
const mostKnown = 10_000;

function parse(text: string): Address | NoAddress {
  if (isIPv4(text)) {
    const reason = unusableIPv4(text);
    return reason === undefined ? text : { reason };
  }
  // isIPv6 takes a zone (`fe80::1%eth0`); an address with a zone means something on one host only.
  if (text.includes('%') || !isIPv6(text)) return { reason: 'not an address' };
  const parsed = ipaddr.IPv6.parse(withoutDots(text));
  if (isIPv4Mapped(parsed.parts)) return parseAddress(parsed.toIPv4Address().toString());
  const reason = unusableIPv6(parsed.parts);
  return reason === undefined ? parsed.toRFC5952String() : { reason };
}

/**
 * Returns an IPv6 text with a dotted end (`::1.2.3.4`) in hexadecimal groups. ipaddr.js 2.5 takes such a text for
 * an IPv4-mapped address whatever stands before the dots.
 */
export function withoutDots(text: string): string {
  return text.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_all, ...octets) => {
    const [a, b, c, d] = octets;
    return `${(Number(a) * 256 + Number(b)).toString(16)}:${(Number(c) * 256 + Number(d)).toString(16)}`;
  });
}

/** ipaddr.js' own test compares with each of its special ranges first, and took a tenth of the time of a run. */
function isIPv4Mapped(parts: readonly number[]): boolean {
  return parts[5] === 0xffff && parts.slice(0, 5).every((part) => part === 0);
}

/** Reports whether what {@link parseAddress} gave is an address. */
export function isAddress(parsed: Address | NoAddress): parsed is Address {
  return typeof parsed === 'string';
}

function unusableIPv4(text: string): string | undefined {
  const first = Number.parseInt(text, 10);
  if (first === 0) return text === '0.0.0.0' ? 'the unspecified address' : "in 0.0.0.0/8 ('this network')";
  if (text === '255.255.255.255') return 'the broadcast address';
  if (first >= 240) return 'in 240.0.0.0/4 (reserved)';
  if (first >= 224) return 'a multicast address';
  return undefined;
}

function unusableIPv6(parts: readonly number[]): string | undefined {
  if (parts.slice(0, 6).every((part) => part === 0)) {
    if (parts[6] === 0 && parts[7] === 1) return undefined; // ::1, loopback
    return parts[6] === 0 && parts[7] === 0
      ? 'the unspecified address'
      : 'in ::/96 (IPv4-compatible, deprecated)';
  }
  return ((parts[0] ?? 0) & 0xff00) === 0xff00 ? 'a multicast address' : undefined;
}

/** Reports whether a canonical address is an IPv6 one. */
export function isIPv6Address(address: Address): boolean {
  return address.includes(':');
}

/**
 * Returns the sort key of a canonical address: `4` and 8, or `6` and 32 hexadecimal digits. Keys compare as
 * bytes in the order of the relay table: IPv4 before IPv6, each numerically.
 */
export function sortKey(address: Address): string {
  if (!isIPv6Address(address)) {
    let key = '4';
    for (const part of address.split('.')) key += hex(Number(part), 2);
    return key;
  }
  let key = '6';
  for (const part of ipaddr.IPv6.parse(address).parts) key += hex(part, 4);
  return key;
}

/** Returns the address that a sort key is of. */
export function addressOf(key: string): Address {
  const bytes = [...Buffer.from(key.slice(1), 'hex')];
  const address = ipaddr.fromByteArray(bytes);
  return address instanceof ipaddr.IPv6 ? address.toRFC5952String() : address.toString();
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0');
}

/** Orders two canonical addresses: IPv4 before IPv6, each numerically. */
export function compareAddresses(a: Address, b: Address): number {
  const [keyOfA, keyOfB] = [sortKey(a), sortKey(b)];
  return keyOfA < keyOfB ? -1 : keyOfA > keyOfB ? 1 : 0;
}

/** Returns why an address never relays whatever is configured (loopback, link-local), or undefined. */
export function refusedByNature(address: Address): string | undefined {
  if (address === '::1' || address.startsWith('127.')) return 'a loopback address';
  if (address.startsWith('169.254.') || /^fe[89ab][0-9a-f]:/.test(address)) return 'a link-local address';
  return undefined;
}
