import { describe, expect, it } from 'vitest';
import { checkPathUnit, type PathUnit } from '../../src/check/path-unit.ts';
import { pathUnitDropIn, watchedPaths } from '../../src/maillog/watched-paths.ts';
import { MailHost } from '../commands/run-exact.ts';

const machine = '9b9b482dbe9d4dbaafa0a17e6385e87a';
const inOrder: PathUnit = {
  ...{ state: 'active', result: 'success', watched: ['/var/log/mail.log'], starts: 'exact.service' },
  ...{ hasLimit: false, isQueued: true, machine },
};
const check = (unit: Partial<PathUnit> | undefined, ...maillogs: string[]) =>
  checkPathUnit(unit && { ...inOrder, ...unit }, { maillogs }, true);

describe('what is watched', () => {
  it('is each log, and of the journal the file on disk and the one in memory', () => {
    expect(watchedPaths(['/srv/a log', 'journal:', 'journal:_TRANSPORT=syslog'], machine)).toEqual([
      '/srv/a log',
      `/var/log/journal/${machine}/system.journal`,
      `/run/log/journal/${machine}/system.journal`,
    ]);
  });

  it('is a drop-in that takes the place of what the unit watches, with the id of the host left to systemd', () => {
    expect(pathUnitDropIn(['/srv/50%.log', 'journal:'])).toBe(
      `[Path]
PathModified=
PathModified=/srv/50%%.log
PathModified=/var/log/journal/%m/system.journal
PathModified=/run/log/journal/%m/system.journal
`,
    );
  });

  it('is printed for the logs of a configuration', async () => {
    const host = new MailHost('maillog journal:');
    const { status, stdout } = await host.run(['dump', '--path-unit']);
    expect(status).toBe(0);
    expect(stdout).toContain(`PathModified=\nPathModified=${host.log}\nPathModified=/var/log/journal/`);
  });
});

describe('the check of exact.path', () => {
  it('finds one in order that watches what is read, or the stamp of logins', () => {
    const ok = [{ level: 'ok', subject: 'path', text: 'exact.path, watches /var/log/mail.log' }];
    expect(check({}, '/var/log/mail.log')).toEqual(ok);
    const both = watchedPaths(['journal:'], machine);
    expect(check({ watched: both }, 'journal:')).toMatchObject([{ level: 'ok' }]);
    expect(check({ watched: ['/var/log/exact-logins'] }, '/var/log/mail.log')).toMatchObject([
      { level: 'ok' },
    ]);
  });

  const found: [string, Partial<PathUnit>, string, RegExp][] = [
    ['has failed', { state: 'failed', result: 'trigger-limit-hit' }, 'FAIL', /reset-failed exact\.path/],
    ['is not active', { state: 'inactive' }, 'WARN', /^systemctl enable --now exact\.path$/],
    ['watches another log', { watched: ['/var/log/maillog'] }, 'FAIL', /exact dump --path-unit >/],
    ['starts another service', { starts: 'exact-path.service' }, 'WARN', /Unit=exact\.service/],
    ['has a limit', { hasLimit: true }, 'FAIL', /StartLimitIntervalSec=0.*TriggerLimitIntervalSec=0/],
    ['loses what comes during a run', { isQueued: false }, 'WARN', /systemctl cat exact\.service/],
  ];
  it.each(found)('tells of one that %s', (_name, unit, level, fix) => {
    expect(check(unit, '/var/log/mail.log')).toMatchObject([
      { level, subject: 'path', fix: expect.stringMatching(fix) },
    ]);
  });

  it('tells that there is none where a timer is, and says nothing on a host without either', () => {
    expect(checkPathUnit(undefined, { maillogs: [] }, true)).toMatchObject([{ level: 'note' }]);
    expect(checkPathUnit(undefined, { maillogs: [] }, false)).toEqual([]);
  });
});
