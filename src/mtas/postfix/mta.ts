/** Postfix. */
import type { Mta } from '../mta.ts';
import { askPostfix } from './ask-map.ts';
import { checkPostfix } from './check.ts';
import { explainRefusal } from './explain-refusal.ts';
import { lookupOf } from './lookups.ts';
import { playPostfix } from './play.ts';
import stanzas from './refusals.conf';

/** The MTA Postfix. */
export const postfix = {
  name: 'postfix',
  title: 'Postfix',
  looksUp: (output) => lookupOf(output) !== undefined,
  askMap: askPostfix,
  check: checkPostfix,
  play: playPostfix,
  refusals: { stanzas, isWrittenTwice: false, explain: explainRefusal },
} as const satisfies Mta;
