/** A link that leads to the file of each day in turn, in folders that have dates for names. */
import { mkdirSync, symlinkSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { findInDatedFolders } from '../../src/maillog/dated-folders.ts';
import { LogOnDisk, lines } from './log-on-disk.ts';

let log: LogOnDisk;
beforeEach(() => {
  log = new LogOnDisk();
});
afterEach(() => log.remove());

const write = (n: number, name?: string) => log.write(n, name);
const rename = (from: string, to: string) => log.rename(from, to);
const gzip = (name: string) => log.gzip(name);
const newLines = async () => (await log.run()).lines;

it.each([
  ['2026/10/31/mail.log', '2026/11/01/mail.log', '2026/11/02/mail.log'],
  ['2026-10-31/mx/mail.log', '2026-11-01/mx/mail.log', '2026-11-02/mx/mail.log'],
  ['2026/10/mail-2026-10-31.log', '2026/11/mail-2026-11-01.log', '2026/11/mail-2026-11-02.log'],
])('a link goes from %s to the folder of the next date, and nothing is lost', async (...files) => {
  const leadTo = (name: string) => {
    symlinkSync(name, log.at('next'));
    rename('next', 'mail.log');
  };
  for (const file of files) mkdirSync(log.at(dirname(file)), { recursive: true });
  const [first, second, third] = files;
  write(1, first);
  leadTo(first);
  await log.run();
  write(2, first);
  write(3, second);
  gzip(second);
  write(4, third);
  write(9, third.replace('mail', 'cron'));
  leadTo(third);
  const run = await log.run();
  expect(run.lines).toEqual(lines(2, 3, 4));
  expect(run.reading.problems).toEqual([]);
  write(5, first);
  write(6, third);
  expect(await newLines()).toEqual(lines(5, 6));
  expect(await newLines()).toEqual([]);
});

it('a folder or file of another form is none of the log', () => {
  for (const name of ['2026/11/30', '2026/11/3', '2026/12', 'old/2026/11/30'])
    mkdirSync(log.at(name), { recursive: true });
  for (const file of [
    '2026/11/30/mail.log',
    '2026/11/30/mail.log.1',
    '2026/11/3/mail.log',
    '2026/12/mail.log',
  ])
    write(1, file);
  write(1, 'old/2026/11/30/mail.log');
  const found = findInDatedFolders(log.at('2026/11/30/mail.log'))?.map(({ path }) => path);
  expect(found).toEqual([log.at('2026/11/30/mail.log')]);
  expect(findInDatedFolders(log.at('old/mail.log'))).toBeUndefined();
});
