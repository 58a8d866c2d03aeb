/**
 * The stanzas of the built-in catalogs as far as they become rules without an engine: plain data, so that the build can
 * do it once, and not each run of cron. The tests prove of each expression what {@link compileStanza} checks of an
 * admin's; so nothing is checked here.
 */
import { isExpressionError } from './expression/ast.ts';
import { requiredLiterals } from './expression/literal.ts';
import { parseExpression } from './expression/parse.ts';
import { forEachKind, type Kind } from './kinds.ts';
import { expandMacros } from './macros.ts';
import { type RuleFacts, ruleFacts } from './rule-facts.ts';
import type { Stanza, StanzaValue } from './stanza.ts';

/** An expression, all but its engine: the fields that an Expression has too, texts for bytes. */
export interface PreparedExpression {
  readonly source: string;
  readonly expanded: string;
  readonly line: number;
  readonly literals: readonly string[];
  /** Of its groups, in their order. */
  readonly names: readonly string[];
}

/** A rule, all but the engines of its expressions. */
export type PreparedRule = RuleFacts & Readonly<Record<Kind, readonly PreparedExpression[]>>;

/** Prepares a stanza of a built-in catalog. Throws an Error for one that is wrong, which the tests let none be. */
export function prepareStanza(stanza: Stanza): PreparedRule {
  return {
    ...ruleFacts(stanza),
    ...forEachKind((kind) => stanza[kind].map(prepareExpression)),
  };
}

function prepareExpression({ text: source, line }: StanzaValue): PreparedExpression {
  const expansion = expandMacros(source);
  if ('reason' in expansion) throw new Error(`${source}: ${expansion.reason}`);
  const expanded = expansion.text;
  const node = parseExpression(expanded);
  if (isExpressionError(node)) throw new Error(`${expanded}: ${node.reason}`);
  // Every group of the catalogs has a name.
  const names = [...expanded.matchAll(/\(\?<(\w+)>/g)].map(([, name = '']) => name);
  return { source, expanded, line, literals: requiredLiterals(node), names };
}
