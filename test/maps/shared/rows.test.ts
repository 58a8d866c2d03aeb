import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { schema as ofMysql } from '../../../src/maps/mysql/schema.ts';
import { schema as ofPgsql } from '../../../src/maps/pgsql/schema.ts';
import { RowsBuilder, rowChanges, rowKey, rowParts } from '../../../src/maps/shared/rows.ts';
import { accountOf } from '../../../src/maps/shared/stored-name.ts';
import { anyCharacter } from '../../any-character.ts';
import { runsOf } from '../../seeds.ts';

describe('rowChanges', () => {
  const user = fc.constantFrom('a', 'b', 'c', 'd', 'e');
  const rows = fc.array(fc.tuple(user, fc.nat(3))).map((pairs) => {
    const built = new RowsBuilder();
    for (const [name, expires] of pairs) built.add('192.0.2.1', '192.0.2.1', name, expires);
    return built;
  });
  const exactly = { touched: [], slack: 0, renewsBefore: 0 };

  it('makes what is live of what was there, and touches no row that stays', () => {
    fc.assert(
      fc.property(rows, rows, (before, live) => {
        const { put, drop } = rowChanges(before, live, exactly);
        const after = new Map(before.ends);
        for (const key of drop) after.delete(key);
        for (const { key, expires } of put) {
          expect(after.get(key)).not.toBe(expires);
          after.set(key, expires);
        }
        expect(after).toEqual(live.ends);
      }),
      { numRuns: runsOf(300) },
    );
  });

  it('sends again what others may have taken out, and no other row', () => {
    const built = new RowsBuilder();
    built.add('192.0.2.1', '192.0.2.1', 'alice', 100);
    built.add('192.0.2.2', '192.0.2.2', 'bob', 100);
    const touched = [{ kind: 'user', what: 'alice' }];
    const { put, drop } = rowChanges(built, built, { ...exactly, touched });
    expect(put.map(({ key }) => key)).toEqual(['192.0.2.1\talice']);
    expect(put[0]?.account).toBe(accountOf('Alice'));
    expect(drop).toEqual([]);
  });

  it('takes a time that comes back from another clock for the same, and members for what they are', () => {
    const [before, live] = [new RowsBuilder(), new RowsBuilder()];
    before.add('192.0.2.1', '192.0.2.1', 'alice', 100);
    live.add('192.0.2.1', '192.0.2.1', 'alice', 102);
    expect(rowChanges(before, live, { ...exactly, slack: 3 }).put).toEqual([]);
    expect(rowChanges(before, live, exactly).put).toHaveLength(1);
    const wide = (...addresses: string[]) => {
      const built = new RowsBuilder();
      for (const address of addresses) built.add('2001:db8:7::/64', address, 'bob', 100);
      return built;
    };
    const [one, two] = [wide('2001:db8:7::1'), wide('2001:db8:7::2', '2001:db8:7::1')];
    expect(rowChanges(one, two, exactly).put).toMatchObject([
      { members: '2001:db8:7::1@100 2001:db8:7::2@100' },
    ]);
    expect(rowChanges(one, one, exactly).put).toEqual([]);
  });
});

describe('rowKey', () => {
  it('gives a short text that a database takes, another one for each name', () => {
    fc.assert(
      fc.property(fc.string({ unit: anyCharacter, maxLength: 700, size: 'max' }), (user) => {
        const [address, name] = rowParts(rowKey('2001:db8:7::/64', user));
        expect(address).toBe('2001:db8:7::/64');
        expect(name).not.toMatch(/[\0-\x1f]/);
        expect(name.length).toBeLessThanOrEqual(255);
        expect(Buffer.from(name).toString()).toBe(name);
      }),
      { numRuns: runsOf(300) },
    );
    const long = ['x'.repeat(300), 'x'.repeat(301), `${'x'.repeat(300)}y`];
    expect(new Set(long.map((user) => rowKey('192.0.2.1', user))).size).toBe(3);
    expect(rowKey('192.0.2.1', 'alice@example.org')).toBe('192.0.2.1\talice@example.org');
  });
});

describe('schema', () => {
  it('is that of the files for people', () => {
    const textOf = (...names: string[]) =>
      names
        .map((name) => readFileSync(new URL(`../../../examples/${name}`, import.meta.url), 'utf8'))
        .join('');
    const [pgsql, mysql] = [textOf('pgsql.sql', 'pgsql-2.sql'), textOf('mysql.sql')];
    for (const statement of ofPgsql) expect(pgsql).toContain(`\n${statement}\n`);
    for (const statement of ofMysql) expect(mysql).toContain(`\n${statement}\n`);
  });
});
