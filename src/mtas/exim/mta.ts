/** Exim. */
import type { Mta } from '../mta.ts';
import { askExim } from './ask-map.ts';
import { checkExim } from './check.ts';
import { lookupOf } from './lookups.ts';

/** The MTA Exim. */
export const exim = {
  name: 'exim',
  title: 'Exim',
  looksUp: (output) => lookupOf(output) !== undefined,
  askMap: askExim,
  check: checkExim,
} as const satisfies Mta;
