/** The host name of a client, as the resolver of this host has it: what a mail server finds out before anything is said. */
import { lookup, lookupService } from 'node:dns/promises';
import { errnoOf } from '../problem.ts';
import { type Address, isAddress, parseAddress } from '../relay/address.ts';

/** What the resolver says of the name of an address. */
export interface ClientName {
  /** The name of the address; undefined where it has none. */
  readonly reverse?: string;
  /** The same if it leads back to the address, as it must for a server to believe it. */
  readonly verified?: string;
  /** Whether no name server answered, so that there may be one. */
  readonly isTemporary: boolean;
}

/** Asks the resolver, as long as that takes. */
export async function clientNameOf(address: Address): Promise<ClientName> {
  try {
    // Without a name it fails: it asks getnameinfo(3) for nothing else.
    const { hostname: reverse } = await lookupService(address, 0);
    const addresses = await lookup(reverse, { all: true }).catch(() => []);
    const leadsBack = addresses.some((found) => {
      const each = parseAddress(found.address);
      return isAddress(each) && each === address;
    });
    return { reverse, ...(leadsBack ? { verified: reverse } : {}), isTemporary: false };
  } catch (error) {
    return { isTemporary: errnoOf(error) === 'EAI_AGAIN' };
  }
}
