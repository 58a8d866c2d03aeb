/** Which folders logrotate may have moved the files of a log to. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { findElsewhere } from '../../src/maillog/rotated-elsewhere.ts';
import { LogOnDisk } from './log-on-disk.ts';

let log: LogOnDisk;
beforeEach(() => {
  log = new LogOnDisk();
});
afterEach(() => log.remove());

it("looks into the folder's own folders, and those that logrotate's files name", () => {
  const folders = ['var', 'var/old', 'var/empty', 'archive', 'srv', 'etc', 'etc/logrotate.d', 'unnamed'];
  for (const folder of folders) mkdirSync(log.at(folder));
  for (const folder of ['var/old', 'archive', 'srv', 'unnamed']) {
    writeFileSync(log.at(`${folder}/mail.log.2`), 'x');
    writeFileSync(log.at(`${folder}/mail.log.1`), 'x');
    writeFileSync(log.at(`${folder}/auth.log.1`), 'x');
  }
  writeFileSync(
    log.at('etc/logrotate.conf'),
    `olddir "${log.at('archive')}"\n# olddir ${log.at('unnamed')}\n`,
  );
  writeFileSync(log.at('etc/logrotate.d/mail'), `${log.at('var/mail.log')} {\n  olddir ../srv\n}\n`);
  const lists = findElsewhere(log.at('var/mail.log'), [
    log.at('etc/logrotate.conf'),
    log.at('etc/logrotate.d'),
    log.at('etc/none'),
  ]);
  expect(lists.map((list) => list.map(({ path }) => relative(log.folder, path)))).toEqual([
    ['var/old/mail.log.2', 'var/old/mail.log.1'],
    ['archive/mail.log.2', 'archive/mail.log.1'],
    ['srv/mail.log.2', 'srv/mail.log.1'],
  ]);
});
