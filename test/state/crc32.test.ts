import { crc32 as zlibs } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { crc32InScript, createCrc32 } from '../../src/state/crc32.ts';

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

it('createCrc32() gives the same of few bytes and of many, for which it asks zlib once', () => {
  const asked = vi.spyOn(process, 'getBuiltinModule');
  onTestFinished(() => asked.mockRestore());
  const crc32 = createCrc32();
  const bytes = Buffer.from('exact, '.repeat(1000));
  let [mine, theirs] = [0, 0];
  for (let part = 0; part < 30; part++) {
    [mine, theirs] = [crc32(bytes, mine), zlibs(bytes, theirs)];
    expect(mine).toBe(theirs);
    expect(asked).toHaveBeenCalledTimes(part < 9 ? 0 : 1);
  }
});
