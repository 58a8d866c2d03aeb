/** IPv6 addresses and networks as their groups of 16 bits, in which several MTAs spell their keys. */
import { canonicalForm } from '../relay/network.ts';

/** Bits of a group. */
const groupBits = 16;

/**
 * Returns the groups of a canonical IPv6 address (eight), or of a network as many as its prefix covers: hexadecimal,
 * lower case, without leading zeros. A prefix that ends within a group has no such form, and is an Error.
 *
 * @example
 * groupsOf('2001:db8:7::/64'); // ['2001', 'db8', '7', '0']
 */
export function groupsOf(form: string): string[] {
  const [address = '', prefix = '128'] = form.split('/');
  const [head = [], tail = []] = address.split('::').map((part) => part.split(':').filter(Boolean));
  const zeros = new Array<string>(8 - head.length - tail.length).fill('0');
  const count = Number(prefix) / groupBits;
  if (!Number.isInteger(count)) throw new Error(`${form} ends within a group`);
  return [...head, ...zeros, ...tail].slice(0, count);
}

/** Returns the canonical address or network of groups, fewer than eight being a network; undefined if it is none. */
export function formOfGroups(groups: readonly string[]): string | undefined {
  if (groups.length === 0 || groups.length > 8 || !groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) {
    return undefined;
  }
  const rest = new Array<string>(8 - groups.length).fill('0');
  const address = [...groups, ...rest].join(':');
  const form = canonicalForm(rest.length === 0 ? address : `${address}/${groups.length * groupBits}`);
  return typeof form === 'string' ? form : undefined;
}

/** Returns why a map whose keys are whole groups cannot hold what an `ipv6-prefix` publishes; undefined if it can. */
export function groupsRefusal(ipv6Prefix: number): string | undefined {
  return ipv6Prefix % groupBits === 0
    ? undefined
    : `is asked for whole groups of IPv6: it holds networks of 48, 64, 80, 96 or 112 bits, not of ${ipv6Prefix}; change ipv6-prefix, or give it the option ipv4`;
}
