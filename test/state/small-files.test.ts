import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ExitStatus } from '../../src/exit-status.ts';
import type { Problem } from '../../src/problem.ts';
import type { Revocation } from '../../src/relay/revocation.ts';
import { noRun, readCursors, writeCursors } from '../../src/state/cursors-file.ts';
import { settleProblems } from '../../src/state/lasting-problems.ts';
import { isLock, takeLock } from '../../src/state/lock.ts';
import { readRevocations, writeRevocations } from '../../src/state/revoked-file.ts';
import { setAside } from '../../src/state/set-aside.ts';
import { noon } from '../relay/table-model.ts';
import { temporaryFolder } from '../temporary-folder.ts';

describe('the cursors file', () => {
  it('gives back what was written', () => {
    const path = join(temporaryFolder(), 'state.cursors');
    const cursor = { path: '/m.1', inode: 2 ** 60, offset: 2 ** 33, seen: 2 ** 33, head: 'h', tail: 't' };
    const saved = {
      ...noRun,
      maillogs: { '/var/log/mail.log': { files: [{ ...cursor, modified: noon + 0.5 }] } },
      pending: [{ key: '["r","h","1"]', time: noon, address: 'no address', user: '\0' }],
      nextExpiry: noon,
      entries: 3,
      crowded: { '192.0.2.1': 51 },
      full: { entries: 3, refused: 2, users: { alice: 3 } },
    };
    writeCursors(path, saved);
    expect(readCursors(path)).toEqual(saved);
  });

  it('is missing before the first run', () => {
    expect(readCursors(join(temporaryFolder(), 'state.cursors'))).toEqual(noRun);
  });

  it.each(['', '{', '[]', 'null', '"x"', '{}', '{"version":1}', '{"version":1,"maillogs":[]}', '\0\0\0\0'])(
    'C08 knows that %j is damaged',
    (text) => {
      const path = join(temporaryFolder(), 'state.cursors');
      writeFileSync(path, text);
      expect(readCursors(path)).toMatchObject({ isNewer: false });
    },
  );

  it('C09 knows a newer version', () => {
    const path = join(temporaryFolder(), 'state.cursors');
    writeFileSync(path, '{"version":2}');
    expect(readCursors(path)).toMatchObject({ isNewer: true });
  });
});

describe('the revocations', () => {
  const revocation: Revocation = { kind: 'user', what: 'a\tb\nc', at: noon, until: noon + 60, by: 'root' };

  it('come back as they were written', () => {
    const path = join(temporaryFolder(), 'state.revoked');
    const all: Revocation[] = [revocation, { ...revocation, kind: 'network', what: '192.0.2.0/24' }];
    writeRevocations(path, all);
    expect(readRevocations(path)).toEqual({ revocations: all, badLines: [] });
  });

  it('survive damage to one of their lines', () => {
    const path = join(temporaryFolder(), 'state.revoked');
    writeRevocations(path, [revocation]);
    writeFileSync(path, `${readFileSync(path, 'utf8')}user\thalf a li`);
    expect(readRevocations(path)).toEqual({ revocations: [revocation], badLines: [4] });
  });
});

describe('setAside()', () => {
  it('keeps what it moves, under a name that says when', () => {
    const folder = temporaryFolder();
    const path = join(folder, 'state');
    writeFileSync(path, 'damaged');
    expect(setAside(path, noon, 'corrupt')).toBe(`${path}.corrupt-20261122T120000`);
    expect(existsSync(path)).toBe(false);
    expect(readdirSync(folder)).toEqual(['state.corrupt-20261122T120000']);
  });
});

describe('takeLock()', () => {
  it('C01 lets one holder in, and the next when that one is done', () => {
    const path = join(temporaryFolder(), 'state.lock');
    const first = takeLock(path, noon);
    const second = takeLock(path, noon + 1);
    expect(isLock(second)).toBe(false);
    expect(second).toEqual({ pid: process.pid, since: noon });
    if (isLock(first)) first.release();
    const third = takeLock(path, noon + 2);
    expect(isLock(third)).toBe(true);
    if (isLock(third)) third.release();
  });

  it('C04 is not stopped by a file that a dead process left', () => {
    const path = join(temporaryFolder(), 'state.lock');
    writeFileSync(path, '1 1700000000\n');
    const lock = takeLock(path, noon);
    expect(isLock(lock)).toBe(true);
    if (isLock(lock)) lock.release();
  });
});

describe('settleProblems()', () => {
  const problem = {
    status: ExitStatus.noInput,
    where: '/var/log/mail.log',
    what: 'cannot open',
    why: 'no such file',
  };
  const hour = 3600;

  it('tells a problem at once, then once an hour while it lasts, then that it is over', () => {
    let remembered = {};
    const told: number[] = [];
    for (let minute = 0; minute <= 130; minute++) {
      const telling = settleProblems(remembered, [{ problem }], noon + minute * 60, { repeat: hour });
      if (telling.tell.length > 0) told.push(minute);
      expect(telling.recovered).toEqual([]);
      remembered = telling.remembered;
    }
    expect(told).toEqual([0, 60, 120]);
    const over = settleProblems(remembered, [], noon + 131 * 60, { repeat: hour });
    expect(over.recovered).toMatchObject([
      { text: '/var/log/mail.log: cannot open', since: noon, runs: 131 },
    ]);
    expect(settleProblems(over.remembered, [], noon + 132 * 60, { repeat: hour }).recovered).toEqual([]);
  });

  it('tells one of a reason anew where its reason is another', () => {
    const settle = (before: ReturnType<typeof settleProblems>['remembered'], why: string, second: number) =>
      settleProblems(before, [{ problem: { ...problem, why }, isOfReason: true }], noon + second, {
        repeat: hour,
      });
    const first = settle({}, 'connection refused', 0);
    const same = settle(first.remembered, 'connection refused', 60);
    expect(same.tell).toEqual([]);
    const other = settle(same.remembered, 'a standby', 120);
    expect(other.tell).toMatchObject([{ why: 'a standby' }]);
    expect(settle(other.remembered, 'a standby', 180).tell).toEqual([]);
  });

  it('says nothing within the grace, and nothing when it was over by then', () => {
    const first = settleProblems({}, [{ problem, grace: hour }], noon, { repeat: hour });
    expect(first).toMatchObject({ tell: [], counted: [] });
    expect(settleProblems(first.remembered, [], noon + 60, { repeat: hour }).recovered).toEqual([]);
    const late = settleProblems(first.remembered, [{ problem, grace: hour }], noon + hour, { repeat: hour });
    expect(late).toMatchObject({ tell: [problem], counted: [problem] });
  });

  it('knows a problem of a kind again though its words have changed, and by its words from an earlier version', () => {
    const behind = (hours: number): Problem => ({
      kind: 'stamps behind',
      status: ExitStatus.ok,
      isWarning: true,
      where: '/var/log/mail.log',
      what: `stamps are ${hours} h behind the clock`,
    });
    const first = settleProblems({}, [{ problem: behind(1) }], noon, { repeat: hour });
    const second = settleProblems(first.remembered, [{ problem: behind(2) }], noon + 60, { repeat: hour });
    expect(second).toMatchObject({ tell: [], recovered: [] });
    const [[, saved] = ['', undefined]] = Object.entries(first.remembered);
    if (saved === undefined) throw new Error('nothing is remembered');
    const earlier = { [saved.text]: saved };
    const upgraded = settleProblems(earlier, [{ problem: behind(1) }], noon + 60, { repeat: hour });
    expect(upgraded).toMatchObject({ tell: [], recovered: [] });
    expect(Object.values(upgraded.remembered)).toMatchObject([{ since: noon, runs: 2 }]);
  });

  it('tells again when the clock was set back', () => {
    const { remembered } = settleProblems({}, [{ problem }], noon, { repeat: hour });
    expect(settleProblems(remembered, [{ problem }], noon - 86_400, { repeat: hour }).tell).toEqual([
      problem,
    ]);
  });
});
