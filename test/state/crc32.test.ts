import { crc32 as zlibs } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crc32, crc32InScript } from '../../src/state/crc32.ts';

describe('crc32InScript()', () => {
  it('gives the check value of CRC-32', () => {
    expect(crc32InScript(Buffer.from('123456789'), 0)).toBe(0xcbf43926);
  });

  it('gives what zlib gives, of bytes that come in parts too', () => {
    const bytes = fc.uint8Array({ maxLength: 300, size: 'max' });
    fc.assert(
      fc.property(bytes, bytes, (first, second) => {
        const before = crc32InScript(first, 0);
        expect(before).toBe(zlibs(first));
        expect(crc32InScript(second, before)).toBe(zlibs(second, before));
      }),
    );
  });
});

it('zlib of this Node.js is asked, where it can be', () => {
  expect(crc32).toBe(zlibs);
});
