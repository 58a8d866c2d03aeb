/** Lines that look like another line's doing: notes of repeats, START lines, marks that were forgotten, methods without a user. */
import { expect, it } from 'vitest';
import { createRecognizer } from '../../src/recognize/recognizer.ts';
import { loadRules } from '../../src/rules/load-rules.ts';
import { namedZone } from '../../src/syslog/zone.ts';

const { rules } = await loadRules({ servers: ['auto'], files: [] });

/** Returns user and address of the logins that the whole catalog finds in lines of host vm, each `HH:MM:SS PROGRAM[PID]: MESSAGE`. */
function loginsIn(...lines: string[]): string[] {
  const zone = namedZone('UTC');
  if (zone === undefined) throw new Error('no zone');
  const on = createRecognizer({ rules, zone, connectWindow: 120 });
  const context = {
    source: 'log',
    line: 0,
    isNew: true,
    writtenBefore: Date.parse('2026-11-29T12:00:00Z') / 1000,
  };
  return lines.flatMap((line) => {
    const outcome = on.recognize(line.replace(/^(\S+) /, 'Nov 29 $1 vm '), context);
    return outcome?.kind === 'login' ? [`${outcome.login.user} ${outcome.login.address}`] : [];
  });
}

const bob =
  '10:00:01 dovecot: imap-login: Login: user=<bob>, method=PLAIN, rip=192.0.2.10, lip=192.0.2.1, mpid=5, session=<a>';

it('a line that only ends like a note of repeated lines is none', () => {
  expect(loginsIn(bob, '10:00:09 last message repeated 2 times')).toHaveLength(2);
  expect(
    loginsIn(
      bob,
      '10:04:58 postfix/smtpd[99]: warning: non-SMTP command from x[198.51.100.9]: GET last message repeated 3 times',
    ),
  ).toEqual(['bob 192.0.2.10']);
});

it('a note in the place of a piece of a broken line is not its rest', () => {
  const piece = (text: string) => `10:00:02 imapd: ${text.padEnd(511, 'A')}`;
  const note =
    "10:00:03 imapd: Last message 'AAAAAAAAAAAAAAAAAAAA' repeated 1 times, suppressed by syslog-ng on vm";
  const rest = '10:00:04 imapd: LOGIN, user=x, ip=[203.0.113.66], port=[4000], protocol=IMAP';
  expect(loginsIn(piece('LOGIN FAILED, user='), piece(''), note, rest)).toEqual([]);
});

it('only xinetd says who is served by another process', () => {
  const login = '10:00:05 pop3d[900]: POP3 login: user "bob", source system';
  const start = 'START: pop3 pid=900 from=192.0.2.10';
  const mailutils = '10:00:00 pop3d[900]: GNU pop3d started';
  expect(
    loginsIn(
      mailutils,
      `10:00:01 xinetd[50]: ${start}`,
      `10:00:02 imap4d[811]: ${start.replace('192.0.2.10', '203.0.113.66')}`,
      login,
    ),
  ).not.toContain('bob 203.0.113.66');
});

it('of a process that was forgotten among many nothing counts', () => {
  const proxy = (pid: number) =>
    `10:00:00 ipop3d[${pid}]: IMAP login to host=evil user=x host=e [198.51.100.9]`;
  const flood = Array.from({ length: 10_000 }, (_, index) => proxy(1000 + index));
  expect(
    loginsIn(proxy(811), ...flood, '10:30:00 ipop3d[811]: Login user=x host=e [203.0.113.66] nmsgs=0/0'),
  ).toEqual([]);
});

it('a login by the method ANONYMOUS proves no account, whatever the name', () => {
  expect(loginsIn(bob.replace('PLAIN', 'ANONYMOUS').replace('bob', 'public'))).toEqual([]);
  for (const element of ['mech=<ANONYMOUS>', '[ANONYMOUS]', '<ANONYMOUS>', 'auth=(ANONYMOUS)']) {
    const [login, refused] = ['PLAIN', 'ANONYMOUS'].map((method) =>
      loginsIn(bob.replace('method=PLAIN', element.replace('ANONYMOUS', method))),
    );
    expect([login, refused]).toMatchObject([{ length: 1 }, { length: 0 }]);
  }
  expect(loginsIn(bob.replace('bob', 'x, method=PLAIN'))).toHaveLength(1);
});

it("a connection to another server is none of a login's, though Mailutils gave both the same session id", () => {
  const start = (name: string, pid: number) =>
    `09:00:00 ${name}[${pid}]: ${name} (GNU Mailutils 3.15) started`;
  const begun = [start('imap4d', 177), start('pop3d', 84)];
  // pop3d and imap4d count their sessions each by itself: written by both, of clients that connected in the same second.
  const user = '10:00:29 imap4d[177]: 2AUL0Tz3 192.0.2.10';
  const stranger = '10:00:29 pop3d[84]: 2AUL0Tz3 203.0.113.66';
  const login = "10:00:29 imap4d[3690]: 2AUL0Tz3 user `alice' logged in (source: system)";
  expect(loginsIn(...begun, user, stranger, login)).toEqual(['alice 192.0.2.10']);
  expect(loginsIn(...begun, stranger, user, login)).toEqual(['alice 192.0.2.10']);
  // Another imap4d, for another port.
  const second = [start('imap4d', 95), user, stranger.replace('pop3d[84]', 'imap4d[95]')];
  expect(loginsIn(...begun, ...second, login)).toEqual([]);
});
