/** Entries of the journal as lines: what comes odd, and what a sender may try. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lineText, parseJournalEntry } from '../../src/maillog/journal-entry.ts';
import { parseEnvelope } from '../../src/syslog/envelope.ts';

const fields = {
  __CURSOR: 's=1;i=2',
  __REALTIME_TIMESTAMP: '1795341600123456',
  __MONOTONIC_TIMESTAMP: '5',
  _HOSTNAME: 'mx',
  _PID: '811',
  _COMM: 'log',
  _SYSTEMD_UNIT: 'dovecot.service',
  SYSLOG_IDENTIFIER: 'dovecot',
  MESSAGE: 'imap-login: Login: user=<bob>',
};

/** Returns the line of the entry with some fields changed; undefined takes one away. */
const lineWith = (changed: Record<string, unknown>) =>
  parseJournalEntry(JSON.stringify({ ...fields, ...changed }))?.line;

describe('parseJournalEntry()', () => {
  it('gives time, host, program, pid, message and the trusted fields', () => {
    expect(parseJournalEntry(JSON.stringify(fields))).toEqual({
      cursor: 's=1;i=2',
      line: {
        time: 1_795_341_600,
        record: {
          stamp: '2026-11-22T10:00:00.123Z',
          host: 'mx',
          program: 'dovecot',
          pid: '811',
          message: 'imap-login: Login: user=<bob>',
        },
        fields: new Map([
          ['_HOSTNAME', 'mx'],
          ['_PID', '811'],
          ['_COMM', 'log'],
          ['_SYSTEMD_UNIT', 'dovecot.service'],
        ]),
      },
    });
  });

  it.each([
    {
      name: 'a message of bytes',
      given: { MESSAGE: [195, 164, 255, 10, 98] },
      want: { message: 'ä\ufffd#012b' },
    },
    {
      name: 'control bytes',
      given: { MESSAGE: 'a\nb\r\0\t\x1b' },
      want: { message: 'a#012b#015#000#011#033' },
    },
    { name: 'U+2028, which ends no line', given: { MESSAGE: 'a\u2028b' }, want: { message: 'a\u2028b' } },
    { name: 'no identifier', given: { SYSLOG_IDENTIFIER: undefined }, want: { program: 'log' } },
    { name: 'no pid', given: { _PID: undefined }, want: { pid: '' } },
    { name: 'a pid that is none', given: { _PID: '1]: x' }, want: { pid: '' } },
    { name: 'a host name that is none', given: { _HOSTNAME: 'a b' }, want: { host: '' } },
  ])('takes $name', ({ given, want }) => {
    expect(lineWith(given)?.record).toMatchObject(want);
  });

  it.each([
    { name: 'a message over 4,096 bytes', given: { MESSAGE: null } },
    { name: 'no message', given: { MESSAGE: undefined } },
    { name: 'two messages', given: { MESSAGE: ['a', 'b'] } },
    { name: 'no program', given: { SYSLOG_IDENTIFIER: undefined, _COMM: undefined } },
    {
      name: 'an identifier that would forge a line',
      given: { SYSLOG_IDENTIFIER: 'dovecot: imap-login: Login' },
    },
    { name: 'an identifier with a newline', given: { SYSLOG_IDENTIFIER: 'x\ndovecot' } },
    { name: 'no time', given: { __REALTIME_TIMESTAMP: 'x' } },
    { name: 'a time past all calendars', given: { __REALTIME_TIMESTAMP: '9'.repeat(20) } },
  ])('passes over an entry with $name, but not over its cursor', ({ given }) => {
    expect(parseJournalEntry(JSON.stringify({ ...fields, ...given }))).toEqual({ cursor: 's=1;i=2' });
  });

  it('finds the tag that nginx sends behind its host name', () => {
    const sent = { SYSLOG_IDENTIFIER: undefined, _COMM: 'nginx', _TRANSPORT: 'syslog' };
    const message = '2026/11/22 10:04:26 [info] 1#1: *1 x';
    expect(lineWith({ ...sent, MESSAGE: `mx nginx: ${message}` })?.record).toMatchObject({
      program: 'nginx',
      pid: '',
      message,
    });
  });

  it.each([
    { name: 'gives back the blanks', raw: '<22>imapd: x   \t ', message: 'x   #011 ' },
    { name: 'none where one blank or a line end was taken', raw: '<22>imapd: x \n', message: 'x' },
    { name: 'none behind another message', raw: '<22>imapd: x\0y   ', message: 'x' },
    { name: 'none where none was', raw: '<22>imapd: x', message: 'x' },
  ])('$name that journald has taken off a message', ({ raw, message }) => {
    const SYSLOG_RAW = /[\0\t]/.test(raw) ? [...Buffer.from(raw)] : raw;
    expect(lineWith({ MESSAGE: 'x', SYSLOG_RAW })?.record.message).toBe(message);
  });

  it('takes no field for a trusted one that a sender can set', () => {
    expect(lineWith({ UNIT: 'x', __X: 'x', _UID: '0', _EXE: [1, 2] })?.fields.get('_UID')).toBe('0');
    expect([...(lineWith({ UNIT: 'x', __X: 'x', _EXE: [1, 2] })?.fields.keys() ?? [])]).not.toContain('UNIT');
  });

  it('takes nothing else for an entry, and never throws', () => {
    for (const text of ['', '-- No entries --', '{', '{}', 'null', '[]', '{"__CURSOR":1}']) {
      expect(parseJournalEntry(text)).toBeUndefined();
    }
    fc.assert(
      fc.property(fc.json(), (text) => {
        parseJournalEntry(text);
      }),
    );
  });

  it('makes a line that is read as what it was made of', () => {
    const name = fc.stringMatching(/^[a-z][\w.-]{0,9}$/);
    fc.assert(
      fc.property(name, name, fc.option(fc.nat()), fc.string(), (host, program, pid, message) => {
        const changed = {
          _HOSTNAME: host,
          SYSLOG_IDENTIFIER: program,
          _PID: pid?.toString(),
          MESSAGE: message,
        };
        const record = lineWith(changed)?.record;
        expect(record && parseEnvelope(lineText(record))).toEqual(record);
      }),
    );
  });
});
