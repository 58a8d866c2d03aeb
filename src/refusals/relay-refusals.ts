/** The built-in rules for what MTAs log when they refuse to relay. None of them ever finds a login. */
import { builtInRule } from '../rules/built-in.ts';
import { prepareStanza } from '../rules/prepare.ts';
import type { Rule } from '../rules/rule.ts';
import { builtInFile, parseStanzas } from '../rules/stanza.ts';
import catalog from './relay-refusals.conf';

/** Returns the text of the rules. */
export function relayRefusalsText(): string {
  return catalog;
}

/** Returns the sender in what a rule took for the user; undefined where the line has none. `<>` is ''. */
export function senderOf(user: string): string | undefined {
  return /^<([^<>]*)>/.exec(user)?.[1];
}

/**
 * Returns the rules, each named after its MTA. What they read looks like a login: the address is that of the refused
 * client, the user begins with the sender in angle brackets; see {@link senderOf}.
 */
export function relayRefusalRules(): Rule[] {
  return parseStanzas(builtInFile, catalog).stanzas.map((stanza) => builtInRule(prepareStanza(stanza)));
}
