/** What a rule is beside its expressions, as its stanza says it. */
import type { Kind } from './kinds.ts';
import { isOriginalForm } from './original-form.ts';
import type { Rule } from './rule.ts';
import type { Stanza, StanzaValue } from './stanza.ts';

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
    broken: bytesOf(stanza.broken),
    longest: isOriginalForm(stanza) ? Number.POSITIVE_INFINITY : (bytesOf(stanza.longest) ?? usualLongest),
    versions: stanza.versions[0]?.text ?? '',
  };
}

function bytesOf([value]: readonly StanzaValue[]): number | undefined {
  return value === undefined ? undefined : Number(value.text);
}
