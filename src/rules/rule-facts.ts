/** What a rule is beside its expressions, as its stanza says it. */
import { isOriginalForm } from './original-form.ts';
import type { Rule } from './rule.ts';
import type { Stanza } from './stanza.ts';

/** The names of a stanza's lines that hold expressions. */
export type Kind = 'match' | 'connect' | 'logout' | 'broken';

/** A rule without its expressions and its origin. */
export type RuleFacts = Omit<Rule, Kind | 'origin'>;

/** Returns what a stanza says of its rule. */
export function ruleFacts(stanza: Stanza): RuleFacts {
  return {
    name: stanza.name,
    programs: stanza.program.flatMap(({ text }) => text.split(/[ \t]+/)),
    journal: stanza.journal.map(({ text }) => text),
    isOriginalForm: isOriginalForm(stanza),
    versions: stanza.versions[0]?.text ?? '',
  };
}
