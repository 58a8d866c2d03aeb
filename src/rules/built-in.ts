/** Rules of the built-in catalogs, made of what was prepared. V8 runs them: the tests prove it linear for each. */
import { compileForV8 } from './engine.ts';
import { forEachKind } from './kinds.ts';
import type { PreparedExpression, PreparedRule } from './prepare.ts';
import type { Expression, Rule } from './rule.ts';

/** Returns a prepared rule, ready for use. */
export function builtInRule(prepared: PreparedRule): Rule {
  return {
    ...prepared,
    origin: 'built in',
    ...forEachKind((kind) => prepared[kind].map(expressionOf)),
  };
}

function expressionOf({ source, expanded, line, literals, names }: PreparedExpression): Expression {
  return {
    source,
    expanded,
    line,
    literals: literals.map((text) => Buffer.from(text)),
    match: compileForV8(expanded, names),
    withoutSession() {
      const wanted = names.filter((name) => name !== 'session');
      return { ...this, match: compileForV8(expanded, wanted) };
    },
  };
}
