/** What an `output` line of exact.conf asks for. */
import { type Address, isIPv6Address } from '../relay/address.ts';

/** IPv4 or IPv6. */
export type Family = 'ipv4' | 'ipv6';

/** One `output TYPE PATH [OPTION…]` line. */
export interface Output {
  /** Map type: `text`, `cdb`, `postmap`, … */
  readonly type: string;
  /**
   * The file it publishes, absolute; `postmap` and `makemap` keep the table kind apart. The whole URL for a
   * type that is named by one.
   */
  readonly path: string;
  /** `hash` of `postmap hash:/path`; '' for types that have no kinds. */
  readonly kind: string;
  /** Which addresses it holds. */
  readonly families: 'both' | Family;
  /** File mode of the published file. */
  readonly mode: number;
  /** Group name of the published file; undefined: the process's own. */
  readonly group?: string;
  /** Words after the path that only its type understands (`exim-net`, `merge=FILE`). */
  readonly options: readonly string[];
  /** Where the line stands: `FILE:LINE`, or `default`. */
  readonly origin: string;
}

/** Returns the family of an address. */
export function familyOf(address: Address): Family {
  return isIPv6Address(address) ? 'ipv6' : 'ipv4';
}

/** Whether an output is to hold the addresses of a family. */
export function holdsFamily({ families }: Pick<Output, 'families'>, family: Family): boolean {
  return families === 'both' || families === family;
}
