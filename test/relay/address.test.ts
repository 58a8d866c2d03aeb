import { isIPv4, isIPv6 } from 'node:net';
import fc from 'fast-check';
import ipaddr from 'ipaddr.js';
import { describe, expect, it } from 'vitest';
import {
  compareAddresses,
  isAddress,
  parseAddress,
  refusedByNature,
  sortKey,
  withoutDots,
} from '../../src/relay/address.ts';

/** The plain way to read an IPv6 text: by ipaddr.js alone. */
function plainly(text: string): string | undefined {
  if (isIPv4(text)) return /^(?:0|22[4-9]|2[345]\d)\./.test(text) ? undefined : text;
  if (!isIPv6(text)) return undefined;
  const parsed = ipaddr.IPv6.parse(withoutDots(text));
  if (parsed.isIPv4MappedAddress()) return plainly(parsed.toIPv4Address().toString());
  const canonical = parsed.toRFC5952String();
  if (canonical !== '::1' && parsed.parts.slice(0, 6).every((part) => part === 0)) return undefined;
  return parsed.range() === 'multicast' ? undefined : canonical;
}

describe('parseAddress()', () => {
  it.each([
    { given: '192.0.2.10', want: '192.0.2.10' },
    { given: '2001:DB8:0:0::10', want: '2001:db8::10' },
    { given: '2001:0db8:0000:0000:0001:0000:0000:0001', want: '2001:db8::1:0:0:1' },
    { given: '::ffff:1.2.3.4', want: '1.2.3.4' },
    { given: '::ffff:102:304', want: '1.2.3.4' },
    { given: '::FFFF:1.2.3.4', want: '1.2.3.4' },
    { given: '127.0.0.1', want: '127.0.0.1' },
    { given: '::1', want: '::1' },
    { given: 'fe80::1', want: 'fe80::1' },
  ])('I07 reads $given as $want', ({ given, want }) => {
    expect(parseAddress(given)).toBe(want);
  });

  it.each([
    '',
    'localhost',
    '1.2.3',
    '1.2.3.256',
    '01.2.3.4',
    '0x7f.1',
    '1.2.3.4/32',
    '0.0.0.0/0',
    '::/0',
    '10.0.0.0/8',
    'fe80::1%eth0',
    '[192.0.2.1]',
    ' 192.0.2.1',
    '192.0.2.1\n',
    '1.2.3.4], port=[1',
    '0.0.0.0',
    '0.1.2.3',
    '224.0.0.1',
    '239.255.255.255',
    '240.0.0.1',
    '255.255.255.255',
    '::',
    '::2',
    '::1.2.3.4',
    'ff02::1',
    '::ffff:0.0.0.0',
    '::ffff:224.0.0.1',
    'x'.repeat(255),
  ])('I06 takes %j for no client address', (given) => {
    expect(parseAddress(given)).toHaveProperty('reason');
  });

  it('gives the one spelling, whatever was written', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (text) => {
        const address = parseAddress(text);
        if (isAddress(address)) expect(parseAddress(address)).toBe(address);
      }),
    );
  });

  it('takes of dotted numbers what net.isIPv4() takes, but for what no client can have', () => {
    const number = fc.oneof(
      fc.nat(300).map(String),
      fc.constantFrom('', '00', '01', '0', '1', '255', '256', '1x'),
    );
    fc.assert(
      fc.property(fc.array(number, { minLength: 3, maxLength: 5 }), (numbers) => {
        const text = numbers.join('.');
        const first = Number(numbers[0]);
        expect(parseAddress(text) === text).toBe(isIPv4(text) && first > 0 && first < 224);
      }),
      { numRuns: 2000 },
    );
  });

  it('takes of IPv6 texts, near and far from their one spelling, what ipaddr.js makes of them', () => {
    const number = fc.oneof(
      fc.nat(0xffff).map((value) => value.toString(16)),
      fc.constantFrom(
        '',
        '0',
        '00',
        '1',
        '01',
        'ff02',
        'ff',
        'FE80',
        'ffff',
        '12345',
        'g',
        '1.2.3.4',
        '0.1.2.3',
      ),
    );
    const text = fc.oneof(
      fc.array(number, { minLength: 1, maxLength: 9 }).map((numbers) => numbers.join(':')),
      fc
        .tuple(fc.array(number, { maxLength: 6 }), fc.array(number, { maxLength: 6 }))
        .map((halves) => halves.map((numbers) => numbers.join(':')).join('::')),
      fc.tuple(fc.constantFrom('::ffff:', '::FFFF:', '::'), fc.ipV4()).map((parts) => parts.join('')),
      fc.ipV6(),
    );
    fc.assert(
      fc.property(text, (given) => {
        const parsed = parseAddress(given);
        expect(isAddress(parsed) ? parsed : undefined).toBe(plainly(given));
      }),
      { numRuns: 5000 },
    );
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        parseAddress(text);
      }),
    );
  });
});

describe('sortKey()', () => {
  it('sorts IPv4 before IPv6, each numerically', () => {
    const sorted = [
      '9.255.255.255',
      '10.0.0.1',
      '192.0.2.9',
      '192.0.2.10',
      '2001:db8::9',
      '2001:db8::10',
      'fe80::1',
    ];
    expect([...sorted].reverse().sort(compareAddresses)).toEqual(sorted);
  });

  it('has one width per family', () => {
    expect(sortKey('192.0.2.1')).toBe('4c0000201');
    expect(sortKey('2001:db8::1')).toBe('620010db8000000000000000000000001');
  });
});

describe('refusedByNature()', () => {
  it.each(['127.0.0.1', '127.255.0.9', '::1', '169.254.1.1', 'fe80::1', 'febf::1'])(
    'refuses %s',
    (address) => {
      expect(refusedByNature(address)).toBeDefined();
    },
  );

  it.each(['192.0.2.1', '198.51.100.1', '203.0.113.1', '2001:db8::1', '128.0.0.1', 'fec0::1', 'fe8::1'])(
    'refuses not %s',
    (address) => {
      expect(refusedByNature(address)).toBeUndefined();
    },
  );
});
