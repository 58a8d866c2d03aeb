/** What a rule is beside its expressions, as its stanza says it. */
import type { Kind } from './kinds.ts';
import { isOriginalForm } from './original-form.ts';
import type { Rule } from './rule.ts';
import type { Stanza, StanzaValue } from './stanza.ts';
import { usualLongest } from './usual-longest.ts';

/** A rule without its expressions and its origin. */
export type RuleFacts = Omit<Rule, Kind | 'origin'>;

/** Returns what a stanza says of its rule. */
export function ruleFacts(stanza: Stanza): RuleFacts {
  return {
    name: stanza.name,
    programs: stanza.program.flatMap(({ text }) => text.split(/[ \t]+/)),
    journal: stanza.journal.map(({ text }) => text),
    isOriginalForm: isOriginalForm(stanza),
    broken: bytesOf(stanza.broken),
    tornSeconds: Number(stanza.broken[0]?.text.split(/[ \t]+/)[1] ?? 0),
    longest: isOriginalForm(stanza) ? Number.POSITIVE_INFINITY : (bytesOf(stanza.longest) ?? usualLongest),
    printsLineEnds: stanza.prints.length > 0,
    versions: stanza.versions[0]?.text ?? '',
  };
}

function bytesOf([value]: readonly StanzaValue[]): number | undefined {
  return value === undefined ? undefined : Number(value.text.split(/[ \t]/)[0]);
}
