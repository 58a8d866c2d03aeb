/** What is told of a journal without a run: journalctl's own, on files that systemd-journal-remote makes. */
import { beforeAll, describe, expect, it } from 'vitest';
import { readJournal } from '../../src/maillog/journal.ts';
import { hasNothingNew } from '../../src/maillog/unread/journal.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { dovecot, type Entry, installJournal, now, writeJournal } from './journal-files.ts';

beforeAll(installJournal);

const needles = ['Login: user=<'].map((text) => Buffer.from(text));
const programs = ['dovecot', 'nginx'];
const postfix = { ...dovecot, SYSLOG_IDENTIFIER: 'postfix/smtpd' };
const said = (fields: Entry['fields'], MESSAGE: string | Buffer): Entry => ({
  age: 10,
  fields: { ...fields, MESSAGE },
});
const login = said(dovecot, 'imap-login: Login: user=<alice>, method=PLAIN, rip=192.0.2.10');

/** A journal whose last entry a run has read, and its cursor. */
async function readOnce() {
  const folder = temporaryFolder();
  writeJournal(folder, [said(dovecot, 'imap-login: Login: user=<first>, rip=192.0.2.1')]);
  const command = ['journalctl', `--directory=${folder}`];
  const options = { now, lookback: 1800, rebuild: false, stampOf: () => undefined, countLines: true };
  const reading = readJournal('journal:', undefined, options, command);
  for await (const _chunk of reading.chunks());
  const cursor = reading.saved().journal ?? '';
  const isQuiet = (maillog = 'journal:', place = cursor) =>
    hasNothingNew(maillog, place, { needles, programs }, command);
  return { folder, isQuiet, write: (...entries: Entry[]) => writeJournal(folder, entries) };
}

describe('hasNothingNew()', () => {
  it('of a journal in which nothing is new, or lines of other programs, or none that a rule reads', async () => {
    const { isQuiet, write } = await readOnce();
    expect(isQuiet()).toBe(true);
    write(
      said(postfix, 'connect from Login: user=<x>, rip=192.0.2.66'),
      said(dovecot, 'imap-login: Aborted'),
    );
    expect(isQuiet()).toBe(true);
    // What a sender brings cannot look like another field.
    write(said(postfix, '"SYSLOG_IDENTIFIER":"dovecot" Login: user=<x>'));
    expect(isQuiet()).toBe(true);
    write(login);
    expect(isQuiet()).toBe(false);
  });

  it.each([
    [
      'a login of a program that names itself by its command',
      { ...login.fields, SYSLOG_IDENTIFIER: undefined, _COMM: 'nginx' },
    ],
    ['bytes that are no text', { ...dovecot, MESSAGE: Buffer.from([0xff, 0xfe, 0x41]) }],
    ['more than journalctl shows of a field', { ...dovecot, MESSAGE: 'x'.repeat(5000) }],
    ['a message with a line end', { ...dovecot, MESSAGE: 'imap-login: Login: user=<\nalice>' }],
  ])('but not of one with %s', async (_name, fields) => {
    const { isQuiet, write } = await readOnce();
    const there = Object.entries(fields).filter(([, value]) => value !== undefined);
    write({ age: 10, fields: Object.fromEntries(there) as Entry['fields'] });
    expect(isQuiet()).toBe(false);
  });

  it('not where there is more than is searched, the place is not there, or journalctl is not content', async () => {
    const { isQuiet, write } = await readOnce();
    expect(isQuiet('journal:', 's=0123456789abcdef0123456789abcdef;i=1')).toBe(false);
    expect(isQuiet('journal:', 'no cursor')).toBe(false);
    expect(isQuiet('journal:no match')).toBe(false);
    expect(hasNothingNew('journal:', 'x', { needles, programs }, ['/nonexistent'])).toBe(false);
    write(...Array.from({ length: 3000 }, () => said(postfix, 'x'.repeat(200))));
    expect(isQuiet()).toBe(false);
  });

  it('looks at what the matches of the mail log let through alone', async () => {
    const { isQuiet, write } = await readOnce();
    write({ age: 10, fields: { ...login.fields, _SYSTEMD_UNIT: 'other.service' } });
    expect(isQuiet('journal:_SYSTEMD_UNIT=dovecot.service')).toBe(true);
    expect(isQuiet()).toBe(false);
  });
});
