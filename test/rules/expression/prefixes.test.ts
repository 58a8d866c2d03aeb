import fc from 'fast-check';
import { RE2JS } from 're2js';
import { describe, expect, it } from 'vitest';
import { prefixes } from '../../../src/rules/expression/prefixes.ts';
import { printExpression } from '../../../src/rules/expression/print.ts';
import { expressions, parsed, texts } from './sources.ts';

describe('prefixes()', () => {
  it('grow by a character, a class, a repetition or an alternation, and go into groups', () => {
    const source = '^a(?<user>b+(c))(?:d|e)$';
    const all = prefixes(parsed(source));
    expect(all.map((prefix) => [prefix.source, source.slice(prefix.node.start, prefix.end)])).toEqual([
      ['^', '^'],
      ['^a', 'a'],
      ['^a(?<user>b+)', 'b+'],
      ['^a(?<user>b+(c))', 'c'],
      ['^a(?<user>b+(c))(?:d|e)', '(?:d|e)'],
      ['^a(?<user>b+(c))(?:d|e)$', '$'],
    ]);
  });

  it('of a branch keep the flags that it inherits', () => {
    const node = parsed('(?i)a|bc');
    const branch = node.kind === 'alternation' ? node.branches[1] : undefined;
    expect(branch && prefixes(branch).map(({ source }) => source)).toEqual(['(?i:b)', '(?i:bc)']);
  });

  it('match wherever a longer one matches, and the last is the whole', () => {
    fc.assert(
      fc.property(expressions, texts, ({ node }, line) => {
        const all = prefixes(node).map(({ source }) => source);
        expect(all.at(-1)).toBe(printExpression(node));
        const matches = all.map((source) => RE2JS.compile(source).test(line));
        expect(matches).toEqual([...matches].sort((a, b) => Number(b) - Number(a)));
      }),
      { numRuns: 500 },
    );
  });
});
