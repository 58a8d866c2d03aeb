/**
 * Keys as Postfix's access(5) asks for them: an address as it is written, and then each part of it that ends before a
 * colon, from the right: of 2001:db8:1:2::5 `2001:db8:1:2:`, `2001:db8:1:2`, `2001:db8:1`, `2001:db8`, `2001` (3.7,
 * check_addr_access). Addresses are written by inet_ntop(3): of two or more groups of zeros in a row, the first of the
 * longest such runs is `::`. So a network of whole groups has one key for its addresses that are written with all of its
 * groups, and another for those whose `::` begins within it.
 *
 * Not every spelling can be asked for. Where `::` begins within a network at the third group from its end or before, or
 * ends within it, hosts of other networks are written alike: `2001::5:…` is of 2001:0:0:5::/64 if five groups come after
 * it, and of another network if fewer do. Such a client stays refused.
 */
import { formOfGroups, groupsOf } from './ipv6-groups.ts';

/** Groups of zeros that `::` stands for at least. */
const shortestRun = 2;

/**
 * Returns the keys of an address, or of an IPv6 network of whole groups; the first names it, and nothing else.
 *
 * @example
 * postfixKeys('2001:db8:7::/64'); // ['2001:db8:7:0', '2001:db8:7:']
 */
export function postfixKeys(form: string): readonly [string, ...string[]] {
  if (!form.includes('/')) return [form];
  const groups = groupsOf(form);
  const zeros = groups.length - 1 - groups.findLastIndex((group) => group !== '0');
  const written = groups.join(':');
  // More zeros than any `::` has: one that begins with them may end before they do.
  if (zeros === 0 || zeros > shortestRun) return [written];
  return [written, `${groups.slice(0, -zeros).join(':')}:`];
}

/** Returns the address or network that a key names; undefined for a further key, and the key itself where it is neither. */
export function formOfPostfixKey(key: string): string | undefined {
  if (!key.includes(':') || key.includes('::')) return key;
  return key.endsWith(':') ? undefined : (formOfGroups(key.split(':')) ?? key);
}
