/** Exim. */
import type { Mta } from '../mta.ts';
import { askExim } from './ask-map.ts';
import { checkExim } from './check.ts';
import { lookupOf } from './lookups.ts';
import { eximLog } from './own-log.ts';
import { playExim } from './play.ts';
import stanzas from './refusals.conf';

/** The MTA Exim. */
export const exim = {
  name: 'exim',
  title: 'Exim',
  looksUp: (output) => lookupOf(output) !== undefined,
  askMap: askExim,
  check: checkExim,
  play: playExim,
  // To its main log and to its reject log, and by syslog both into one.
  refusals: { stanzas, isWrittenTwice: true, ownLog: eximLog },
} as const satisfies Mta;
