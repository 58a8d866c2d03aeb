import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { printedLine } from '../../src/maillog/printed.ts';
import { type LogRecord, parseEnvelope } from '../../src/syslog/envelope.ts';
import { anyCharacter } from '../any-character.ts';

const bsd = 'Nov 22 10:04:26';
const iso = '2026-11-22T10:15:04.007951+00:00';

/** Of a line that its program has written itself. */
function own(record: LogRecord): LogRecord {
  return { ...record, printed: printedLine };
}

function record(stamp: string, host: string, program: string, pid: string, message: string): LogRecord {
  return { stamp, host, program, pid, message };
}

const ofXmail = '"mx"\t"example.org"\t"192.0.2.10"\t"2026-11-22 10:04:26"\t"bob"\t""\t"EXIT"';

const known: readonly { name: string; given: string; want: LogRecord }[] = [
  {
    name: 'RFC 3164 with a pid',
    given: `${bsd} mx imapd[811]: Login user=bob`,
    want: record(bsd, 'mx', 'imapd', '811', 'Login user=bob'),
  },
  {
    name: 'RFC 3164 without a pid',
    given: `${bsd} mx dovecot: imap-login: Login: user=<bob>`,
    want: record(bsd, 'mx', 'dovecot', '', 'imap-login: Login: user=<bob>'),
  },
  {
    name: 'a day padded with a blank',
    given: 'Nov  2 10:04:26 mx imapd[811]: x',
    want: record('Nov  2 10:04:26', 'mx', 'imapd', '811', 'x'),
  },
  {
    name: 'a day padded with a zero, and not at all',
    given: 'Nov 2 10:04:26 mx imapd[811]: x',
    want: record('Nov 2 10:04:26', 'mx', 'imapd', '811', 'x'),
  },
  {
    name: 'a program with a slash',
    given: `${bsd} mx cyrus/imap[1]: login: x`,
    want: record(bsd, 'mx', 'cyrus/imap', '1', 'login: x'),
  },
  {
    name: 'a program with a dot',
    given: `${bsd} mx perdition.pop3[1]: x`,
    want: record(bsd, 'mx', 'perdition.pop3', '1', 'x'),
  },
  {
    name: 'a host that is an IPv6 address',
    given: `${bsd} 2001:db8::1 imapd: x`,
    want: record(bsd, '2001:db8::1', 'imapd', '', 'x'),
  },
  {
    name: 'a priority before an RFC 3164 line',
    given: `<22>${bsd} mx imapd[811]: x`,
    want: record(bsd, 'mx', 'imapd', '811', 'x'),
  },
  { name: 'an empty message', given: `${bsd} mx imapd[811]:`, want: record(bsd, 'mx', 'imapd', '811', '') },
  {
    name: 'high precision stamps',
    given: `${iso} mx imapd[811]: x`,
    want: record(iso, 'mx', 'imapd', '811', 'x'),
  },
  {
    name: 'RFC 5424 as rsyslog writes it, the blank of the RFC 3164 tag before the message',
    given: `<22>1 ${iso} mx dovecot - - -  imap-login: x`,
    want: record(iso, 'mx', 'dovecot', '', 'imap-login: x'),
  },
  {
    name: 'RFC 5424 with a pid and one blank',
    given: `<22>1 ${iso} mx imapd 811 ID47 - x`,
    want: record(iso, 'mx', 'imapd', '811', 'x'),
  },
  {
    name: 'RFC 5424 with structured data that holds brackets and quotes',
    given: String.raw`<22>1 ${iso} mx imapd 811 - [a@1 k="] dovecot - - - \"\]" l="m"][b] x`,
    want: record(iso, 'mx', 'imapd', '811', 'x'),
  },
  {
    name: 'RFC 5424 with a byte order mark before the message',
    given: `<22>1 ${iso} mx imapd 811 - - \ufeffx`,
    want: record(iso, 'mx', 'imapd', '811', 'x'),
  },
  {
    name: 'RFC 5424 without a host and without a message',
    given: `<22>1 ${iso} - imapd 811 - -`,
    want: record(iso, '', 'imapd', '811', ''),
  },
  {
    name: "dovecot's own log",
    given: `${bsd} imap-login: Info: Login: user=<bob>`,
    want: own(record(bsd, '', 'imap-login', '', 'Info: Login: user=<bob>')),
  },
  {
    name: "dovecot's own log with another stamp",
    given: '2026-11-22 10:01:38 imap-login: Info: x',
    want: own(record('2026-11-22 10:01:38', '', 'imap-login', '', 'Info: x')),
  },
  {
    name: 'nginx, the host twice',
    given: `${bsd} mx mx nginx: 2026/11/22 10:04:26 [info] 1#1: *1 x`,
    want: record(bsd, 'mx', 'nginx', '', '2026/11/22 10:04:26 [info] 1#1: *1 x'),
  },
  {
    name: 'nginx, the host and a process number in the place of the tag',
    given: `${bsd} mx mx[31]: nginx: 2026/11/22 10:04:26 [info] 1#1: *1 x`,
    want: record(bsd, 'mx', 'nginx', '', '2026/11/22 10:04:26 [info] 1#1: *1 x'),
  },
  {
    name: 'nginx, a blank in the place of the tag',
    given: `${iso} mx  nginx: 2026/11/22 10:04:26 [info] 1#1: *1 x`,
    want: record(iso, 'mx', 'nginx', '', '2026/11/22 10:04:26 [info] 1#1: *1 x'),
  },
  {
    name: 'nginx in RFC 5424, the host for an APP-NAME',
    given: `<22>1 ${iso} mx mx - - -  nginx: 2026/11/22 10:04:26 [info] 1#1: *1 x`,
    want: record(iso, 'mx', 'nginx', '', '2026/11/22 10:04:26 [info] 1#1: *1 x'),
  },
  {
    name: 'nginx in RFC 5424, no APP-NAME',
    given: `<22>1 ${iso} mx - - - -  nginx: 2026/11/22 10:04:26 [info] 1#1: *1 x`,
    want: record(iso, 'mx', 'nginx', '', '2026/11/22 10:04:26 [info] 1#1: *1 x'),
  },
  {
    name: 'a program that is called like its host',
    given: `<22>1 ${iso} dovecot dovecot - - -  imap-login: Login: user=<bob>`,
    want: record(iso, 'dovecot', 'dovecot', '', 'imap-login: Login: user=<bob>'),
  },
  {
    name: "Zimbra's audit.log",
    given: '2026-11-22 10:04:26,505 INFO  [ImapServer-1] [] security - x',
    want: record('2026-11-22 10:04:26,505', '', '', '', 'INFO  [ImapServer-1] [] security - x'),
  },
  {
    name: "Stalwart's log",
    given: '2026-11-22T10:04:26Z INFO Authentication successful (auth.success) x',
    want: record('2026-11-22T10:04:26Z', '', '', '', 'INFO Authentication successful (auth.success) x'),
  },
  {
    name: 'a stamp with a zone of its own before the tag, which is no host',
    given: '2026-11-22 10:04:26 +0100 imap-login: Info: Login: x',
    want: record('2026-11-22 10:04:26 +0100', '', 'imap-login', '', 'Info: Login: x'),
  },
  {
    name: "a server's own line behind the stamp of s6-log T, two blanks between",
    given: '2026-11-22 10:04:26.123456789  dovecot: imap-login: Login: x',
    want: own(record('2026-11-22 10:04:26.123456789', '', 'dovecot', '', 'imap-login: Login: x')),
  },
  {
    name: "a file of Oracle's Messaging Server",
    given: '[22/Nov/2026:10:04:26 +0100] mx.example.org imapd[811]: Account Information: login x',
    want: record(
      '22/Nov/2026:10:04:26 +0100',
      'mx.example.org',
      'imapd',
      '811',
      'Account Information: login x',
    ),
  },
  {
    name: "XMail's log, whose stamp stands behind the address",
    given: ofXmail,
    want: record('2026-11-22 10:04:26', '', '', '', ofXmail),
  },
  {
    name: "AppleMailServer's log",
    given: 'Aug 12 2026 09:20:00 IMAP User "bob" x',
    want: record('Aug 12 2026 09:20:00', '', '', '', 'IMAP User "bob" x'),
  },
];

const unknown: readonly { name: string; given: string }[] = [
  { name: "nginx's own error file", given: '2026/11/22 10:07:42 [info] 1#1: *1 client logged in, client: x' },
  { name: 'a repeated message', given: `${bsd} mx last message repeated 3 times` },
  { name: 'a message without a tag', given: `${bsd} mx -- MARK --` },
  {
    name: "dovecot's own log, a user's name in the tag",
    given: `${bsd} imap(x imapd: LOGIN, user=bob)<1><2>: Info: Disconnected`,
  },
  { name: 'no stamp', given: 'mx imapd[811]: Login user=bob' },
  { name: 'a stamp within the line', given: `x ${bsd} mx imapd[811]: Login user=bob` },
  { name: 'an RFC 5424 stamp that is none', given: '<22>1 - mx imapd 811 - - x' },
  { name: 'structured data that does not end', given: `<22>1 ${iso} mx imapd 811 - [a k="v" x` },
  { name: 'an APP-NAME that is none', given: `<22>1 ${iso} mx - - - -  imapd: Login user=bob` },
];

/** What stands where a tag might, or whose sender is not to be trusted. */
const refused: readonly { name: string; given: string }[] = [
  {
    name: 'nginx with a process number, which is its standard error by journald',
    given: `${bsd} mx nginx[17]: 2026/11/22 10:04:26 [info] x`,
  },
  { name: 'the same in RFC 5424', given: `<22>1 ${iso} mx nginx 17 - - 2026/11/22 10:04:26 [info] x` },
  { name: 'a word after the host that no rule names', given: `${bsd} mx message repeated 3 times` },
  {
    name: 'a word after the host that begins with a named program',
    given: `${bsd} mx imapd(x) Login user=bob`,
  },
  { name: 'a frame that goes on after its line', given: `999 <22>1 ${iso} mx imapd - - - Login user=bob` },
  { name: 'a frame that ends before its line', given: `9 <22>1 ${iso} mx imapd - - - Login user=bob` },
  { name: 'a piece of a line', given: `${iso} stderr P imapd: Login user=bob` },
  { name: 'RFC 5424 with a blank for the T', given: '<22>1 2026-11-22 10:15:04Z mx imapd - - - x' },
  ...['nginx-1  |', 'mail-perdition-1 |', 'imap4d |', 'dbmail-1  |', '[pod/perdition-1/x]'].map((name) => ({
    name: `a container that is called ${name}`,
    given: `${name} ${bsd} mx imapd: Login user=bob`,
  })),
  ...['"msg":"y"', '"MSG":"y"', '"MESSAGE":"y","_TRANSPORT":"syslog"', '"m\\u0065ssage":"y"'].map((more) => ({
    name: `JSON with two texts, ${more}`,
    given: `{"message":"x","syslogtag":"imapd:","time":"${iso}",${more}}`,
  })),
  {
    name: 'JSON that names its program twice',
    given: `{"msg":"x","syslogtag":"a:","timereported":"${iso}","syslogtag":"imapd:"}`,
  },
  {
    name: 'JSON whose program is no name',
    given: `{"msg":"x","syslogtag":"imapd: Login","timereported":"${iso}"}`,
  },
  { name: 'JSON without a time', given: '{"msg":"x","syslogtag":"imapd:"}' },
  {
    name: "JSON of a program whose message is a client's",
    given: JSON.stringify({ message: `${bsd} mx imapd: Login user=bob`, time: iso, level: 'info' }),
  },
  {
    name: 'what one of several containers has printed',
    given: JSON.stringify({
      log: `${bsd} mx imapd: x`,
      stream: 'stderr',
      time: iso,
      kubernetes: { host: 'a' },
    }),
  },
  { name: 'JSON that does not end', given: `{"msg":"x","syslogtag":"imapd:","timereported":"${iso}"` },
];

describe('parseEnvelope()', () => {
  it.each(refused)('refuses $name', ({ given }) => {
    expect(parseEnvelope(given, (program) => program === 'imapd')).toBeUndefined();
  });

  it('takes a word after the host for a tag where a rule names it', () => {
    const isNamed = (program: string) => program === 'imapd';
    expect(parseEnvelope(`${bsd} mx imapd[811] x: y`, isNamed)).toEqual(
      record(bsd, 'mx', 'imapd', '811', 'x: y'),
    );
    expect(parseEnvelope(`${bsd} mx imapd[811] x: y`)).toBeUndefined();
  });

  it('writes line ends within a text of JSON as rsyslog does', () => {
    const given = JSON.stringify({ MESSAGE: 'x\nimapd: y\n', PROGRAM: 'imapd', DATE: bsd, HOST: 'a b' });
    expect(parseEnvelope(given)).toEqual(record(bsd, '', 'imapd', '', 'x#012imapd: y'));
  });

  it.each(known)('takes apart $name', ({ given, want }) => {
    expect(parseEnvelope(given)).toEqual(want);
  });

  it.each(unknown)('refuses $name', ({ given }) => {
    expect(parseEnvelope(given)).toBeUndefined();
  });

  it('takes the whole message, whatever it holds', () => {
    const message = fc.string({ unit: anyCharacter }).map((text) => text.replaceAll('\n', ''));
    fc.assert(
      fc.property(message, (text) => {
        expect(parseEnvelope(`${bsd} mx imapd[811]: ${text}`)?.message).toBe(text);
        expect(parseEnvelope(`<22>1 ${iso} mx imapd 811 - -  ${text}`)?.message).toBe(text);
      }),
    );
  });

  it('throws on no text', () => {
    const parts = fc.constantFrom(
      '<22>',
      '1 ',
      bsd,
      iso,
      ' ',
      ' mx',
      ' imapd',
      '[1]',
      ':',
      '[',
      '"',
      ']',
      '\ufeff',
      '-',
    );
    const line = fc.oneof(
      fc.string({ unit: anyCharacter }),
      fc.array(parts).map((all) => all.join('')),
    );
    fc.assert(fc.property(line, (text) => void parseEnvelope(text)));
  });
});
