/**
 * What maps name for an address: itself, or with `ipv6-prefix` below 128 its network. A network is named only
 * where everything in it may relay: what is ignored, this host's own or refused must not come in with a neighbour.
 */
import { type Address, isIPv6Address } from './address.ts';
import { isNetwork, networkOf, overlap, parseNetwork } from './network.ts';
import type { Policy } from './policy.ts';

/** Gives the text that maps hold for an address. */
export type FormOf = (address: Address) => string;

/** Names every address itself. IPv4 addresses are named so by any form. */
export const sameForm: FormOf = (address) => address;

/** Returns what maps name for addresses under a policy; `ipv6Prefix` is in bits. */
export function publishedForms(
  { ignore, ownAddresses, voidUntil, now }: Pick<Policy, 'ignore' | 'ownAddresses' | 'voidUntil' | 'now'>,
  ipv6Prefix: number,
): FormOf {
  if (ipv6Prefix >= 128) return sameForm;
  const refused = [
    ...ignore.map(({ network }) => network),
    ...[...ownAddresses].map(parseNetwork).filter(isNetwork),
    ...(voidUntil.refusedNetworks?.(now) ?? []),
  ];
  return (address) => {
    if (!isIPv6Address(address)) return address;
    const network = networkOf(address, ipv6Prefix);
    return refused.some((other) => overlap(other, network)) ? address : network.text;
  };
}
