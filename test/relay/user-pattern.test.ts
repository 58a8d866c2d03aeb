import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { indexPatterns, userPattern } from '../../src/relay/user-pattern.ts';

/** Few letters, so that patterns stand for some of the names. */
const letter = fc.constantFrom('a', 'A', 'b', '.', '😀');
const someName = fc.array(letter, { maxLength: 8 }).map((letters) => letters.join(''));
const somePattern = fc
  .array(fc.oneof(letter, fc.constantFrom('*', '?')), { minLength: 1, maxLength: 8 })
  .map((letters) => letters.join(''));

/** What a shell's pattern says, as a regular expression. */
function isNamedBy(pattern: string, name: string): boolean {
  const source = [...pattern.toLowerCase()]
    .map((each) => (each === '*' ? '.*' : each === '?' ? '.' : each === '.' ? '\\.' : each))
    .join('');
  return new RegExp(`^${source}$`, 'su').test(name.toLowerCase());
}

describe('userPattern()', () => {
  it('stands for the names that a shell takes it for, in any case', () => {
    fc.assert(
      fc.property(somePattern, someName, (pattern, name) => {
        expect(userPattern(pattern)(name)).toBe(isNamedBy(pattern, name));
      }),
      { numRuns: 3000 },
    );
  });

  it('is not kept busy by a name that was made for it', () => {
    // An expression that tries all there is would not come to an end.
    expect(userPattern(`${'*a'.repeat(40)}b`)('a'.repeat(4000))).toBe(false);
  });
});

describe('indexPatterns()', () => {
  it('finds the first of a list that stands for a name', () => {
    fc.assert(
      fc.property(fc.array(somePattern, { maxLength: 6 }), someName, (patterns, name) => {
        const entries = patterns.map((pattern) => ({ pattern }));
        expect(indexPatterns(entries)(name)).toBe(entries.find(({ pattern }) => isNamedBy(pattern, name)));
      }),
      { numRuns: 1000 },
    );
  });
});
