/** How Sendmail looks maps up: as tables of `K` lines of sendmail.cf. */
import type { Output } from '../../maps/output.ts';
import { sendmailKey } from '../../maps/sendmail-key.ts';
import type { LookupsByType } from '../mta.ts';

/** A map as Sendmail reads it. */
export interface SendmailLookup {
  readonly output: Output;
  /** The kind of the table, as a `K` line names it. */
  readonly kind: string;
  /** The access database, which Sendmail's own rules ask; any other map is asked by a ruleset of the admin's. */
  readonly isAccess: boolean;
  /** The value that lets an address relay. */
  readonly leave: string;
  /** Returns the key of an address or network. */
  keyOf(form: string): string;
}

/** The output to add where there is none for Sendmail. */
export const usualOutput = 'makemap hash:/var/lib/exact/relay-sendmail';

const lookups: LookupsByType<SendmailLookup> = {
  makemap: (output) => ({ output, kind: output.kind, isAccess: false, leave: 'OK', keyOf: sendmailKey }),
  'sendmail-access': (output) => ({
    output,
    kind: 'hash',
    isAccess: true,
    leave: 'RELAY',
    keyOf: (form) => `Connect:${sendmailKey(form)}`,
  }),
};

/** Returns how Sendmail looks up the map of an output; undefined if it does not. */
export function lookupOf(output: Output): SendmailLookup | undefined {
  return lookups[output.type]?.(output);
}
