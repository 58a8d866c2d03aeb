/**
 * The built-in catalog's stanzas as rules. The tests prove of each expression what {@link compileStanza} checks
 * of an admin's, and that V8 runs it in linear time as re2js does; so nothing is checked here, and what an
 * expression must contain is worked out only where a log has lines of its program: a run costs what it uses.
 */
import { type Kind, ruleOf } from './compile.ts';
import { compileForV8 } from './engine.ts';
import { isExpressionError } from './expression/ast.ts';
import { requiredLiterals } from './expression/literal.ts';
import { parseExpression } from './expression/parse.ts';
import { expandMacros } from './macros.ts';
import type { Expression, Rule } from './rule.ts';
import type { Stanza, StanzaValue } from './stanza.ts';

/** Returns the rule of a stanza of the catalog. */
export function builtInRule(stanza: Stanza): Rule {
  const expressionsOf = (kind: Kind): Expression[] => stanza[kind].map(builtInExpression);
  return ruleOf(stanza, 'built in', {
    match: expressionsOf('match'),
    connect: expressionsOf('connect'),
    logout: expressionsOf('logout'),
    broken: expressionsOf('broken'),
  });
}

function builtInExpression(value: StanzaValue): Expression {
  const expansion = expandMacros(value.text);
  if ('reason' in expansion) throw new Error(`${value.text}: ${expansion.reason}`);
  const expanded = expansion.text;
  // Every group of the catalog has a name.
  const names = [...expanded.matchAll(/\(\?<(\w+)>/g)].map(([, name = '']) => name);
  let literals: readonly Buffer[] | undefined;
  return {
    source: value.text,
    expanded,
    line: value.line,
    get literals() {
      literals ??= literalsOf(expanded);
      return literals;
    },
    match: compileForV8(expanded, names),
  };
}

function literalsOf(expanded: string): readonly Buffer[] {
  const node = parseExpression(expanded);
  if (isExpressionError(node)) throw new Error(`${expanded}: ${node.reason}`);
  return requiredLiterals(node).map((text) => Buffer.from(text));
}
