import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Login } from '../../src/relay/login.ts';
import { compareWithTruth, parseTruth } from '../../src/rule-debugger/expect.ts';

const login = (line: number, user: string, address: string): Login => ({
  ...{ time: 0, address, user, server: 'd', host: '', program: 'd', pid: '', source: 'log', line },
});

describe('parseTruth()', () => {
  it('reads a line for people, with a user of several words, and one of no login', () => {
    expect(
      parseTruth('# sample of zpopd\n1 alice 192.0.2.10\n 2  bob smith  2001:DB8::10 \r\n\n3 -\n'),
    ).toEqual({
      expectations: [
        { line: 1, login: true, user: 'alice', address: '192.0.2.10' },
        { line: 2, login: true, user: 'bob smith', address: '2001:db8::10' },
        { line: 3, login: false },
      ],
      faults: [],
    });
  });

  it("reads JSON, as Exact's own samples have it", () => {
    const text = readFileSync(new URL('../maillogs/courier.expected.jsonl', import.meta.url), 'utf8');
    const { expectations, faults } = parseTruth(text);
    expect(faults).toEqual([]);
    expect(expectations[0]).toEqual({ line: 7, login: true, user: 'bob', address: '192.0.2.10' });
  });

  it.each<{ text: string; reason: string }>([
    { text: 'alice 192.0.2.10', reason: "wanted 'LINE USER ADDRESS', or 'LINE -'" },
    { text: '1 alice', reason: "wanted 'LINE USER ADDRESS', or 'LINE -'" },
    { text: '1 alice mail.example', reason: "address 'mail.example': not an address" },
    { text: '{"line": 1', reason: 'not JSON' },
    { text: '{"login": true}', reason: "'line' is no line number" },
    { text: '{"line": 1, "login": 1}', reason: '\'login\' is neither true, false nor "optional"' },
    { text: '{"line": 1, "login": true, "user": "x"}', reason: "'user' or 'address' is missing" },
  ])('refuses $text', ({ text, reason }) => {
    expect(parseTruth(`#\n${text}`)).toEqual({ expectations: [], faults: [{ line: 2, reason }] });
  });
});

describe('compareWithTruth()', () => {
  const { expectations } = parseTruth(
    '1 alice 192.0.2.10\n2 -\n{"line": 3, "login": "optional", "address": "192.0.2.3"}',
  );
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
    const { logins, refusals, differences } = compareWithTruth(expectations, found);
    expect(differences.map((one) => `${one.line}: ${one.expected}, ${one.found}`)).toEqual(want);
    if (want.length === 0) expect(logins + refusals).toBe(3);
  });
});
