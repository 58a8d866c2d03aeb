import { describe, expect, it } from 'vitest';
import { isExpressionError } from '../../../src/rules/expression/ast.ts';
import { parseExpression } from '../../../src/rules/expression/parse.ts';
import { findAmbiguity } from './ambiguity.ts';

function ambiguityOf(source: string): string | undefined {
  const node = parseExpression(source);
  if (isExpressionError(node)) throw new Error(node.reason);
  return findAmbiguity(node);
}

describe('findAmbiguity()', () => {
  it.each([
    ['a loop in a loop', '^(?:a+)+b$', 'two ways'],
    ['branches that begin alike', '^(?:a|a)*b$', 'two ways'],
    ['branches that come to the same', '^(?:ab|a|b)*c$', 'two ways'],
    ['any case of one letter', '^(?i)(?:a|A)*c$', 'two ways'],
    ['two loops of the same', '^a*a*b$', 'over and over'],
    ['two loops of what both take', '^[^:]+[^"]+;$', 'over and over'],
    ['a loop, and what it takes, twice', '^.*x.*y$', 'over and over'],
    ['a loop, and its end in it', '^.*, host=.*\\[\\d+\\]$', 'over and over'],
    ['long repetitions', '^a{0,200}a{0,200}b$', 'over and over'],
    ['a loop behind another, and something between', '^(?:ab)*c?(?:ab)*d$', 'over and over'],
  ])('finds %s', (_, source, kind) => {
    expect(ambiguityOf(source)).toContain(kind);
  });

  it.each([
    ['one loop', '^user=.+ host=$'],
    ['loops that have nothing in common', '^[^:]+:[^"]+"$', '^[^:]+: [^:]+$'],
    ['loops apart by what the second does not take', '^.*"[^"]*$'],
    ['an end that takes everything', '^a+: .*$'],
    ['a choice of two', '^(?:a|ab)(?:c|bc)$'],
    ['short repetitions', '^a{0,8}a{0,8}b$'],
    ['a short repetition in a loop', '^(?:\\d{1,10},)*;$'],
    ['one of two bytes after the other', '^(?:ab)*(?:ba)*c$'],
  ])('finds none in %s', (_, ...sources) => {
    for (const source of sources) expect(ambiguityOf(source), source).toBeUndefined();
  });
});
