import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cdbHash, firstSlot, tableOf } from '../../src/cdb-ts/format.ts';

describe('cdbHash()', () => {
  it.each([
    { name: 'no byte', given: '', want: 5381 },
    { name: 'one byte', given: 'a', want: 177_604 },
    { name: 'an address', given: '192.0.2.1', want: 2_086_605_986 },
    { name: 'a hash with the highest bit', given: '2001:db8::0', want: 3_654_837_746 },
  ])('$name', ({ given, want }) => {
    expect(cdbHash(Buffer.from(given))).toBe(want);
  });

  it('stays within 32 bits and chooses an existing table and slot', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 300 }),
        fc.integer({ min: 1, max: 0xffff_ffff }),
        (key, slots) => {
          const hash = cdbHash(key);
          expect(hash).toBe(hash >>> 0);
          expect(tableOf(hash)).toBe(hash % 256);
          expect(firstSlot(hash, slots)).toBe(Math.floor(hash / 256) % slots);
        },
      ),
    );
  });
});
