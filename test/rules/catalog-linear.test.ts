import { expect, it } from 'vitest';
import { isExpressionError } from '../../src/rules/expression/ast.ts';
import { parseExpression } from '../../src/rules/expression/parse.ts';
import { kinds } from '../../src/rules/kinds.ts';
import { loadRules } from '../../src/rules/load-rules.ts';
import { findAmbiguity } from './linear/ambiguity.ts';

const { rules } = await loadRules({ servers: ['auto'], files: [] });
const expressions = rules.flatMap((rule) =>
  kinds.flatMap((kind) => rule[kind].map(({ expanded, line }) => ({ name: rule.name, line, expanded }))),
);

it.each(expressions)('L03 V8 takes time linear in the line for $name, line $line', ({ expanded }) => {
  const node = parseExpression(expanded);
  if (isExpressionError(node)) throw new Error(node.reason);
  expect(findAmbiguity(node)).toBeUndefined();
});
