/** What a line end in a name leaves behind it, where the syslog daemon writes it as it is. */
import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../src/recognize/outcome.ts';
import { createRecognizer, type Recognizer } from '../../src/recognize/recognizer.ts';
import { createScanner } from '../../src/recognize/scan.ts';
import { loadRules } from '../../src/rules/load-rules.ts';
import { utc } from '../../src/syslog/zone.ts';
import { findingsOf, readAt, samples } from '../rules/samples.ts';

const { rules } = await loadRules({ servers: ['auto'], files: [] });
const about = { source: 'log', isNew: false, writtenBefore: readAt };

function recognizer(): Recognizer {
  return createRecognizer({ rules, zone: utc, connectWindow: 120 });
}

/** What the lines of a log come to, chunk by chunk, each an array of lines. */
function outcomesOf(on: Recognizer, ...chunks: readonly (readonly string[])[]): Outcome[] {
  const outcomes: Outcome[] = [];
  const scanner = createScanner(on);
  for (const lines of chunks) {
    const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
    const chunk = { ...about, bytes, start: 0, end: bytes.length, firstLine: 0 };
    scanner.scan(chunk, (outcome) => outcomes.push(outcome));
  }
  return outcomes;
}

function addressesIn(outcomes: readonly Outcome[]): string[] {
  return outcomes.flatMap((outcome) => (outcome.kind === 'login' ? [outcome.login.address] : []));
}

const evil = '203.0.113.66';
const login = (seconds: string, address = evil) =>
  `Nov 22 10:04:${seconds} mx dovecot: imap-login: Login: user=<m>, method=PLAIN, rip=${address}, lip=192.0.2.1, session=<a>`;
const failure = (name: string, rest = '') =>
  `Nov 22 10:04:10 mx dovecot: imap-login: Disconnected (auth failed, 1 attempts): user=<${name}${rest}`;
const closed = failure('x', '>, method=PLAIN, rip=192.0.2.9, lip=192.0.2.1, session=<b>');
const other = 'Nov 22 10:04:10 mx postfix/smtpd[1]: connect from unknown';

describe('a line that lacks its end', () => {
  const nginx =
    '2026-11-22T10:04:10+00:00 vm vm nginx: 2026/11/22 10:04:10 [info] 2#2: *1 client login failed: "Invalid login" while in http auth state, client: 192.0.2.1, server: 192.0.2.2:143, login: "x';
  const perdition =
    '2026-11-22T10:04:10+00:00 vm perdition.imap4[15]: Auth: 192.0.2.1:35952->192.0.2.2:143 client-secure=plaintext authorisation_id=NONE authentication_id="x';
  const mailutils = 'Nov 22 10:04:10 mx imap4d[7]: abcdefgh user `x';
  const imapproxy = "Nov 22 10:04:10 mx in.imapproxyd[35]: LOGIN: 'x";
  const uw = 'Nov 22 10:04:10 mx imapd[65]: Login failed user=x';
  const cyrus = 'Nov 22 10:04:10 mx cyrus/imap[65]: client id sessionid=<cyrus-1-65-5-3>: "name" "x';
  const cyrusEnd =
    'Nov 22 10:04:10 mx cyrus/imap[65]: session ended: sessionid=<cyrus-1-65-5-3> userid=<> id.vendor=<> id.name=<x';

  it.each([
    { server: 'dovecot', line: failure('x'), next: '"' },
    { server: 'dovecot', line: failure('x').replace('(auth', '(proxy dest auth'), next: '>' },
    { server: 'nginx', line: nginx, next: '"' },
    { server: 'perdition', line: perdition, next: '" server="192.0.2.2:143" protocol=IMAP4' },
    { server: 'perdition', line: perdition.replace('=NONE authentication_id', ''), next: '"' },
    { server: 'imapproxy', line: imapproxy, next: "' (192.0.2.9:47465) no previous connection" },
    { server: 'cyrus', line: cyrus, next: 'y"' },
    { server: 'cyrus', line: cyrus.replace(/ sessionid=\S+/, ':'), next: '" NIL' },
    { server: 'cyrus', line: cyrusEnd, next: '> id.version=<> ' },
    { server: 'uw-imap', line: uw, next: ' auth=x host=[192.0.2.9]' },
    { server: 'mailutils', line: mailutils, next: "' nonexistent" },
    { server: 'mailutils', line: mailutils.replace('user', 'login as'), next: "' failed" },
  ])('of $server makes no login of the next: $line', ({ server, line, next }) => {
    if (!rules.some(({ name }) => name === server)) return;
    const on = recognizer();
    expect(outcomesOf(on, [line, login('10'), next])).toMatchObject([
      { kind: 'refused', rule: 'dovecot', isForgery: true, user: 'm', address: evil },
    ]);
    expect([...on.refusals]).toEqual([[`behind a line of ${server} without its end`, 1]]);
  });

  it.each([
    { name: 'with a stamp of any time before', lines: [failure('x'), login('02')] },
    { name: 'after two seconds', lines: [failure('x'), login('12')] },
    { name: 'though it lacks its end behind another', lines: [failure('x'), failure('y'), login('10')] },
    { name: 'in another chunk', lines: [failure('x')], next: [login('10')] },
  ])('makes no login of the next $name', ({ lines, next = [] }) => {
    expect(addressesIn(outcomesOf(recognizer(), lines, next))).toEqual([]);
  });

  it('makes no login of the first line of the next run, and of no other', () => {
    const [before, on] = [recognizer(), recognizer()];
    outcomesOf(before, [closed, failure('x')]);
    on.importHalfOpen(JSON.parse(JSON.stringify(before.exportHalfOpen(readAt))));
    expect(addressesIn(outcomesOf(on, [login('10'), login('10', '192.0.2.7')]))).toEqual(['192.0.2.7']);
  });

  it('is forgotten once another line was read', () => {
    const before = recognizer();
    outcomesOf(before, [failure('x'), login('10'), login('10', '192.0.2.7')]);
    expect(before.exportHalfOpen(readAt)).toEqual([]);
  });

  it('makes nothing of lines that are recognised one by one either', () => {
    const on = recognizer();
    const kinds = [failure('x'), login('10'), login('10')].map(
      (line, index) => on.recognize(line, { ...about, line: index + 1 })?.kind,
    );
    expect(kinds).toEqual([undefined, 'refused', 'login']);
  });

  it.each([
    { name: 'after three seconds', lines: [failure('x'), login('13')] },
    { name: 'behind another line', lines: [failure('x'), other, login('10')] },
    { name: 'behind another line, in another chunk', lines: [failure('x'), other], next: [login('10')] },
    { name: 'behind a line that has its end', lines: [closed, login('10')] },
    { name: 'behind a line that may be cut off', lines: [failure('x'.repeat(500)), login('10')] },
  ])('says nothing of a login $name', ({ lines, next = [] }) => {
    expect(addressesIn(outcomesOf(recognizer(), lines, next))).toEqual([evil]);
  });

  it('is none in all that servers have logged by way of rsyslog', () => {
    const forged = samples.flatMap((sample) =>
      findingsOf(sample, rules).outcomes.filter((outcome) => outcome.kind === 'refused' && outcome.isForgery),
    );
    expect(forged).toEqual([]);
  });
});
