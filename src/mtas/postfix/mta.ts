/** Postfix. */
import type { Mta } from '../mta.ts';
import { askPostfix } from './ask-map.ts';
import { checkPostfix } from './check.ts';
import { lookupOf } from './lookups.ts';

/** The MTA Postfix. */
export const postfix = {
  name: 'postfix',
  title: 'Postfix',
  looksUp: (output) => lookupOf(output) !== undefined,
  askMap: askPostfix,
  check: checkPostfix,
} as const satisfies Mta;
