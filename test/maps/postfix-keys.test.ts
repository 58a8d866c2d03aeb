import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formOfPostfixKey, postfixKeys } from '../../src/maps/postfix-keys.ts';
import { contains, isNetwork, networkOf, parseNetwork } from '../../src/relay/network.ts';
import { address } from './map-table.ts';

const ipv6 = address.filter((text) => text.includes(':'));

/** What check_client_access asks for, of a client whose address is written so: all of it, and what is before each colon. */
function asked(client: string): string[] {
  const colons = [...client.matchAll(/:/g)].map(({ index }) => client.slice(0, index));
  return [...colons, client];
}

function finds(network: string, client: string): boolean {
  return asked(client).some((part) => postfixKeys(network).includes(part));
}

describe('postfixKeys()', () => {
  it.each([
    { form: '198.51.100.7', want: ['198.51.100.7'] },
    { form: '2001:db8:7::4d', want: ['2001:db8:7::4d'] },
    { form: '2001:db8:1:2::/64', want: ['2001:db8:1:2'] },
    { form: '2001:db8:7::/64', want: ['2001:db8:7:0', '2001:db8:7:'] },
    { form: '2001:db8::/64', want: ['2001:db8:0:0', '2001:db8:'] },
    { form: '2001::/64', want: ['2001:0:0:0'] },
    { form: '2001:db8::/48', want: ['2001:db8:0', '2001:db8:'] },
    { form: '2001:0:0:5::/64', want: ['2001:0:0:5'] },
  ])('of $form', ({ form, want }) => {
    expect(postfixKeys(form)).toEqual(want);
    expect(want.flatMap((key) => formOfPostfixKey(key) ?? [])).toEqual([form]);
  });

  it('name nobody outside of the network', () => {
    fc.assert(
      fc.property(
        ipv6,
        ipv6,
        fc.constantFrom(48, 64, 80, 96, 112),
        fc.integer({ min: 0, max: 8 }),
        (first, second, prefix, kept) => {
          // Two addresses that are written alike up to some place.
          const client = [...first.split(':').slice(0, kept), ...second.split(':').slice(kept)].join(':');
          const network = networkOf(first, prefix);
          const parsed = parseNetwork(client);
          if (!isNetwork(parsed)) return;
          if (finds(network.text, parsed.text)) expect(contains(network, parsed.text)).toBe(true);
        },
      ),
      { numRuns: 3000 },
    );
  });

  it('name every host of a network without three groups of zeros in a row, or zeros within', () => {
    const group = fc.integer({ min: 1, max: 0xffff }).map((value) => value.toString(16));
    const prefix = fc
      .tuple(fc.array(group, { minLength: 4, maxLength: 4 }), fc.integer({ min: 0, max: 2 }))
      .map(([groups, zeros]) => groups.map((each, index) => (index < 4 - zeros ? each : '0')));
    fc.assert(
      fc.property(prefix, ipv6, (groups, other) => {
        const [network, host] = [groups, [...groups, ...written(other).slice(4)]].map((each) =>
          parseNetwork(each.length === 4 ? `${each.join(':')}::/64` : each.join(':')),
        );
        if (network === undefined || host === undefined || !isNetwork(network) || !isNetwork(host)) return;
        expect([host.text, finds(network.text, host.text)]).toEqual([host.text, true]);
      }),
      { numRuns: 1000 },
    );
  });

  it.each([
    { network: '2001:0:0:5::/64', client: '2001::5:1:2:3:4', alike: '2001::5' },
    { network: '2001::/64', client: '2001::1', alike: '2001::5:1:2:3:4' },
  ])('leave $client out of $network, since $alike is written alike', ({ network, client, alike }) => {
    const parsed = parseNetwork(network);
    if (!isNetwork(parsed)) throw new Error(network);
    expect([contains(parsed, client), contains(parsed, alike)]).toEqual([true, false]);
    expect(finds(network, client)).toBe(false);
  });
});

describe('formOfPostfixKey()', () => {
  it.each(['unknown', '198.51.100', '2001:db8:7::', '2001:x'])('gives %j as it is', (key) => {
    expect(formOfPostfixKey(key)).toBe(key);
  });
});

/** The eight groups of an address. */
function written(client: string): string[] {
  const [head = [], tail = []] = client.split('::').map((part) => part.split(':').filter(Boolean));
  return [...head, ...new Array<string>(8 - head.length - tail.length).fill('0'), ...tail];
}
