import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rowChanges, rowKey, rowParts } from '../../../src/maps/pgsql/rows.ts';
import { schema } from '../../../src/maps/pgsql/schema.ts';

describe('rowChanges', () => {
  const rows = fc
    .array(fc.tuple(fc.constantFrom('a', 'b', 'c', 'd', 'e'), fc.nat(3)))
    .map((pairs) => new Map<string, number>(pairs));

  it('makes what is live of what was there, and touches no row that stays', () => {
    fc.assert(
      fc.property(rows, rows, (before, live) => {
        const { put, drop } = rowChanges(before, live);
        const after = new Map(before);
        for (const key of drop) after.delete(key);
        for (const [key, expires] of put) {
          expect(after.get(key)).not.toBe(expires);
          after.set(key, expires);
        }
        expect(after).toEqual(live);
      }),
      { numRuns: 300 },
    );
  });
});

describe('rowKey', () => {
  it('gives a short text that a database takes, another one for each name', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 700, size: 'max' }), (user) => {
        const [address, name] = rowParts(rowKey('2001:db8:7::/64', user));
        expect(address).toBe('2001:db8:7::/64');
        expect(name).not.toMatch(/[\0-\x1f]/);
        expect(name.length).toBeLessThanOrEqual(255);
        expect(Buffer.from(name).toString()).toBe(name);
      }),
      { numRuns: 300 },
    );
    const long = ['x'.repeat(300), 'x'.repeat(301), `${'x'.repeat(300)}y`];
    expect(new Set(long.map((user) => rowKey('192.0.2.1', user))).size).toBe(3);
    expect(rowKey('192.0.2.1', 'alice@example.org')).toBe('192.0.2.1\talice@example.org');
  });
});

describe('schema', () => {
  it('is that of the file for people', () => {
    const file = readFileSync(new URL('../../../examples/pgsql.sql', import.meta.url), 'utf8');
    for (const statement of schema) expect(file).toContain(`\n${statement}\n`);
  });
});
