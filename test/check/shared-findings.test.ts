import { describe, expect, it } from 'vitest';
import { wordsOf } from '../../src/check/database-words.ts';
import { hostFindings, type Seen, serverFindings } from '../../src/check/shared-findings.ts';
import type { Target } from '../../src/maps/shared/target.ts';

const target = { host: 'db.example.org', source: 'alpha' } as Target;

const seen: Seen = {
  health: {
    ...{ role: 'exact_writer', database: 'exact', process: 7, isStandby: false, isReadOnly: false },
    ...{ encoding: 'UTF8', defaultIsolation: 'read committed', isolation: 'read committed', time: 0 },
    ...{ hasTable: true, mayCreate: false, missing: [], lacking: [], open: [] },
  },
  ...{ hosts: [], met: undefined, isPooled: false, clock: 1.9, words: wordsOf('pgsql') },
};
const ofHealth = (health: Partial<Seen['health']>) =>
  serverFindings(target, { ...seen, health: { ...seen.health, ...health } });

describe('what is said of a server', () => {
  it('is nothing where all is well', () => {
    expect(serverFindings(target, seen)).toEqual([]);
  });

  it('is that it takes no rows', () => {
    const [standby, other] = [
      ofHealth({ isStandby: true, isReadOnly: true }),
      ofHealth({ isReadOnly: true }),
    ];
    expect(standby).toMatchObject([
      { level: 'FAIL', text: 'db.example.org is a standby, which takes no rows' },
    ]);
    expect(other).toMatchObject([{ level: 'FAIL', text: 'db.example.org only reads' }]);
  });

  it('is another encoding, and another isolation level than was asked for', () => {
    expect(ofHealth({ encoding: 'LATIN1' })).toMatchObject([{ level: 'WARN' }]);
    expect(ofHealth({ isolation: 'serializable' })).toMatchObject([{ level: 'FAIL' }]);
  });

  it('is a clock that is off by more than a minute', () => {
    expect(serverFindings(target, { ...seen, clock: -60 })).toEqual([]);
    const [off] = serverFindings(target, { ...seen, clock: 3700 });
    expect(off).toMatchObject({ level: 'WARN', fix: 'timedatectl set-ntp true' });
    expect(off?.text).toContain('the clock of this host is 61 min ahead, by that of the database');
  });
});

it('says nothing of the hosts that do well, nor of this one', () => {
  const well = { instance: 'x', version: '1.0.0', sinceSeen: 20, sincePushed: 20, rows: 1, clock: 0 };
  const hosts = [
    { ...well, source: 'alpha', sinceSeen: 1e6 },
    { ...well, source: 'beta' },
  ];
  expect(hostFindings(target, { ...seen, hosts })).toEqual([]);
});
