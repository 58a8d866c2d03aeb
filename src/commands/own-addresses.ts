/** The addresses of this host's own interfaces: a login from one is a webmail host's or a proxy's. */
import { networkInterfaces } from 'node:os';
import { type Address, isAddress, parseAddress } from '../relay/address.ts';

/** Returns the canonical addresses of all interfaces that are up. */
export function ownAddresses(): Set<Address> {
  const own = new Set<Address>();
  for (const interfaceAddresses of Object.values(networkInterfaces())) {
    for (const { address } of interfaceAddresses ?? []) {
      const parsed = parseAddress(address);
      if (isAddress(parsed)) own.add(parsed);
    }
  }
  return own;
}
