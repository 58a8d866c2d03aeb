import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { RE2JS } from 're2js';
import { afterAll, describe, expect, it } from 'vitest';
import { isExpressionError } from '../../../src/rules/expression/ast.ts';
import { translateEre } from '../../../src/rules/expression/posix-ere.ts';
import { runsOf } from '../../seeds.ts';

describe('G11 translateEre()', () => {
  // What regcomp(3) of glibc 2.36 takes these for was seen with a program that prints its matches.
  it.each([
    { given: '^a(b|c)*.d+e?$', want: '^a(b|c)*.d+e?$' },
    { given: '[0-9\\.]+', want: '[0-9\\\\.]+' },
    { given: '[]abc]', want: '[\\]abc]' },
    { given: '[^]abc]', want: '[^\\]abc]' },
    { given: '[a\\]b]', want: '[a\\\\]b\\]' },
    { given: '[a^[-]', want: '[a\\^\\[\\-]' },
    { given: '[+--][--/]', want: '[+-\\-][\\--/]' },
    { given: '[[:digit:]a-f-]', want: '[[:digit:]a-f\\-]' },
    { given: '[:alpha:]', want: '[:alpha:]' },
    { given: 'a{2}b{2,}c{2,3}', want: 'a{2}b{2,}c{2,3}' },
    { given: 'a{,3}b{02}', want: 'a{0,3}b{2}' },
    { given: '{x}a{x{', want: '\\{x\\}a\\{x\\{' },
    { given: '\\.\\*\\{\\/\\"\\\\', want: '\\.\\*\\{/"\\\\' },
    { given: '\\w\\W\\s\\S', want: '\\w\\W[[:space:]][^[:space:]]' },
    { given: "\\`a\\b\\B\\'", want: '\\Aa\\b\\B\\z' },
    { given: 'a**b+?', want: '(?:a*)*(?:b+)?' },
    { given: 'xab*?{2}', want: 'xa(?:(?:b*)?){2}' },
    { given: '(a|b)*?', want: '(?:(a|b)*)?' },
    { given: '()a|', want: '()a|' },
    { given: 'a)]}', want: 'a\\)\\]\\}' },
    { given: 'Über', want: 'Über' },
  ])('makes $want of $given', ({ given, want }) => {
    expect(translateEre(given)).toBe(want);
  });

  it.each([
    { given: '*a', column: 1, reason: "nothing to repeat before '*'" },
    { given: 'a|+', column: 3, reason: "nothing to repeat before '+'" },
    { given: '(?:a)', column: 2, reason: "nothing to repeat before '?'" },
    { given: '^*', column: 2, reason: "nothing to repeat before '*'" },
    { given: '\\b{2}', column: 3, reason: "nothing to repeat before '{2}'" },
    { given: '(a', column: 1, reason: "'(' is never closed" },
    {
      given: '(a)\\1',
      column: 4,
      reason: 'back-references are not in the rule language: they are not linear',
    },
    { given: '\\<a', column: 1, reason: "'\\<' has no equal in the rule language; write '\\b'" },
    {
      given: 'a\\d',
      column: 2,
      reason: "'\\d' has no meaning in a POSIX expression, and stood for 'd' alone",
    },
    { given: 'a\\', column: 2, reason: "'\\' at the end escapes nothing" },
    { given: 'a{1', column: 2, reason: "'{' begins no interval like {2,4}; write '\\{' for the character" },
    { given: 'a{,}', column: 2, reason: "'{' begins no interval like {2,4}; write '\\{' for the character" },
    { given: 'a{3,2}', column: 2, reason: '{3,2}: the smaller count stands first' },
    { given: 'a{1001}', column: 2, reason: '{1001}: a count over 1000, which RE2 refuses' },
    { given: 'a{40}{30}', column: 1, reason: 'repeated more than 1000 times in all, which RE2 refuses' },
    { given: 'a[b', column: 2, reason: "'[' is never closed" },
    { given: '[]', column: 1, reason: "'[' is never closed" },
    { given: '[b-a]', column: 2, reason: "range 'b-a' is backwards" },
    { given: '[a-c-e]', column: 5, reason: "'-' after a range is undefined in POSIX; put it last" },
    {
      given: '[[:alpha:]-z]',
      column: 2,
      reason: "'[:alpha:]-z' is no range: a class has no place in one",
    },
    { given: '[[:word:]]', column: 2, reason: "no class has the name '[:word:]'" },
    { given: '[[:alpha]', column: 2, reason: "'[:' is never closed" },
    {
      given: '[[.hyphen.]]',
      column: 2,
      reason: "'[.hyphen.]' depends on a locale, and has no equal in the rule language",
    },
    {
      given: '[[=a=]]',
      column: 2,
      reason: "'[=a=]' depends on a locale, and has no equal in the rule language",
    },
  ])('refuses $given', ({ given, column, reason }) => {
    expect(translateEre(given)).toEqual({ column, reason });
  });

  it.each([
    { given: '(a|ab)(c|bcd)(d*)', line: 'abcd', want: ['abcd', 'a', 'bcd', ''] },
    { given: '(a|ab)', line: 'abx', want: ['ab', 'ab'] },
    { given: '(a*)(ab)*(b*)', line: 'abb', want: ['abb', 'a', undefined, 'bb'] },
  ])('of $given takes the longest match, as regexec(3) of glibc 2.36 does', ({ given, line, want }) => {
    expect([...(compiled(given)?.exec(line) ?? [])]).toEqual(want);
  });

  it('matches the lines that grep -E matches', () => {
    fc.assert(
      fc.property(sources, (source) => {
        const pattern = compiled(source);
        const found = pattern && matchedByGrep(source);
        // What either refuses cannot be compared.
        fc.pre(pattern !== undefined && found !== undefined);
        expect(lines.filter((line) => pattern.test(line))).toEqual(found);
      }),
      { numRuns: runsOf(200) },
    );
  });
});

const sources = fc
  .array(
    fc.constantFrom(
      ...['a', 'b', 'ab', '-', '.', '\\.', '\\*', '\\\\', '{', '}', ']'],
      ...['*', '+', '?', '{2}', '{1,2}', '{0,}', '|', '(', '(', ')', ')'],
      ...['[ab]', '[^a]', '[]a]', '[^]b]', '[\\.]', '[b-]', '[+--]', '[[:alpha:]]', '[^[:digit:]-]'],
    ),
    { minLength: 1, maxLength: 8 },
  )
  .chain((all) =>
    fc.constantFrom(all.join(''), `^${all.join('')}`, `${all.join('')}$`, `^(${all.join('')})$`),
  );

/** All lines of up to two of these, and some longer ones. */
const characters = ['', 'a', 'b', '-', ']', '.', '\\', '*', '{', '}', '1'];
const lines = [
  ...new Set(characters.flatMap((first) => characters.map((second) => first + second))),
  ...['aab', 'abab', 'baab', 'a.b', 'a{2}', '(a)', 'a|b', 'bbbb-', 'a\\.b'],
];

const folder = mkdtempSync(join(tmpdir(), 'exact-ere-'));
const file = join(folder, 'lines');
writeFileSync(file, lines.map((line) => `${line}\n`).join(''));
afterAll(() => rmSync(folder, { recursive: true }));

function compiled(source: string): RE2JS | undefined {
  const translation = translateEre(source);
  return isExpressionError(translation) ? undefined : RE2JS.compile(translation, RE2JS.LONGEST_MATCH);
}

/** The lines that grep matches; undefined where it refuses the expression. */
function matchedByGrep(source: string): string[] | undefined {
  const run = spawnSync('grep', ['-n', '-E', '-e', source, file], {
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C' },
  });
  if (run.error) throw run.error;
  if (run.status === 2) return undefined;
  return run.stdout
    .split('\n')
    .slice(0, -1)
    .map((line) => lines[Number.parseInt(line, 10) - 1] ?? '');
}
