/**
 * What maps name for an address: itself, or with `ipv6-prefix` below 128 its network. A network is named only
 * where everything in it may relay: what is ignored, this host's own or refused must not come in with a neighbour,
 * nor what lies outside of `only`.
 */
import { type Address, isIPv6Address } from './address.ts';
import { containing, isNetwork, type Network, networkOf, parseNetwork } from './network.ts';
import { indexNetworks } from './network-index.ts';
import type { Policy } from './policy.ts';

/** Gives the text that maps hold for an address. */
export type FormOf = (address: Address) => string;

/** Names every address itself. IPv4 addresses are named so by any form. */
export const sameForm: FormOf = (address) => address;

/** Returns what maps name for addresses under a policy; `ipv6Prefix` is in bits. */
export function publishedForms(
  {
    admission,
    ownAddresses,
    voidUntil,
    now,
  }: Pick<Policy, 'admission' | 'ownAddresses' | 'voidUntil' | 'now'>,
  ipv6Prefix: number,
): FormOf {
  if (ipv6Prefix >= 128) return sameForm;
  const refused = [
    ...admission.ignored,
    ...[...ownAddresses].map(parseNetwork).filter(isNetwork),
    ...(voidUntil.refusedNetworks?.(now) ?? []),
  ];
  // The network of an address meets a refused one where the longer of the two lies in the other.
  const meetsRefused = indexNetworks(refused, (network) => containing(network, ipv6Prefix));
  const { only } = admission;
  const isWhollyWithin = indexNetworks(only.filter(isAtMost(ipv6Prefix)), (network) => network);
  return (address) => {
    if (!isIPv6Address(address) || meetsRefused(address) !== undefined) return address;
    if (only.length > 0 && isWhollyWithin(address) === undefined) return address;
    return networkOf(address, ipv6Prefix).text;
  };
}

function isAtMost(prefix: number): (network: Network) => boolean {
  return (network) => network.prefix <= prefix;
}
