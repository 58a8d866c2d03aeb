/** Published maps as Postfix reads them: `postmap -q` looks addresses up in its tables. */
import type { Output } from '../../maps/output.ts';
import { lookUpWithPostmap } from '../../maps/postmap.ts';
import { askProgram } from '../ask-program.ts';
import type { MtaAnswer } from '../mta.ts';
import { lookupOf } from './lookups.ts';

/** Looks addresses up in the map of an output; in none that is no file of this host. */
export function askPostfix(output: Output, forms: readonly string[]): MtaAnswer[] {
  const lookup = lookupOf(output);
  if (lookup === undefined || lookup.isShared) return [];
  const formOf = new Map(forms.map((form) => [lookup.keyOf(form), form]));
  return askProgram({ name: 'postmap -q', program: 'postmap', asked: forms }, () =>
    lookUpWithPostmap(lookup.name, [...formOf.keys()]).flatMap((key) => formOf.get(key) ?? []),
  );
}
