import { describe, expect, it } from 'vitest';
import { isExpressionError, type Node } from '../../src/rules/expression/ast.ts';
import { parseExpression } from '../../src/rules/expression/parse.ts';
import { loadRules } from '../../src/rules/load-rules.ts';
import { slowestLines, slowestMatch } from '../../src/rules/slowest-lines.ts';
import { longestLine } from '../../src/syslog/longest-line.ts';

function nodeOf(source: string): Node {
  const node = parseExpression(source);
  if (isExpressionError(node)) throw new Error(node.reason);
  return node;
}

describe('slowestLines()', () => {
  it.each([
    { source: '^user=<(.+)> from ([0-9.]+)$', least: 8000 },
    { source: '^(?:a|bcd)*x[^a-z]+$', least: 6000 },
    { source: '(?:(?:ab){1,30}c){1,30}', least: 1800 },
    { source: '[^\\x00-\\x7f]+', least: 8000 },
    { source: 'abc', least: 3 },
  ])('begin with the longest line that $source matches', ({ source, least }) => {
    const [longest = ''] = slowestLines(nodeOf(source));
    expect(longest).toMatch(new RegExp(source, 's'));
    expect(longest.length).toBeGreaterThanOrEqual(least);
    for (const line of slowestLines(nodeOf(source))) expect(line.length).toBeLessThanOrEqual(longestLine);
  });

  it('are lines that the rules of the catalog match', async () => {
    const { rules } = await loadRules({ servers: ['auto'], files: [] });
    for (const { match } of rules) {
      for (const one of match) {
        const [longest = ''] = slowestLines(nodeOf(one.expanded));
        expect(one.match(longest), one.expanded).toBeDefined();
      }
    }
  });
});

describe('L03 slowestMatch()', () => {
  it('measures every line, and stops at the first that takes too long', () => {
    let clock = 0;
    const seen: string[] = [];
    const match = (line: string): void => {
      seen.push(line);
      clock += line === 'slow' ? 51 : 3;
    };
    expect(slowestMatch(match, ['a', 'b'], () => clock)).toBe(3);
    expect(slowestMatch(match, ['a', 'slow', 'b'], () => clock)).toBe(51);
    expect(seen).toEqual(['a', 'b', 'a', 'slow', 'slow', 'slow']);
  });
});
