import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createByteSearch } from '../../src/recognize/byte-search.ts';
import { runsOf } from '../seeds.ts';

/** The plain way: each string by itself, the first place of all. */
function plainly(wanted: readonly Buffer[], bytes: Buffer, from: number, end: number): boolean {
  return wanted.some((one) => {
    const at = bytes.indexOf(one, from);
    return at >= 0 && at + one.length <= end;
  });
}

const letters = fc.constantFrom(97, 98, 0, 255);
const bytesOf = (minLength: number, maxLength: number) =>
  fc.array(letters, { minLength, maxLength }).map((all) => Buffer.from(all));

describe('createByteSearch()', () => {
  it('finds what a plain search finds, and gives where it begins', () => {
    // As long as the shortest lets the search skip: sets of short strings and sets of long ones.
    const wanted = fc
      .integer({ min: 2, max: 7 })
      .chain((least) => fc.array(bytesOf(least, least + 3), { minLength: 1, maxLength: 6 }));
    fc.assert(
      fc.property(wanted, bytesOf(0, 60), fc.nat(20), fc.nat(20), (strings, bytes, skip, cut) => {
        const from = Math.min(skip, bytes.length);
        const end = Math.max(from, bytes.length - cut);
        const at = createByteSearch(strings).next(bytes, from, end);
        expect(at >= 0).toBe(plainly(strings, bytes, from, end));
        if (at < 0) return;
        expect(at).toBeGreaterThanOrEqual(from);
        const found = strings.filter((one) => bytes.subarray(at, at + one.length).equals(one));
        expect(found.some((one) => at + one.length <= end)).toBe(true);
      }),
      { numRuns: runsOf(5000) },
    );
  });

  it('finds long strings by any part of them', () => {
    const wanted = ['imap-login: Login: user=<', ' authenticated - ', 'LOGIN, user='].map((text) =>
      Buffer.from(text),
    );
    const search = createByteSearch(wanted);
    for (const text of wanted) {
      const bytes = Buffer.concat([Buffer.from('x'.repeat(7)), text, Buffer.from('yy')]);
      expect(search.next(bytes, 0, bytes.length)).toBe(7);
      expect(search.next(bytes, 8, bytes.length)).toBe(-1);
      expect(search.next(bytes, 0, bytes.length - 3)).toBe(-1);
    }
  });

  it('refuses strings that it cannot find', () => {
    expect(() => createByteSearch([Buffer.from('a')])).toThrow(RangeError);
    expect(() => createByteSearch([])).toThrow(RangeError);
  });
});
