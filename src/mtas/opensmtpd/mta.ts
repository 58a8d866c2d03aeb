/** OpenSMTPD. No program of it looks an address up in a table, and none plays a conversation: its smtpd.conf is read. */
import type { Mta } from '../mta.ts';
import { checkOpensmtpd } from './check.ts';
import { playOpensmtpd } from './play.ts';
import stanzas from './refusals.conf';
import { isLookedUp } from './tables.ts';

/** The MTA OpenSMTPD. */
export const opensmtpd = {
  name: 'opensmtpd',
  title: 'OpenSMTPD',
  looksUp: isLookedUp,
  check: checkOpensmtpd,
  play: playOpensmtpd,
  refusals: { stanzas, isWrittenTwice: false },
} as const satisfies Mta;
