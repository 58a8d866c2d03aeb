/** What a rule is beside its expressions, as its stanza says it. */
import type { Kind } from './kinds.ts';
import { isOriginalForm } from './original-form.ts';
import type { Rule } from './rule.ts';
import type { Stanza } from './stanza.ts';

/**
 * Bytes of the longest message that is a login, where a stanza does not say `longest`. Loggers and syslog daemons cut
 * what is longer, at 511 bytes at the earliest, or go on with it in a line that begins wherever the client wants.
 */
export const usualLongest = 499;

/** A rule without its expressions and its origin. */
export type RuleFacts = Omit<Rule, Kind | 'origin'>;

/** Returns what a stanza says of its rule. */
export function ruleFacts(stanza: Stanza): RuleFacts {
  return {
    name: stanza.name,
    programs: stanza.program.flatMap(({ text }) => text.split(/[ \t]+/)),
    journal: stanza.journal.map(({ text }) => text),
    isOriginalForm: isOriginalForm(stanza),
    longest: isOriginalForm(stanza) ? Number.POSITIVE_INFINITY : longestOf(stanza),
    versions: stanza.versions[0]?.text ?? '',
  };
}

function longestOf({ longest: [value] }: Stanza): number {
  return value === undefined ? usualLongest : Number(value.text);
}
