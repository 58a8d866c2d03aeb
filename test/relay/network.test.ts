import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contains, isNetwork, parseNetwork, publishedForm } from '../../src/relay/network.ts';

describe('parseNetwork()', () => {
  it.each([
    { given: '192.0.2.77/24', want: '192.0.2.0/24' },
    { given: '192.0.2.77', want: '192.0.2.77' },
    { given: '192.0.2.77/32', want: '192.0.2.77' },
    { given: '0.0.0.0/0', want: '0.0.0.0/0' },
    { given: '2001:DB8::9/32', want: '2001:db8::/32' },
    { given: '::ffff:192.0.2.0/120', want: '192.0.2.0/24' },
  ])('reads $given as $want', ({ given, want }) => {
    expect(parseNetwork(given)).toMatchObject({ text: want });
  });

  it.each([
    '',
    '/24',
    '192.0.2/24',
    '192.0.2.0/33',
    '192.0.2.0/-1',
    '192.0.2.0/x',
    '2001:db8::/129',
    'fe80::1%eth0/64',
  ])('refuses %j', (given) => {
    expect(parseNetwork(given)).toHaveProperty('reason');
  });
});

describe('contains()', () => {
  it('compares the bits of the prefix and no others', () => {
    fc.assert(
      fc.property(fc.nat(0xffffffff), fc.nat(0xffffffff), fc.integer({ min: 0, max: 32 }), (a, b, prefix) => {
        const dotted = (value: number) => [24, 16, 8, 0].map((shift) => (value >>> shift) & 255).join('.');
        const network = parseNetwork(`${dotted(a)}/${prefix}`);
        const shift = BigInt(32 - prefix);
        const want = BigInt(a) >> shift === BigInt(b) >> shift;
        expect(isNetwork(network) && contains(network, dotted(b))).toBe(want);
      }),
    );
  });

  it('keeps the families apart', () => {
    const all = parseNetwork('::/0');
    expect(isNetwork(all) && contains(all, '192.0.2.1')).toBe(false);
  });
});

describe('publishedForm()', () => {
  it.each([
    { address: '2001:db8:7::4d', prefix: 64, want: '2001:db8:7::/64' },
    { address: '2001:db8:7::4d', prefix: 128, want: '2001:db8:7::4d' },
    { address: '192.0.2.1', prefix: 48, want: '192.0.2.1' },
  ])('gives $want for $address with prefix $prefix', ({ address, prefix, want }) => {
    expect(publishedForm(address, prefix)).toBe(want);
  });
});
