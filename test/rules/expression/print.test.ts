import fc from 'fast-check';
import { RE2JS } from 're2js';
import { describe, expect, it } from 'vitest';
import { childrenOf } from '../../../src/rules/expression/ast.ts';
import { printExpression } from '../../../src/rules/expression/print.ts';
import { runsOf } from '../../seeds.ts';
import { expressions, parsed, texts, withoutSpans } from './sources.ts';

describe('printExpression()', () => {
  it.each([
    {
      given: '^(?:imap|pop3)-login: user=<(?P<user>.*)>$',
      want: '^(?:imap|pop3)-login: user=<(?<user>.*)>$',
    },
    { given: '(?:ab)*(?:[.])+?\\Qa+\\E', want: '(?:ab)*\\.+?a\\+' },
    { given: '(?:a*)*(?:^){2}(?:)*', want: '(?:a*)*(?:^){2}(?:)*' },
    { given: '(?:a|b)c|d{2,3}e{2,}f{0,1}', want: '(?:a|b)c|d{2,3}e{2,}f?' },
    { given: '(?i)ab1c\\d', want: '(?i:ab)1(?i:c)\\d' },
    { given: '(?ms)^.$', want: '(?m:^)(?s:.)(?m:$)' },
    { given: '(?U)a*b*?', want: 'a*?b*' },
    { given: '[\\]^a-c-][^[\\\\][[:digit:]]\\S\\W', want: '[\\-\\]\\^a-c][^\\[\\\\]\\d\\S\\W' },
    { given: '\\x{d83d}\\x{de00}[\\d\\pL]', want: '\\x{d83d}\\x{de00}[0-9\\pL]' },
    { given: '\\pL[\\pLa]\\t\\x00\\x7f\\x{2028}{', want: '\\pL[a\\pL]\\t\\x00\\x7f\\x{2028}\\{' },
  ])('prints $given', ({ given, want }) => {
    expect(printExpression(parsed(given))).toBe(want);
  });

  it('prints a part with the flags that the whole gives it', () => {
    const [, second] = childrenOf(parsed('(?i)a|b'));
    expect(second && printExpression(second)).toBe('(?i:b)');
  });

  it('gives back the same tree', () => {
    fc.assert(
      fc.property(expressions, ({ node }) => {
        expect(withoutSpans(parsed(printExpression(node)))).toEqual(withoutSpans(node));
      }),
      { numRuns: runsOf(500) },
    );
  });

  it('matches what the expression as written matches, on re2js', () => {
    fc.assert(
      fc.property(expressions, fc.array(texts, { minLength: 5 }), ({ source, node }, lines) => {
        const written = RE2JS.compile(source);
        const printed = RE2JS.compile(printExpression(node));
        for (const line of lines) expect(printed.exec(line)).toEqual(written.exec(line));
      }),
      { numRuns: runsOf(500) },
    );
  });

  it('matches the same lines on V8, where V8 has what it uses', () => {
    fc.assert(
      fc.property(expressions, fc.array(texts, { minLength: 5 }), ({ node }, lines) => {
        const source = printExpression(node);
        fc.pre(!/\(\?[ims]:|\\p|\\x\{|😀/i.test(source));
        const [onV8, onRe2] = [new RegExp(source), RE2JS.compile(source)];
        for (const line of lines) expect(onV8.test(line)).toBe(onRe2.test(line));
      }),
      { numRuns: runsOf(500) },
    );
  });
});
