/**
 * Lines by which a client without any account was given an address of its choice, or could have been: what real servers
 * wrote, and what follows from their sources. None of them is a login to the catalog.
 */
import { describe, expect, it } from 'vitest';
import { createRecognizer } from '../../src/recognize/recognizer.ts';
import type { Login } from '../../src/relay/login.ts';
import { loadRules } from '../../src/rules/load-rules.ts';
import { utc } from '../../src/syslog/zone.ts';
import { readAt } from './samples.ts';

const { rules } = await loadRules({ servers: ['auto'], files: [] });
const context = { source: 'test', line: 0, isNew: false, writtenBefore: readAt };

interface Found {
  readonly logins: Login[];
  readonly refusals: ReadonlyMap<string, number>;
}

/** Reads messages, each with its tag, five seconds after the other. */
function read(...messages: string[]): Found {
  return readEach(5, ...messages);
}

/** Reads messages, each so many seconds after the other. */
function readEach(seconds: number, ...messages: string[]): Found {
  const recognizer = createRecognizer({ rules, zone: utc, connectWindow: 120 });
  const outcomes = messages.map((message, index) =>
    recognizer.recognize(`Nov 22 10:04:${String(10 + index * seconds)} mx ${message}`, context),
  );
  const logins = outcomes.flatMap((outcome) => (outcome?.kind === 'login' ? [outcome.login] : []));
  return { logins, refusals: recognizer.refusals };
}

/** A text of so many bytes, of which the filler is what is missing. */
function filled(before: string, after: string, bytes: number, filler = 'B'): string {
  const missing = bytes - Buffer.byteLength(before) - Buffer.byteLength(after);
  return before + filler.repeat(Math.floor(missing / Buffer.byteLength(filler))) + after;
}

/** A test that also holds what a server's own rule says: the folder of any server but Dovecot may be removed. */
const itOf = (server: string) => it.runIf(rules.some(({ name }) => name === server));

const evil = '203.0.113.66';

/** Pieces of Courier's logger, all of them the client's text. */
const pieces = [
  ['uw-imap', 'imapd: ', filled('Login user=', ` host=[${evil}]`, 511)],
  ['uw-imap, authenticated', 'imapd: ', filled('Authenticated user=', ` host=[${evil}]`, 511)],
  ['cyrus', 'imapd: ', filled(`login: [${evil}] `, ' plaintext User logged in', 511)],
  ['cyrus 2.0', 'pop3d: ', filled('login: ', `[${evil}] x plaintext User logged in`, 511)],
  [
    'cyrus, logfmt',
    'pop3d: ',
    filled(
      'event=login.good session_id=',
      ` r.clienthost=${evil} u.username=x login.mech=x login.tls=0`,
      511,
    ),
  ],
  ['courier', 'imapd: ', filled('IMAP connect from @ [', `]LOGIN, user=x, ip=[${evil}]`, 511, '0')],
  ['courier, long name', 'pop3d-ssl: ', filled('LOGIN, user=', `, ip=[${evil}], port=[1]`, 511)],
] as const;

describe('no address comes from', () => {
  it.each(pieces)('a piece of Courier in the form of %s', (_name, tag, piece) => {
    expect(Buffer.byteLength(piece)).toBe(511);
    expect(read(`${tag}${piece}`).logins).toEqual([]);
  });

  it('a session of Mailutils over pop3d whose line is a piece of Courier', () => {
    const piece = filled('POP3 login: user `', "', source x", 511);
    const lines = ['pop3d[1]: pop3d (GNU Mailutils 3.15) started', `pop3d[1]: abcdefgh ${evil}`];
    expect(read(...lines, `pop3d[1]: ${piece}`).logins).toEqual([]);
  });

  it('a name of three-byte characters behind which inetutils and busybox cut Perdition off', () => {
    const before =
      'Auth: 192.0.2.1:1->192.0.2.2:143 client-secure=plaintext authorisation_id=NONE authentication_id="';
    const forged = before.replace('192.0.2.1:1', `${evil}:1`);
    const after = '" server="x" protocol=IMAP4 server-secure=x status="ok"';
    expect(read(`perdition.imap4[1]: ${filled(forged, after, 600, '€')}`).logins).toEqual([]);
  });

  it('an invalid command of Cucipop', () => {
    expect(read(`cucipop[1]: Invalid command x ${evil} 1, 1 (1), 1 (1)`).logins).toEqual([]);
  });

  itOf('vm-pop3d')('digits without end in the place of numbers', () => {
    const message = `User 'x' logged in from ${evil}, nmsgs=`;
    expect(read(`vm-pop3d[1]: ${filled(message, '', 800, '1')}`).logins).toEqual([]);
    expect(read(`vm-pop3d[1]: ${message}1`).logins).toHaveLength(1);
  });

  // As courierlogger 1.0.16 writes them: it takes a word like 'INFO: ' off what it has cut at 511 bytes.
  const broken = [
    ['LOGIN FAILED, user=', 511],
    ['LOGIN FAILED, user=', 505],
    // Plesk's logger leaves the word.
    ['INFO: LOGIN FAILED, user=', 511],
    ['LOGIN: DEBUG: ip=[192.0.2.1], username=', 504],
    ['LOGIN FAILED, user=#015', 514],
    ['ID, user=bob, ip=[192.0.2.1], x=', 511],
    ['IMAP connect from @ [192.0.2.1]checkmailpasswd: FAILED: ', 511],
  ] as const;
  const rests = [
    'LOGIN, user=x, ip=[192.0.2.1], port=[1]',
    `Login user=x host=[${evil}]`,
    `login: [${evil}] x plaintext User logged in`,
  ];

  itOf('courier').each(broken)('what Courier writes after a piece of %s, of %i bytes', (before, bytes) => {
    for (const rest of rests) {
      const { logins, refusals } = read(`imapd: ${filled(before, '', bytes)}`, `imapd: ${rest}`);
      expect(logins).toEqual([]);
      expect([...refusals.keys()]).toEqual(['the rest of a broken line']);
    }
  });

  // Seen with courier-pop 1.0.16: in a burst of failed logins its logger had thrown away the half of a line that it got, up
  // to where the name goes on with `LOGIN, user=x`.
  itOf('courier')('what is left of a line of which Courier has thrown half away', () => {
    const burst = [
      `pop3d: ${filled('LOGIN FAILED, user=', '', 505, 'y')}`,
      'pop3d: yyyyyyyy, ip=[::ffff:198.51.100.11], port=[37094]',
      `pop3d: ${filled('LOGIN, user=x', ', ip=[::ffff:198.51.100.14], port=[43092]', 153, 'y')}`,
    ];
    const { logins, refusals } = readEach(0, ...burst);
    expect(logins).toEqual([]);
    expect([...refusals.keys()]).toEqual(['seconds after a broken line, and may be torn']);
    const [piece = '', , torn = ''] = burst;
    expect(readEach(0, piece, 'pop3d: yyyy, ip=[198.51.100.11]', 'pop3d: next', torn).logins).toEqual([]);
    expect(readEach(2, ...burst).logins).toEqual([]);
    expect(readEach(3, ...burst).logins).toHaveLength(1);
    expect(readEach(0, piece, 'imapd: LOGIN, user=bob, ip=[192.0.2.7], port=[1]').logins).toHaveLength(1);
    // A host that shares the log, with a clock of its own.
    for (const [hour, minute] of ['10:09', '09:59', '10:03'].map((time) => time.split(':'))) {
      const recognizer = createRecognizer({ rules, zone: utc, connectWindow: 120 });
      const [first, rest, last] = burst.map((message) => `Nov 22 10:04:10 mx ${message}`);
      const other = `Nov 22 ${hour}:${minute}:10 mx2 pop3d: LOGIN, user=bob, ip=[192.0.2.7], port=[1]`;
      const outcomes = [first, rest, other, last].map((line) => recognizer.recognize(line ?? '', context));
      expect(outcomes.map((outcome) => outcome?.kind)).toEqual([undefined, undefined, 'login', 'refused']);
    }
  });

  itOf('courier')('the last piece of a line that Courier broke twice', () => {
    const [first, second] = ['LOGIN FAILED, user=', ''].map((text) => `imapd: ${filled(text, '', 511)}`);
    for (const rest of rests) expect(read(first ?? '', second ?? '', `imapd: ${rest}`).logins).toEqual([]);
  });

  itOf('courier')(
    'nothing but the rest of a broken line: the login after it counts, and failures void none',
    () => {
      const login = 'imapd: LOGIN, user=bob, ip=[192.0.2.7], port=[1], protocol=IMAP';
      const piece = `imapd: ${filled('LOGIN FAILED, user=', '', 511)}`;
      expect(read(piece, 'imapd: BBBB, ip=[192.0.2.1], port=[2]', login).logins).toHaveLength(1);
      const failure = `imapd: ${filled('LOGIN FAILED, user=', ', ip=[192.0.2.1], port=[2]', 200)}`;
      expect(read(failure, login, failure, login).logins).toHaveLength(2);
    },
  );

  itOf('mailutils')(
    'a connect line of Mailutils by a process that is not the one which has logged its start',
    () => {
      const lines = [
        `imap4d[2]: abcdefgh ${evil}`,
        "imap4d[2]: abcdefgh user `x' logged in (source: system)",
      ];
      const start = 'imap4d[1]: imap4d (GNU Mailutils 3.19) started';
      const { logins, refusals } = read(start, ...lines);
      expect(logins).toEqual([]);
      expect([...refusals.keys()]).toContain('a connect line of a process whose start is not in the log');
      const own = lines.map((line) => line.replace('imap4d[2]: abcdefgh 2', 'imap4d[1]: abcdefgh 2'));
      expect(read(start, ...own).logins).toHaveLength(1);
    },
  );

  itOf('mailutils')('a process of Mailutils that has logged a line longer than its buffer', () => {
    const long = `imap4d[1]: abcdefgh user \`${'A'.repeat(2070)}`;
    const lines = [`imap4d[1]: abcdefgh ${evil}`, "imap4d[1]: abcdefgh user `x' logged in (source: system)"];
    const { logins, refusals } = read('imap4d[1]: imap4d (GNU Mailutils 3.19) started', long, ...lines);
    expect(logins).toEqual([]);
    expect([...refusals.keys()]).toContain('a process that has logged what a client wrote');
  });

  itOf('mailutils')('a process of Mailutils that has logged at length what a client said', () => {
    const long = `imap4d[1]: abcdefgh C: a LOGIN ${'A'.repeat(500)}`;
    const lines = [`imap4d[1]: abcdefgh ${evil}`, "imap4d[1]: abcdefgh user `x' logged in (source: system)"];
    const start = 'imap4d[1]: imap4d (GNU Mailutils 3.19) started';
    expect(read(start, long, ...lines).logins).toEqual([]);
    expect(read(start, long.replace(/A+/, 'x y'), ...lines).logins).toHaveLength(1);
  });

  itOf('uw-imap')("a process of ipop3d that has become the proxy of a client's server, however late", () => {
    const proxy = `ipop3d[7]: IMAP login to host=192.0.2.1 user=x host=[192.0.2.1]`;
    const login = `ipop3d[7]: Login user=x host=[${evil}] nmsgs=0/0`;
    expect(read(proxy, login, login, login).logins).toEqual([]);
    expect(read(proxy, login.replace('[7]', '[8]')).logins).toHaveLength(1);
    const before = createRecognizer({ rules, zone: utc, connectWindow: 120 });
    before.recognize(`Nov 22 10:04:10 mx ${proxy}`, context);
    const after = createRecognizer({ rules, zone: utc, connectWindow: 120 });
    after.importHalfOpen(before.exportHalfOpen(readAt + 86_400));
    expect(after.recognize(`Nov 22 11:04:10 mx ${login}`, context)).toMatchObject({ kind: 'refused' });
    after.forgetHalfOpen();
    expect(after.recognize(`Nov 22 11:04:10 mx ${login}`, context)).toMatchObject({ kind: 'login' });
  });

  itOf('courier')('the end of a session that is a piece: it would refresh an address for ever', () => {
    const end = 'imapd: LOGOUT, user=bob, ip=[192.0.2.1], port=[1], headers=';
    const recognizer = createRecognizer({ rules, zone: utc, connectWindow: 120 });
    const outcomes = [filled(end, '', 518, '0'), `${end}0`, `${end}0`].map((line) =>
      recognizer.recognize(`Nov 22 10:04:10 mx ${line}`, context),
    );
    expect(outcomes).toMatchObject([undefined, undefined, { kind: 'logout' }]);
  });
});
