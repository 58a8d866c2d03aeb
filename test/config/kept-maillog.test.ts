/** Which mail log a run reads where none is configured, and the file of the last run is gone. */
import { appendFileSync, renameSync } from 'node:fs';
import { expect, it } from 'vitest';
import { keptMaillogs } from '../../src/config/kept-maillog.ts';
import { noRun, type SavedRun } from '../../src/state/cursors-file.ts';
import { dovecotLogin, MailHost } from '../commands/run-exact.ts';

const file = '/var/log/maillog';
const now = Date.parse('2026-11-22T10:00:00Z') / 1000;

/** What a run leaves that found the file missing, since some time. */
function leftWithout(path: string, since?: number): SavedRun {
  const missing = { text: `${path}: cannot open`, lastTold: 0, runs: 1, isOfLog: true };
  return {
    ...noRun,
    maillogs: { [path]: { files: [] } },
    problems: since === undefined ? {} : { missing: { ...missing, since } },
  };
}

it('keeps to the file that the last run found, until it has been missing for an hour', () => {
  const found = ['journal:'];
  expect(keptMaillogs(found, leftWithout(file), now)).toEqual([file]);
  expect(keptMaillogs(found, leftWithout(file, now - 3599), now)).toEqual([file]);
  expect(keptMaillogs(found, leftWithout(file, now - 3600), now)).toEqual(found);
});

it('reads what is found where that is a file, and where the last run read the journal or no usual file', () => {
  expect(keptMaillogs(['/var/log/mail.log'], leftWithout(file), now)).toEqual(['/var/log/mail.log']);
  const journal = { ...noRun, maillogs: { 'journal:': { journal: 's=1' } } };
  expect(keptMaillogs(['journal:'], journal, now)).toEqual(['journal:']);
  expect(keptMaillogs(['journal:'], leftWithout('/srv/mail.log'), now)).toEqual(['journal:']);
});

it('a run between a rotation and the next line ends well, and no login is lost', async () => {
  const host = new MailHost();
  const login = (minute: string, user: string, address: string) =>
    appendFileSync(host.log, dovecotLogin(`2026-11-22T10:${minute}:00Z`, user, address));
  const update = (minute: string) => host.run(['update'], { now: `2026-11-22T10:${minute}:30Z` });
  login('00', 'alice', '192.0.2.10');
  await update('00');
  login('01', 'bob', '192.0.2.11');
  renameSync(host.log, `${host.log}.1`);
  expect(await update('01')).toEqual({ status: 0, stdout: '', stderr: '' });
  login('02', 'carol', '192.0.2.12');
  expect(await update('02')).toEqual({ status: 0, stdout: '', stderr: '' });
  const { stdout } = await host.run(['dump', '--tsv'], { now: '2026-11-22T10:03:00Z' });
  expect(stdout.match(/^192\.0\.2\.\d+/gm)).toEqual(['192.0.2.10', '192.0.2.11', '192.0.2.12']);
});
