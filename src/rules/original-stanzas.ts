/**
 * The stanzas that EXACT 1.41 shipped (exact-servers.conf, 2004). Files that still carry them are common, and
 * several are dangerous: the cyrus rule takes `badlogin:` for a login, the uw-imap rule an address from a
 * client's greeting. They are known by digest, and the catalog's rule of the same name takes their place.
 */
import { createHash } from 'node:crypto';
import type { Stanza } from './stanza.ts';

/** A stanza as it was shipped. */
export interface ShippedStanza {
  readonly name: string;
  /** What is dangerous about it: lines that it was seen to take for a login. */
  readonly fault?: string;
}

/** By sha256 of `ORDER\nMATCH\n`, values as written, trailing blanks removed. */
export const shippedStanzas: ReadonlyMap<string, ShippedStanza> = new Map<string, ShippedStanza>([
  [
    'f6969f41615c741a2384135009e94ae25b38621af7d159265acd2e964a0e44f9',
    { name: 'uw-imap', fault: 'it takes an address that a client without an account chose' },
  ],
  ['561913fe5ae2fcffc585a2207b248918147db59856c4adfc138ec8293df819b6', { name: 'courier' }],
  [
    '3c86495d6bab69f8b879b2a1eb6de9eb0cc07a422d8316dad52bb0de0ff8135d',
    { name: 'cyrus', fault: "it takes failed logins for logins ('badlogin:')" },
  ],
  ['84b6f3075c8dc5f37d1d2960010b43d828708d07d32995f91ba7816d036b1078', { name: 'perdition' }],
  ['9f058613d84dd067f06ff6ecd06514aace2f69f5d0f52eb852f75108b5703467', { name: 'qpopper' }],
  ['92842a491b6e5be1e64aa822a9634402668d6541aa094406e214fa146f3f13f3', { name: 'teapop' }],
  ['49f271f91ae31de4a635ee4b171bee5db2530d9e07080fde48937d419cf63f9f', { name: 'cucipop' }],
]);

/** Returns the shipped stanza with the `order` and `match` of this one; undefined for any other. */
export function shippedStanza(
  stanza: Stanza,
  shipped: ReadonlyMap<string, ShippedStanza>,
): ShippedStanza | undefined {
  const [order, match, ...others] = [...stanza.order, ...stanza.match];
  if (order === undefined || match === undefined || others.length > 0) return undefined;
  return shipped.get(createHash('sha256').update(`${order.text}\n${match.text}\n`).digest('hex'));
}
