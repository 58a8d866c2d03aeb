/** The addresses of this host's own interfaces: a login from one is a webmail host's or a proxy's. */
import { networkInterfaces } from 'node:os';
import type { Address } from '../relay/address.ts';

/** Returns the addresses of all interfaces that are up, as inet_ntop(3) writes them, which is the canonical form. */
export function ownAddresses(): Set<Address> {
  const own = new Set<Address>();
  for (const addresses of Object.values(networkInterfaces())) {
    for (const { address } of addresses ?? []) own.add(address);
  }
  return own;
}
