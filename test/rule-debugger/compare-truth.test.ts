import { describe, expect, it } from 'vitest';
import type { Address } from '../../src/relay/address.ts';
import type { Login } from '../../src/relay/login.ts';
import { compareWithTruth, type Difference } from '../../src/rule-debugger/compare-truth.ts';
import type { Located } from '../../src/rule-debugger/expected-lines.ts';

const login = (line: number, user: string, address: string): Login => ({
  ...{ time: 0, address, user, server: 'd', host: '', program: 'd', pid: '', source: 'log', line },
});

describe('compareWithTruth()', () => {
  const expected: Located['expected'] = [
    { line: 1, fact: { login: true, user: 'alice', address: '192.0.2.10' as Address } },
    { line: 2, fact: { login: false } },
    { line: 3, fact: { login: 'optional', address: '192.0.2.3' as Address } },
  ];
  const told = (one: Difference) => `${'line' in one ? one.line : one.text}: ${one.expected}, ${one.found}`;
  it.each<{ name: string; found: readonly Login[]; want: string[] }>([
    { name: 'as expected', found: [login(1, 'alice', '192.0.2.10')], want: [] },
    {
      name: 'an optional login found',
      found: [login(1, 'alice', '192.0.2.10'), login(3, 'x', '192.0.2.3')],
      want: [],
    },
    { name: 'a login missed', found: [], want: ['1: alice from 192.0.2.10, no login'] },
    {
      name: 'another user',
      found: [login(1, 'bob', '192.0.2.10')],
      want: ['1: alice from 192.0.2.10, bob from 192.0.2.10'],
    },
    {
      name: 'another address',
      found: [login(1, 'alice', '192.0.2.11')],
      want: ['1: alice from 192.0.2.10, alice from 192.0.2.11'],
    },
    {
      name: 'a refusal taken for a login',
      found: [login(1, 'alice', '192.0.2.10'), login(2, 'x', '192.0.2.2')],
      want: ['2: no login, x from 192.0.2.2'],
    },
    {
      name: 'a login on a line that the truth does not name',
      found: [login(4, 'x', '192.0.2.2'), login(1, 'alice', '192.0.2.10')],
      want: ['4: no login, x from 192.0.2.2'],
    },
    {
      name: 'an optional login from elsewhere',
      found: [login(1, 'alice', '192.0.2.10'), login(3, 'x', '192.0.2.4')],
      want: ['3: somebody from 192.0.2.3, or no login, x from 192.0.2.4'],
    },
  ])('$name', ({ found, want }) => {
    const { logins, refusals, differences } = compareWithTruth({ expected, amiss: [] }, found);
    expect(differences.map(told)).toEqual(want);
    if (want.length === 0) expect(logins + refusals).toBe(3);
  });

  it('tells what is amiss with the truth after what is with the lines', () => {
    const amiss = [{ text: 'OK', expected: 'no login', found: 'no such line' }];
    expect(compareWithTruth({ expected, amiss }, []).differences.map(told)).toEqual([
      '1: alice from 192.0.2.10, no login',
      'OK: no login, no such line',
    ]);
  });
});
