import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fixedPartOf, programMatcher } from '../../src/rules/program.ts';
import { nearestName } from '../../src/terminal/nearest.ts';

describe('programMatcher()', () => {
  it.each([
    { patterns: ['imapd'], program: 'imapd', want: true },
    { patterns: ['imapd'], program: 'imapd2', want: false },
    { patterns: ['imapd'], program: 'Imapd', want: false },
    { patterns: ['imap.d'], program: 'imapxd', want: false },
    { patterns: ['cyrus/imap*'], program: 'cyrus/imap', want: true },
    { patterns: ['cyrus/imap*'], program: 'cyrus/imaps', want: true },
    { patterns: ['*pop?'], program: 'in.pop3', want: true },
    { patterns: ['*pop?'], program: 'in.pop', want: false },
    { patterns: ['*a*b'], program: 'xaxbxab', want: true },
    { patterns: ['a', 'b'], program: 'b', want: true },
    { patterns: [], program: 'anything', want: true },
    { patterns: ['*'], program: '', want: true },
  ])('$patterns for $program: $want', ({ patterns, program, want }) => {
    expect(programMatcher(patterns)(program)).toBe(want);
  });

  it('matches as a regular expression would', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 8 });
    const name = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 10 });
    fc.assert(
      fc.property(letters, name, (pattern, program) => {
        const expression = new RegExp(`^${pattern.replaceAll('*', '.*').replaceAll('?', '.')}$`);
        expect(programMatcher([pattern])(program)).toBe(expression.test(program));
      }),
    );
  });
});

describe('fixedPartOf()', () => {
  it.each([
    { pattern: 'imapd', want: 'imapd' },
    { pattern: 'cyrus/imap*', want: 'cyrus/imap' },
    { pattern: '*pop?daemon*', want: 'daemon' },
    { pattern: '*', want: '' },
  ])('$pattern: $want', ({ pattern, want }) => {
    expect(fixedPartOf(pattern)).toBe(want);
  });
});

describe('nearestName()', () => {
  const names = ['program', 'match', 'connect', 'logout'];
  it.each([
    { word: 'mach', want: 'match' },
    { word: 'MATCH', want: 'match' },
    { word: 'conect', want: 'connect' },
    { word: 'progarm', want: 'program' },
    { word: 'logoff', want: 'logout' },
    { word: 'x', want: undefined },
    { word: 'frobnicate', want: undefined },
  ])('$word: $want', ({ word, want }) => {
    expect(nearestName(word, names)).toBe(want);
  });
});
