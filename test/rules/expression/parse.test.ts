import fc from 'fast-check';
import { RE2JS } from 're2js';
import { describe, expect, it } from 'vitest';
import { isExpressionError, type Node } from '../../../src/rules/expression/ast.ts';
import { parseExpression } from '../../../src/rules/expression/parse.ts';
import { nearlyValid, parsed, withoutSpans } from './sources.ts';

/** A tree in one line: what is tested is what a source means, not how objects look. */
function outline(node: Node): string {
  switch (node.kind) {
    case 'empty':
      return 'empty';
    case 'literal':
      return node.ignoreCase ? `~${node.text}` : node.text;
    case 'any':
      return node.matchesNewline ? 'any+newline' : 'any';
    case 'class': {
      const ranges = node.ranges.map((range) => range.map((point) => String.fromCodePoint(point)).join('-'));
      const sign = `${node.negated ? 'not ' : ''}${node.ignoreCase ? '~' : ''}`;
      return `${sign}{${[...ranges, ...node.unicode].join(' ')}}`;
    }
    case 'anchor':
      return node.at;
    case 'group':
      return `(${node.index}${node.name && `:${node.name}`} ${outline(node.body)})`;
    case 'repetition':
      return `${node.lazy ? 'lazy ' : ''}${node.min}..${node.max} of ${outline(node.body)}`;
    case 'concatenation':
      return `<${node.parts.map(outline).join(', ')}>`;
    case 'alternation':
      return `<${node.branches.map(outline).join(' | ')}>`;
  }
}

describe('parseExpression()', () => {
  it.each([
    { given: '', want: 'empty' },
    { given: 'ab', want: '<a, b>' },
    { given: 'a|b|', want: '<a | b | empty>' },
    { given: '(a)(?<x>b)(?P<y>(c))', want: '<(1 a), (2:x b), (3:y (4 c))>' },
    { given: 'a(?:bc)d|(?:e|f)', want: '<<a, b, c, d> | e | f>' },
    {
      given: '^\\A$\\z\\b\\B',
      want: '<text-start, text-start, text-end, text-end, word-boundary, not-word-boundary>',
    },
    { given: '(?m)^$', want: '<line-start, line-end>' },
    { given: '.(?s).(?-s).', want: '<any, any+newline, any>' },
    { given: 'a*b+c?', want: '<0..Infinity of a, 1..Infinity of b, 0..1 of c>' },
    { given: 'a*?(?U)b*c*?', want: '<lazy 0..Infinity of a, lazy 0..Infinity of b, 0..Infinity of c>' },
    { given: 'a{2}b{2,}c{2,3}?', want: '<2..2 of a, 2..Infinity of b, lazy 2..3 of c>' },
    { given: 'a{,2}b{02}{', want: '<a, {, ,, 2, }, b, {, 0, 2, }, {>' },
    { given: '(?:a*)*', want: '0..Infinity of 0..Infinity of a' },
    { given: '(?:(?:a{600}){0}){2}', want: '2..2 of 0..0 of 600..600 of a' },
    { given: 'a(?i)b|c', want: '<<a, ~b> | ~c>' },
    { given: '(?i:a1)b', want: '<~a, 1, b>' },
    { given: '((?i)a)b', want: '<(1 ~a), b>' },
    { given: '[a-c][^a][]-][-a]', want: '<{a-c}, not {a-a}, {--- ]-]}, {--- a-a}>' },
    { given: '[.][\\.]', want: '<., .>' },
    { given: '\\d\\W[\\d.]', want: '<{0-9}, not {0-9 A-Z _-_ a-z}, {.-. 0-9}>' },
    { given: '[[:digit:][:upper:]][[:^alpha:]]', want: '<{0-9 A-Z}, {\0-@ [-` {-\u{10ffff}}>' },
    { given: '(?i)[\\W]', want: '~{\0-/ :-@ [-^ `-` {-\u017e \u0180-\u2129 \u212b-\u{10ffff}}' },
    { given: '\\pL\\p{Greek}[\\PN_]', want: '<{\\pL}, {\\p{Greek}}, {_-_ \\PN}>' },
    { given: '\\.\\t\\n\\x41\\x{1F600}\\101\\0\\_\\/', want: '<., \t, \n, A, 😀, A, \0, _, />' },
    { given: '\\Qa.*\\E+\\Q(', want: '<a, ., 1..Infinity of *, (>' },
    { given: ']}', want: '<], }>' },
  ])('reads $given', ({ given, want }) => {
    expect(outline(parsed(given))).toBe(want);
  });

  it('says where each node stands, parentheses included', () => {
    const source = 'é(?:im|pop)[ab]+(?i)\\.';
    const node = parsed(source);
    const parts = node.kind === 'concatenation' ? node.parts : [];
    expect(parts.map(({ start, end }) => source.slice(start, end))).toEqual([
      'é',
      '(?:im|pop)',
      '[ab]+',
      '\\.',
    ]);
  });

  it.each([
    { given: 'a(b', column: 2, reason: "'(' is never closed" },
    { given: '^LOGIN (OK u=%{USER}', column: 8, reason: "'(' is never closed" },
    { given: 'a(?', column: 2, reason: "'(' is never closed" },
    { given: 'a)b', column: 2, reason: "')' closes no group; write '\\)'" },
    { given: 'a|*', column: 3, reason: "nothing to repeat before '*'" },
    { given: '({2}a)', column: 2, reason: "nothing to repeat before '{2}'" },
    { given: 'a**', column: 3, reason: "'*' cannot repeat a repetition; put that in '(?:…)'" },
    { given: 'a*+', column: 3, reason: "'+' cannot repeat a repetition; put that in '(?:…)'" },
    { given: 'a{1001}', column: 2, reason: 'a count over 1000, which RE2 refuses' },
    { given: 'a{3,2}', column: 2, reason: '{3,2}: the smaller count stands first' },
    { given: '(?:a{40}){30}', column: 10, reason: 'repeated more than 1000 times in all, which RE2 refuses' },
    { given: 'a(?=b)', column: 2, reason: 'look-around is not in the rule language: it is not linear' },
    { given: '(?<!b)', column: 1, reason: 'look-around is not in the rule language: it is not linear' },
    {
      given: '(a)\\1',
      column: 4,
      reason: 'back-references are not in the rule language: they are not linear',
    },
    {
      given: '(?P=a)',
      column: 1,
      reason: 'back-references are not in the rule language: they are not linear',
    },
    {
      given: '\\k<a>',
      column: 1,
      reason: 'back-references are not in the rule language: they are not linear',
    },
    { given: '(?>a)', column: 1, reason: 'atomic groups are not in the rule language; RE2 never backtracks' },
    { given: '(?(1)a)', column: 1, reason: 'conditions are not in the rule language' },
    { given: '(?#a)', column: 1, reason: 'comments are not in the rule language' },
    { given: '(?x)a', column: 1, reason: "'(?x' opens nothing in the rule language" },
    { given: '(?<a)', column: 1, reason: "the name of the group is never closed with '>'" },
    {
      given: '(?<a-b>c)',
      column: 1,
      reason: "'a-b' is no name of a group; a name has letters, digits and '_'",
    },
    { given: '(?<a>b)(?<a>c)', column: 8, reason: "two groups have the name 'a'" },
    { given: 'a[bc', column: 2, reason: "'[' is never closed" },
    { given: '[]', column: 1, reason: "'[' is never closed" },
    { given: '[b-a]', column: 2, reason: "range 'b-a' is backwards" },
    { given: '[[:alfa:]]', column: 2, reason: "no class has the name '[:alfa:]'" },
    { given: 'a\\', column: 2, reason: "'\\' at the end escapes nothing" },
    { given: '\\y', column: 1, reason: "'\\y' has no meaning in the rule language" },
    { given: '\\Z', column: 1, reason: "'\\Z' is not in the rule language; write '$'" },
    { given: '\\x4', column: 1, reason: "'\\x' is followed by no code: write \\x41 or \\x{1F600}" },
    { given: '\\x{110000}', column: 1, reason: "'\\x{110000}' is beyond the last character, \\x{10FFFF}" },
    { given: '\\p{', column: 1, reason: "'\\p' is followed by no Unicode class" },
  ])('refuses $given', ({ given, column, reason }) => {
    expect(parseExpression(given)).toEqual({ column, reason });
  });

  it('takes 1000 groups within each other, and refuses more instead of overflowing', () => {
    expect(isExpressionError(parseExpression('('.repeat(1000) + ')'.repeat(1000)))).toBe(false);
    expect(parseExpression('(?:'.repeat(100_000))).toEqual({
      column: 3001,
      reason: 'more than 1000 groups within each other',
    });
  });

  it('never throws', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary-ascii' }), (source) => void parseExpression(source)));
  });

  it('takes what re2js takes, and refuses what it refuses', () => {
    fc.assert(
      fc.property(nearlyValid, (source) => {
        const result = parseExpression(source);
        if (isExpressionError(result) === !isTakenByRe2(source)) return;
        // The one thing that is refused here alone: a repetition after flags or an empty quotation.
        expect(result).toMatchObject({ reason: expect.stringMatching(/^nothing to repeat/) });
        expect(source).toMatch(/\(\?[imsU-]+\)|\\Q/);
      }),
      { numRuns: 2000 },
    );
  });

  it('gives the same tree for the same meaning', () => {
    expect(withoutSpans(parsed('(?:(?:a)(?:[b]c))(?i)1'))).toEqual(withoutSpans(parsed('a\\x62c1')));
  });
});

function isTakenByRe2(source: string): boolean {
  try {
    RE2JS.compile(source);
    return true;
  } catch {
    return false;
  }
}
