/** OpenSMTPD. Nothing here reads its smtpd.conf, and no program of it looks an address up in a table. */
import type { Mta } from '../mta.ts';
import stanzas from './refusals.conf';

const lookedUp: readonly string[] = ['opensmtpd'];

/** The MTA OpenSMTPD. */
export const opensmtpd = {
  name: 'opensmtpd',
  title: 'OpenSMTPD',
  looksUp: ({ type }) => lookedUp.includes(type),
  refusals: { stanzas, isWrittenTwice: false },
} as const satisfies Mta;
