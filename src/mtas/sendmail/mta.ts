/** Sendmail. */
import type { Mta } from '../mta.ts';
import { askSendmail } from './ask-map.ts';
import { checkSendmail } from './check.ts';
import { lookupOf } from './lookups.ts';
import { playSendmail } from './play.ts';
import stanzas from './refusals.conf';

/** The MTA Sendmail. */
export const sendmail = {
  name: 'sendmail',
  title: 'Sendmail',
  looksUp: (output) => lookupOf(output) !== undefined,
  askMap: askSendmail,
  check: checkSendmail,
  play: playSendmail,
  refusals: { stanzas, isWrittenTwice: false },
} as const satisfies Mta;
