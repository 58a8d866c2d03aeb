/**
 * What FreeBSD 12's syslogd forwards it cuts at 480 bytes, those of busybox and GNU inetutils cut at 1,024, and that of busybox
 * in Alpine at 256: the end of the line is then where the client wants. Each is read as a string, among the bytes of a chunk, and by the
 * machine.
 */
import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../src/recognize/outcome.ts';
import { createRecognizer } from '../../src/recognize/recognizer.ts';
import { createScanner } from '../../src/recognize/scan.ts';
import { loadRules } from '../../src/rules/load-rules.ts';
import { utc } from '../../src/syslog/zone.ts';
import { readAt } from '../rules/samples.ts';
import { expectSame } from './rows/machine-oracle.ts';

const { rules } = await loadRules({ servers: ['auto'], files: [] });
const evil = '203.0.113.66';
const length = { freeBsd: 480, busybox: 1023, alpine: 255 };

/** What a daemon sends on of a message, the collecting host's stamp in place of the sender's. */
function cutAt(bytes: number, second: number, message: string, header = '<22>Nov 22 10:04:26 '): string {
  const sent = Buffer.from(header + message).subarray(0, bytes);
  return `Nov 22 10:04:${second} mx ${sent.subarray(header.length)}`;
}

/** A message whose filler is as long as it must be for the daemon to cut where `cut` begins. */
function filledTo(bytes: number, before: string, after: string, cut = ' - failed', filler = 'B'): string {
  const missing = bytes - '<22>Nov 22 10:04:26 '.length - before.length - after.length;
  const fillers = filler.repeat(Math.floor(missing / Buffer.byteLength(filler)));
  return before + fillers + 'B'.repeat(missing - Buffer.byteLength(fillers)) + after + cut;
}

/** The addresses of what counts as a login in some lines, and why others do not. */
function read(...lines: string[]) {
  const context = { source: '', line: 0, isNew: false, writtenBefore: readAt };
  const addressesIn = (outcomes: readonly (Outcome | undefined)[]) =>
    outcomes.flatMap((outcome) => (outcome?.kind === 'login' ? [String(outcome.login.address)] : []));
  const one = createRecognizer({ rules, zone: utc, connectWindow: 120 });
  const logins = addressesIn(lines.map((line) => one.recognize(line, context)));
  const other = createRecognizer({ rules, zone: utc, connectWindow: 120 });
  const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
  const found: Outcome[] = [];
  const chunk = { bytes, start: 0, end: bytes.length, firstLine: 0, ...context };
  createScanner(other).scan(chunk, (outcome) => found.push(outcome));
  expect(addressesIn(found)).toEqual(logins);
  expectSame(bytes);
  return { logins, reasons: [...one.refusals.keys()] };
}

const reason = 'a line of a length at which syslog daemons cut';

describe('a failed login that is cut at 480 bytes where it would be a login', () => {
  const before = `perdition.imap4[811]: Auth: ${evil}:1024->192.0.2.2:143 client-secure=none authorisation_id=NONE`;
  const named = `${before} authentication_id="${'x'.repeat(64)}" server="`;
  const message = filledTo(480, named, '" protocol=IMAP4 server-secure=none status="ok"');
  const shorterBy = (bytes: number) => message.replace('B'.repeat(bytes), '');

  it.each([
    ['to the byte', '<22>Nov 22 10:04:26 ', message],
    ['with a priority of five bytes', '<134>Nov 22 10:04:26 ', shorterBy(1)],
    ['with its host', '<22>Nov 22 10:04:26 mx ', shorterBy(3)],
    ['passed on', '<22>Nov 22 10:04:26 Forwarded from mx: ', shorterBy(19)],
  ])('%s', (_name, header, cut) => {
    expect(read(cutAt(length.freeBsd, 10, cut, header))).toEqual({ logins: [], reasons: [reason] });
  });

  it('and no other: one byte more or two less is a login', () => {
    const line = cutAt(length.freeBsd, 10, message);
    expect(read(line.replace('BB', '')).logins).toEqual([evil]);
    expect(read(line.replace('B', 'BB')).logins).toEqual([evil]);
  });

  it('nor one of vm-pop3d that may go on with digits', () => {
    const digits = filledTo(480, `vm-pop3d[811]: User 'x' logged in from ${evil}, nmsgs=`, '', '1', '1');
    expect(read(cutAt(200, 10, digits)).logins).toEqual([]);
    expect(read(cutAt(75, 10, digits)).logins).toEqual([]);
  });

  it('leaves the next piece of Courier, which is the rest, void', () => {
    const first = filledTo(480, 'courierpop3d: ', '', 'A'.repeat(100));
    const rest = `courierpop3d: LOGIN, user=x, ip=[${evil}], port=[1]`;
    // The first lines of a log are all looked at, since they may follow what the run before has read.
    const others = Array.from({ length: 60 }, () => cutAt(length.freeBsd, 10, 'courierpop3d: other'));
    const lines = [...others, cutAt(length.freeBsd, 10, first), cutAt(length.freeBsd, 20, rest)];
    expect(read(...lines).logins).toEqual([]);
    expect(read(cutAt(length.freeBsd, 20, rest)).logins).toEqual([evil]);
  });
});

describe('what a server goes on with behind a line that a daemon has cut', () => {
  const piece = (bytes: number) =>
    cutAt(
      bytes,
      10,
      filledTo(bytes, `dovecot: imap-login: Login: user=<x>, method=PLAIN, rip=${evil}, a=`, '', ' more'),
    );

  it.each(['freeBsd', 'busybox'] as const)('is no login of Dovecot: %s', (daemon) => {
    expect(read(piece(length[daemon])).logins).toEqual([]);
  });

  it.each([
    ['busybox', '€'],
    ['freeBsd', '€'],
    ['freeBsd', 'B'],
  ] as const)('is no login of Mailutils: %s, %s', (daemon, filler) => {
    const bytes = length[daemon];
    const failed = filledTo(bytes, 'imap4d[811]: login failed: ', '', 'more', filler);
    const start = 'imap4d[811]: imap4d (GNU Mailutils 3.15) started';
    const forged = [
      `imap4d[811]: abcdefgh ${evil}`,
      "imap4d[811]: abcdefgh user `x' logged in (source: pam)",
    ];
    const lines = (...messages: string[]) =>
      messages.map((message, index) => cutAt(bytes, 10 + index, message));
    expect(read(...lines(start, failed, ...forged)).logins).toEqual([]);
    expect(read(...lines(start, ...forged)).logins).toEqual([evil]);
  });
});

describe('busybox as Alpine builds it, which reads 255 bytes', () => {
  /** With the level before the tag, or with -S neither that nor the host. */
  const heads = { 'as usual': 'mx mail.info ', 'with -S': '' };
  const cut = (second: number, message: string, head: string) =>
    cutAt(length.alpine, second, message).replace(/(?<=:\d\d )mx /, head);

  describe.each(Object.entries(heads))('%s', (_name, head) => {
    it('cuts no failed login of Perdition so that it is one', () => {
      const message = filledTo(
        length.alpine,
        `perdition.imap4[811]: Auth: ${evil}:1024->192.0.2.2:143 client-secure=none authorisation_id=NONE authentication_id="`,
        'x" server="h" protocol=IMAP4 server-secure=none status="ok"',
      );
      expect(read(cut(10, message, head)).logins).toEqual([]);
      // A control character is written as two, after the cut.
      const written = cut(10, message.replace('B', '\x01'), head).replace('\x01', '^A');
      expect(read(written).logins).toEqual([]);
      if (head !== '')
        expect(read(cut(10, message.replace('BB', ''), head).slice(0, -2)).logins).toEqual([evil]);
    });

    it('makes no login of a failed one of Cyrus', () => {
      const message = filledTo(length.alpine, `imap[811]: login: [${evil}] `, ' plaintext User logged in');
      expect(read(cut(10, message, head)).logins).toEqual([]);
      expect(read(cut(10, message.replace('BB', ''), head).slice(0, -2)).logins).toEqual([evil]);
    });

    it('leaves no piece of Courier that is one', () => {
      const pieces = [
        filledTo(length.alpine, 'courierpop3d: LOGIN FAILED, user=', '', 'A'.repeat(255)),
        filledTo(length.alpine, 'courierpop3d: LOGIN, user=', `, ip=[${evil}]`, 'A'.repeat(255)),
      ];
      const others = Array.from({ length: 60 }, () => cut(10, 'courierpop3d: other', head));
      expect(read(...others, ...pieces.map((piece, index) => cut(20 + index, piece, head))).logins).toEqual(
        [],
      );
      const rest = cut(30, `courierpop3d: LOGIN, user=x, ip=[${evil}]`, head);
      expect(read(...others, cut(20, pieces[0] ?? '', head), rest).logins).toEqual([]);
      expect(read(...others, rest).logins).toEqual([evil]);
    });

    it('leaves no line of Mailutils that counts behind one that was cut', () => {
      const failed = filledTo(length.alpine, 'pop3d[811]: user `', '', 'A'.repeat(9000));
      const forged = [
        `pop3d[811]: abcdefgh ${evil}`,
        "pop3d[811]: abcdefgh POP3 login: user `x', source pam",
      ];
      const lines = (...messages: string[]) =>
        messages.map((message, index) => cut(10 + index, message, head));
      const start = 'pop3d[811]: pop3d (GNU Mailutils 3.15) started';
      expect(read(...lines(start, failed, ...forged)).logins).toEqual([]);
      expect(read(...lines(start, ...forged)).logins).toEqual([evil]);
    });
  });

  it('costs no login of Dovecot, which cuts names itself', () => {
    const message = filledTo(
      length.alpine,
      `dovecot: imap-login: Login: user=<x>, method=PLAIN, rip=${evil}, a=`,
      '',
      '',
    );
    expect(read(cut(10, message, 'mx mail.info ')).logins).toEqual([evil]);
  });
});
