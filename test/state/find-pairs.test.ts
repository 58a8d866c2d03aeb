import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sortKey } from '../../src/relay/address.ts';
import { isNetwork, keyRange, parseNetwork } from '../../src/relay/network.ts';
import type { Pair } from '../../src/relay/pair.ts';
import { findPairs } from '../../src/state/find-pairs.ts';
import { StateWriter } from '../../src/state/state-writer.ts';
import { comparePairs, noon } from '../relay/table-model.ts';
import { temporaryFolder } from '../temporary-folder.ts';

function write(path: string, pairs: readonly Pair[]): void {
  const writer = new StateWriter(path);
  for (const pair of pairs) writer.write(pair);
  writer.finish();
  writer.commit();
}

const someAddress = fc.oneof(
  fc.tuple(fc.nat(3), fc.nat(3)).map(([c, d]) => `192.0.${c}.${d + 1}`),
  fc.nat(9).map((host) => `2001:db8::${host + 1}`),
);
const somePair = fc
  .record({ address: someAddress, user: fc.constantFrom('alice', 'bob', 'u'.repeat(9000)) })
  .map(({ address, user }): Pair => {
    return { address, user, server: 'dovecot', first: noon, last: noon, logins: 1, sessions: [] };
  });

describe('findPairs()', () => {
  it('finds what a search from the start finds', () => {
    const path = join(temporaryFolder(), 'state');
    fc.assert(
      fc.property(fc.array(somePair, { maxLength: 12 }), someAddress, someAddress, (pairs, a, b) => {
        const sorted = [...pairs].sort(comparePairs);
        write(path, sorted);
        const [first = '', last = ''] = [sortKey(a), sortKey(b)].sort();
        const fd = openSync(path, 'r');
        const found = findPairs(fd, first, last);
        closeSync(fd);
        const want = sorted.filter(({ address }) => sortKey(address) >= first && sortKey(address) <= last);
        expect(found).toEqual(want);
      }),
      { numRuns: 80 },
    );
  });
});

describe('keyRange()', () => {
  it.each([
    { network: '192.0.2.0/24', want: ['4c0000200', '4c00002ff'] },
    { network: '192.0.2.7', want: ['4c0000207', '4c0000207'] },
    { network: '0.0.0.0/0', want: ['400000000', '4ffffffff'] },
    { network: '2001:db8::/33', want: [`620010db8${'0'.repeat(24)}`, `620010db87fff${'f'.repeat(20)}`] },
  ])('spans $network', ({ network, want }) => {
    const parsed = parseNetwork(network);
    expect(isNetwork(parsed) && keyRange(parsed)).toEqual(want);
  });
});
