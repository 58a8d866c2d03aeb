import fc from 'fast-check';
import { RE2JS } from 're2js';
import { describe, expect, it } from 'vitest';
import { requiredLiteral, requiredLiterals } from '../../../src/rules/expression/literal.ts';
import { expressions, parsed, texts } from './sources.ts';

describe('requiredLiteral()', () => {
  it.each([
    { given: '^(?:imap|pop3)-login: Login: user=<(.*)>', want: '-login: Login: user=<' },
    { given: 'a.*login', want: 'login' },
    { given: '\\[\\d+\\]: connect from', want: ']: connect from' },
    { given: '([L]ogin) (?:user)(=)', want: 'Login user=' },
    { given: 'a$|^a', want: 'a' },
    { given: 'Login user=.*|Logout user=.*', want: ' user=' },
    { given: 'imap|pop', want: 'p' },
    { given: 'imap|xyz', want: '' },
    { given: 'login(?: ok)?', want: 'login' },
    { given: 'x(?:login)*', want: 'x' },
    { given: '(?:login )+from', want: 'login ' },
    { given: '(?:login){0}', want: '' },
    { given: '(?i)login: 5', want: ': 5' },
    { given: '(?i)login', want: '' },
    { given: '1234567890.*ok', want: '1234567890' },
    { given: '1234567.*ok', want: 'ok' },
    { given: 'ab\\x{fffd}abc\\x{d83d}abcd', want: 'abcd' },
    { given: 'é.*', want: 'é' },
    { given: '.*', want: '' },
    { given: '', want: '' },
  ])('of $given is "$want"', ({ given, want }) => {
    expect(requiredLiteral(parsed(given))).toBe(want);
  });
});

describe('requiredLiterals()', () => {
  it.each([
    { given: '^(?:login|connect) from', want: ['login from', 'connect from'] },
    { given: '^(?:imap|pop3)-login: Login: user=<', want: ['-login: Login: user=<'] },
    { given: '^pop3s?d: ', want: ['pop3sd: ', 'pop3d: '] },
    { given: '[0-9]login', want: ['login'] },
    { given: '[Ll]ogin', want: ['Login', 'login'] },
    { given: 'x(?:login .*|connect [a-z]+)x', want: ['login ', 'connect '] },
    { given: 'login|relogin', want: ['login'] },
    { given: 'login|.*', want: [] },
    { given: '(?:a|b|c|d)(?:a|b|c|d)(?:a|b)x', want: ['ax', 'bx'] },
    { given: '', want: [] },
  ])('of $given are $want', ({ given, want }) => {
    expect(requiredLiterals(parsed(given))).toEqual(want);
  });

  it('are at most 16', () => {
    const words = (count: number) =>
      Array.from({ length: count }, (_, i) => String.fromCharCode(97 + i).repeat(5)).join('|');
    expect(requiredLiterals(parsed(words(16)))).toHaveLength(16);
    expect(requiredLiterals(parsed(words(17)))).toEqual([]);
  });

  it('and the one literal are in every match', () => {
    fc.assert(
      fc.property(expressions, fc.array(texts, { minLength: 10 }), ({ source, node }, lines) => {
        const [one, several] = [requiredLiteral(node), requiredLiterals(node)];
        const pattern = RE2JS.compile(source);
        for (const line of lines) {
          const [match] = pattern.exec(line) ?? [];
          if (match === undefined) continue;
          expect(match).toContain(one);
          if (several.length > 0) expect(several.filter((text) => match.includes(text))).not.toEqual([]);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('have in common no more than their first 100 characters, since looking takes cubic time', () => {
    const long = 'ab'.repeat(5000);
    expect(requiredLiteral(parsed(`${long}c.*|${long}d.*`))).toBe(long.slice(0, 100));
  });

  it('take no longer for alternations within each other', () => {
    const nested = `${'(?:'.repeat(300)}ab${'|.c)'.repeat(300)}`;
    expect(requiredLiterals(parsed(nested))).toEqual(['ab', 'c']);
  });
});
