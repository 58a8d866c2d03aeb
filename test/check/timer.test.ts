/** What is said of what runs Exact; that systemd and cron are found is in test/servers/. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isLoopRunning } from '../../src/check/loop.ts';
import { checkTimer, type Jobs } from '../../src/check/timer.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const nothing: Jobs = {
  ...{ timer: '', isEachMinute: false, hasTimer: false, job: undefined },
  ...{ hasLoop: false, hasCron: false, sawAll: false },
};
const now = 1_795_341_600;
const check = (jobs: Partial<Jobs>, age: number, status = 0) =>
  checkTimer({ ...nothing, ...jobs }, { user: 'exact' }, { time: now - age, status }, now);

describe('a loop that runs Exact, as in a container', () => {
  it('is in order while runs come to their end', () => {
    expect(check({ hasLoop: true }, 9)).toEqual([
      { level: 'ok', subject: 'timer', text: 'exact-loop, last run 9 s ago, exit 0' },
    ]);
    expect(check({ hasLoop: true }, 900)).toMatchObject([{ level: 'WARN', fix: 'exact update -v' }]);
    expect(check({ hasLoop: true }, 9, 78)).toMatchObject([{ level: 'WARN', fix: 'exact update -v' }]);
  });

  it('is what starts runs where there is neither systemd nor cron: no job of cron is proposed', () => {
    const found = check({}, 900);
    expect(found).toMatchObject([{ level: 'FAIL', fix: expect.stringContaining('exact-loop') }]);
    expect(found[0]?.fix).not.toContain('/etc/cron.d');
    expect(check({ hasCron: true }, 900)).toMatchObject([
      { fix: expect.stringContaining('>/etc/cron.d/exact') },
    ]);
  });

  it('is known by its name among the processes, as a script and as the program of an interpreter', () => {
    const root = temporaryFolder();
    const begin = (pid: string, ...words: string[]) => {
      mkdirSync(join(root, 'proc', pid), { recursive: true });
      writeFileSync(join(root, 'proc', pid, 'cmdline'), `${words.join('\0')}\0`);
    };
    expect(isLoopRunning(root)).toBe(false);
    begin('1', 'sh', '-c', 'exec exact-loop');
    begin('8', 'vi', '-R', '/usr/local/bin/exact-loop');
    begin('self', '/bin/sh', '/usr/local/bin/exact-loop');
    expect(isLoopRunning(root)).toBe(false);
    begin('9', '/bin/sh', '/usr/local/bin/exact-loop');
    expect(isLoopRunning(root)).toBe(true);
  });
});
