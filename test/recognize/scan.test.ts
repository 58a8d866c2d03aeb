import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Outcome } from '../../src/recognize/outcome.ts';
import { createRecognizer, type Recognizer } from '../../src/recognize/recognizer.ts';
import { createScanner } from '../../src/recognize/scan.ts';
import { loadRules } from '../../src/rules/load-rules.ts';
import type { Rule } from '../../src/rules/rule.ts';
import { namedZone, utc, type Zone } from '../../src/syslog/zone.ts';
import { ruleOf } from '../rules/rule-of.ts';
import { readAt, samples } from '../rules/samples.ts';
import { runsOf } from '../seeds.ts';

let rules: readonly Rule[];
beforeAll(async () => {
  ({ rules } = await loadRules({ servers: ['auto'], files: [] }));
});

const about = { source: 'log', isNew: false, writtenBefore: readAt };

function recognizerOf(some: readonly Rule[] = rules, logouts = true, zone: Zone = utc): Recognizer {
  return createRecognizer({ rules: some, zone, connectWindow: 120, logouts });
}

/** What the scanner makes of bytes, cut into chunks after some of the line ends; it gets them in one buffer. */
function scanned(bytes: Buffer, recognizer: Recognizer, cuts: readonly number[] = []): Outcome[] {
  const outcomes: Outcome[] = [];
  const scanner = createScanner(recognizer);
  const buffer = Buffer.alloc(bytes.length);
  let firstLine = 1;
  let from = 0;
  for (const cut of [...cuts, bytes.length]) {
    const feed = bytes.lastIndexOf(0x0a, cut - 1);
    const end = cut === bytes.length ? cut : feed + 1;
    if (end <= from) continue;
    bytes.copy(buffer, 0, from, end);
    scanner.scan({ ...about, bytes: buffer, start: 0, end: end - from, firstLine }, (outcome) =>
      outcomes.push(outcome),
    );
    firstLine += bytes.subarray(from, end).toString('latin1').split('\n').length - 1;
    from = end;
  }
  return outcomes;
}

/** The plain way: every line decoded and recognised. */
function plainly(bytes: Buffer, recognizer: Recognizer): Outcome[] {
  const outcomes: Outcome[] = [];
  const lines = bytes.toString('latin1').split('\n');
  lines.forEach((latin1, index) => {
    const raw = Buffer.from(latin1, 'latin1');
    let from = 0;
    while (raw[from] === 0) from++;
    if (raw.length - from > 8192) return recognizer.refuse('a line over 8 KiB');
    const line = raw.subarray(from).toString('utf8').replace(/\r$/, '');
    const outcome = recognizer.recognize(line, { ...about, line: index + 1 });
    if (outcome !== undefined) outcomes.push(outcome);
  });
  return outcomes;
}

function expectSame(bytes: Buffer, cuts: readonly number[] = [], some: readonly Rule[] = rules): void {
  const [fast, plain] = [recognizerOf(some), recognizerOf(some)];
  expect(scanned(bytes, fast, cuts)).toEqual(plainly(bytes, plain));
  expect(fast.refusals).toEqual(plain.refusals);
}

const login =
  'Nov 22 10:04:26 mx dovecot: imap-login: Login: user=<bob>, method=PLAIN, rip=192.0.2.10, lip=192.0.2.1';

describe('createScanner()', () => {
  it.each(samples)('finds in $name what decoding every line finds', ({ bytes }) => {
    expectSame(bytes);
  });

  it('finds the same in all samples one after the other, in chunks that overwrite each other', () => {
    const bytes = Buffer.concat(samples.map((sample) => sample.bytes));
    expectSame(bytes, [1000, 5000, 70_000, 200_000, 500_000]);
  });

  it('finds with any choice of rules what decoding every line finds', () => {
    const bytes = Buffer.concat(
      samples.filter(({ name }) => !name.includes('.iso')).map((sample) => sample.bytes),
    );
    fc.assert(
      fc.property(fc.subarray([...rules], { maxLength: Math.min(4, rules.length) }), (some) =>
        expectSame(bytes, [9999], some),
      ),
      { numRuns: runsOf(20) },
    );
  });

  it('finds the same in lines that are put together from parts of lines', () => {
    const parts = fc.constantFrom(
      ...[
        '<22>',
        '1 ',
        'Nov 22 10:04:26',
        '2026-11-22T10:04:26+00:00',
        '2026-11-22 10:04:26,505',
        ' ',
        ' mx',
        ' mx mx',
      ],
      ...[
        ' dovecot',
        ' imap-login',
        ' nginx',
        ' pop3d',
        ' -',
        '[1]',
        ': ',
        ':',
        ' - -  ',
        '[a b="]"] ',
        '\0',
        '\r',
        'x',
      ],
      ...[
        'imap-login: Login: user=<bob>, rip=192.0.2.10',
        'Info: Login: user=<bob>, rip=192.0.2.10',
        'S1S1S1 192.0.2.1',
      ],
      ...[
        '2026/11/22 10:04:26 [info] 1#1: *1 client logged in, client: 192.0.2.10, server: h:143, login: "b", upstream: h:143',
      ],
      ...['é', '\u2028', 'INFO Authentication successful', '\n', '\n', '\n'],
    );
    const log = fc.array(parts, { maxLength: 60 }).map((all) => Buffer.from(all.join('')));
    fc.assert(
      fc.property(log, fc.nat(200), (bytes, cut) => expectSame(bytes, [Math.min(cut, bytes.length)])),
      { numRuns: runsOf(1000) },
    );
  });

  it('finds the same in lines that daemons, supervisors and collectors put together in their forms', () => {
    const befores = [
      '',
      '',
      '\ufeff',
      '<22>',
      '<22>1 ',
      '168 <22>1 ',
      'mail-1  | ',
      '[pod/a/b] ',
      'data: ',
      'mail.info: ',
    ];
    const stamps = [
      ...[
        'Nov 22 10:04:26',
        'Nov 22 10:04:26',
        'Nov  2 10:04:26.5',
        '2026-11-22T10:04:26+00:00',
        '2026-11-22T10:04:26Z',
      ],
      ...[
        '2026-11-22_10:04:26.12345',
        '2026-11-22T10:04:26.12345',
        '2026-11-22 10:04:26.123456789',
        '1795341866.123456',
      ],
      ...[
        '@400000006b017c4a35e0713c',
        'Sun 2026-11-22 10:04:26 UTC',
        'Sun Nov 22 10:04:26 2026',
        '[ 1738.079600]',
        '1969-11-22T10:04:26Z',
      ],
    ];
    const outers = [
      '',
      '',
      '',
      '2026-11-22T10:04:26.123456789Z ',
      '@400000006b017c4a35e0713c ',
      '2026-11-22T10:04:26.1Z stderr F ',
    ];
    const hosts = [
      ' mx',
      ' mx',
      '',
      ' [2001:db8::1]',
      ' <mail.info> mx',
      ' mx mail.info',
      ' mx mail:info',
      ' mail.info',
      ' -',
    ];
    const moreHosts = [' Forwarded from mx:', ' mx mx', '  '];
    const tags = [
      'dovecot',
      'dovecot[1]',
      'dovecot.service[1]',
      '[dovecot]',
      'imap-login',
      'Info: imap-login',
      'nginx',
      'nginx[1]',
      'pop3d',
    ];
    const ends = [
      ': ',
      ': ',
      ' ',
      ':',
      ' <Info>: ',
      ' - - - ',
      ' 811 - - ',
      ' - - \ufeff',
      ': [ID 5 mail.info] ',
      ': Nov 22 10:04:26 ',
    ];
    const messages = [
      ...['imap-login: Login: user=<bob>, rip=192.0.2.10', 'Info: Login: user=<bob>, rip=192.0.2.10'],
      ...['LOGIN, user=bob, ip=[192.0.2.10]', 'imap-login: Info: Login: user=<bob>, rip=192.0.2.10 '],
      '2026/11/22 10:04:26 [info] 1#1: *1 client logged in, client: 192.0.2.10, server: h:143, login: "b", upstream: h:143',
    ];
    const parts = [befores, outers, stamps, [...hosts, ...moreHosts], [' ', ' ', ''], tags, ends, messages];
    const line = fc.tuple(...parts.map((some) => fc.constantFrom(...some))).map((all) => all.join(''));
    const log = fc.array(line, { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(log, (lines) => expectSame(Buffer.from(lines.join('\n')))),
      { numRuns: runsOf(1000) },
    );
  });

  it('puts the pieces of a container together, and takes the rest of none for a line', () => {
    const login = (user: string) => `Nov 22 10:04:26 imap-login: Info: Login: user=<${user}>, rip=192.0.2.10`;
    const stamp = '2026-11-22T10:04:26.123456789Z';
    const json = (log: string) => JSON.stringify({ log, stream: 'stderr', time: stamp });
    const long = 'x'.repeat(9000);
    const lines = [
      ...[
        `${stamp} stderr P ${login('ann').slice(0, 30)}`,
        `${stamp} stdout F x`,
        `${stamp} stderr F ${login('ann').slice(30)}`,
      ],
      ...[`${stamp} stderr P x`, `${stamp} stderr F ${login('evil')}`, `${stamp} stderr F ${login('bob')}`],
      ...[
        `${stamp} stderr P ${long}`,
        `${stamp} stderr F ${login('evil')}`,
        `${stamp} stderr F ${login('cy')}`,
      ],
      ...[json(login('dan').slice(0, 40)), json(`${login('dan').slice(40)}\n`)],
      ...[json(long), json(`${login('evil')}\n`), json(`${login('eve')}\n`)],
    ];
    const users: string[] = [];
    for (const outcome of scanned(Buffer.from(lines.join('\n')), recognizerOf()))
      if (outcome.kind === 'login') users.push(outcome.login.user);
    expect(users).toEqual(['ann', 'bob', 'cy', 'dan', 'eve']);
  });

  it('puts the pieces of a file together that begins with a byte order mark', () => {
    const stamp = '2026-11-22T10:04:26.123456789Z';
    const login = `Nov 22 10:04:26 imap-login: Info: Login: user=<ann>, rip=192.0.2.10`;
    const lines = [`\ufeff${stamp} stderr P ${login.slice(0, 20)}`, `${stamp} stderr F ${login.slice(20)}`];
    const found = scanned(Buffer.from(lines.join('\n')), recognizerOf());
    expect(found).toMatchObject([{ kind: 'login', login: { user: 'ann' } }]);
  });

  it('takes the rest of a line whose beginning an earlier run has read for no line', () => {
    const stamp = '2026-11-22T10:04:26.123456789Z';
    const rest = `${stamp} stderr F Nov 22 10:04:26 imap-login: Info: Login: user=<bob>, rip=192.0.2.10\n`;
    const [earlier, later] = [recognizerOf(), recognizerOf()];
    scanned(Buffer.from(`${stamp} stderr P x\n`), earlier);
    later.importHalfOpen(earlier.exportHalfOpen(readAt));
    expect(scanned(Buffer.from(rest), later)).toEqual([]);
    expect(scanned(Buffer.from(rest), later)).toHaveLength(1);
  });

  it('finds the same in lines whose heads differ a little from line to line', () => {
    const [minutes, seconds, fractions] = [
      ['2026-11-22T10:04:', '2026-11-22T10:05:', '2026-02-30T10:04:', 'Nov 22 10:04:', '2026-10-25 02:30:'],
      ['26', '27', '09', '59', '60', '61', '7', 'xx'],
      ['', '.1', '.2', '.000001', '.123456', ',505', '.', '.x'],
    ];
    const zones = ['', '+00:00', 'Z', '+01:00', '+25:00'];
    const hosts = [' mx', ' m1', ' mx:', '', ' é', ' 2001:db8::1', ' mx mx', '  mx'];
    const tags = [
      ...[' dovecot', ' dovecot[1]', ' dovecot[2]', ' dovecot[0123]', ' dovecot[12345678901]', ' dovecot[]'],
      ...[
        ' dovecot[1',
        ' dovecot[1x',
        ' dovecot[1]x',
        ' dovecot[é]',
        ' dovecot(b)',
        ' pop3d',
        ' imap-login',
        ' exact',
      ],
    ];
    const messages = [
      'imap-login: Login: user=<bob>, rip=192.0.2.10',
      'imap-login: Login: user=<bób>, rip=192.0.2.10',
      ...['Info: Login: user=<bob>, rip=192.0.2.10', 'LOGIN, user=bob, ip=[192.0.2.10]', '', '\r', '\xff'],
    ];
    const ends = [': ', ':', ' ', ':  ', ':\t'];
    // Mostly the first of each, so that many lines are right but for one part.
    const oneOf = ([first = '', ...others]: readonly string[] = []) =>
      fc.oneof({ weight: 6, arbitrary: fc.constant(first) }, fc.constantFrom(...others));
    const line = fc.tuple(...[minutes, seconds, fractions, zones, hosts, tags, ends, messages].map(oneOf));
    const log = fc
      .array(line, { maxLength: 12 })
      .map((lines) => lines.map((parts) => parts.join('')).join('\n'));
    const zoneOf = fc.constantFrom(utc, namedZone('Europe/Paris') ?? utc);
    fc.assert(
      fc.property(log, zoneOf, fc.constantFrom<BufferEncoding>('utf8', 'latin1'), (text, zone, encoding) => {
        const [fast, plain] = [recognizerOf(rules, true, zone), recognizerOf(rules, true, zone)];
        const bytes = Buffer.from(text, encoding);
        expect(scanned(bytes, fast)).toEqual(plainly(bytes, plain));
        expect(fast.refusals).toEqual(plain.refusals);
      }),
      { numRuns: runsOf(1000) },
    );
  });

  it('reads equal stamps anew when it is known to be another year', () => {
    const bytes = Buffer.from(`${login}\n`);
    const scanner = createScanner(recognizerOf());
    const times: number[] = [];
    for (const year of [2026, 2024]) {
      const writtenBefore = Date.UTC(year, 11, 1) / 1000;
      const chunk = { ...about, writtenBefore, bytes, start: 0, end: bytes.length, firstLine: 1 };
      scanner.scan(chunk, (outcome) => outcome.kind === 'login' && times.push(outcome.login.time));
    }
    expect(times).toEqual([2026, 2024].map((year) => Date.UTC(year, 10, 22, 10, 4, 26) / 1000));
  });

  it('finds the same in random bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => expectSame(Buffer.from(bytes))));
  });

  it('finds what any rule of an admin may match, whatever is known of it', async () => {
    const text = `<server any>\nprogram *\nmatch ^(?<user>.)(?<address>[0-9.]+)$\n</server>
<server old>\norder user host\nmatch (x)(b)([0-9.]+)\n</server>`;
    const loaded = await loadRules({ servers: ['any', 'old'], files: [{ path: 'f', text }] });
    expect(loaded.problems).toEqual([]);
    const bytes = Buffer.from(
      `${login}\nNov 22 10:04:26 mx p: u192.0.2.7\nNov 22 10:04:26 mx p[1]: xb192.0.2.8\n`,
    );
    expectSame(bytes, [], loaded.rules);
    expect(scanned(bytes, recognizerOf(loaded.rules)).map(({ kind }) => kind)).toEqual(['login', 'login']);
  });

  it('L05, L06: drops a CR at the end and NULs at the beginning, and no others', async () => {
    const some = [await ruleOf('program d', 'match ^%{USER} from %{ADDRESS}$')];
    const line = 'Nov 22 10:04:26 mx d[1]: bob from 192.0.2.10';
    const bytes = Buffer.from(`\0\0\0${line}\r\n${line}\r\r\n\0${line}\n${line}\0\n`);
    const found = scanned(bytes, recognizerOf(some));
    expect(found).toHaveLength(2);
    expect(found.map((outcome) => outcome.kind === 'login' && outcome.login.line)).toEqual([1, 3]);
  });

  it('I08: ends lines at LF and nowhere else', () => {
    const hostile = `Nov 22 10:04:26 mx dovecot: x\r${login}\u2028${login}\u0085${login}\x0b${login}\x0c${login}\n`;
    expect(scanned(Buffer.from(hostile), recognizerOf())).toEqual([]);
  });

  it('L01: passes over lines of more than 8 KiB, and counts them', async () => {
    const some = [await ruleOf('program d', 'longest 8192', 'match ^%{USER} from %{ADDRESS}$')];
    const short = 'Nov 22 10:04:26 mx d[1]: bob from 192.0.2.10';
    const exact = `${short.replace('bob', 'b'.repeat(8192 - short.length + 3))}\n`;
    const longer = exact.replace('b', 'bb');
    expect(Buffer.from(exact)).toHaveLength(8193);
    const recognizer = recognizerOf(some);
    expect(scanned(Buffer.from(exact + longer + exact), recognizer)).toHaveLength(2);
    expect(recognizer.refusals).toEqual(
      new Map([
        ['a line over 8 KiB', 1],
        ['a user over 255 bytes', 2],
      ]),
    );
  });

  it.each([
    ['file', 'Nov 22 10:04:26 mx '],
    ['journalctl, short-full', 'Sun 2026-11-22 10:04:26 UTC mx '],
    ['RFC 5424', '<22>1 2026-11-22T10:04:26Z mx '],
  ])('a line of more than 8 KiB makes its process doubted: %s', async (_name, head) => {
    const doubting = ['program d', 'void ^never ', 'match ^%{USER} from %{ADDRESS}$'];
    const breaking = ['program d', 'broken 504', 'match ^%{USER} from %{ADDRESS}$'];
    const tag = (pid: number) => (head.startsWith('<22>1') ? `${head}d ${pid} - - ` : `${head}d[${pid}]: `);
    const lineOf = (pid: number) => `${tag(pid)}bob from 192.0.2.10\n`;
    const long = `${tag(1)}${'x'.repeat(9000)} from 203.0.113.66\n`;
    const bytes = Buffer.from(lineOf(1) + long + lineOf(1) + lineOf(1) + lineOf(2));
    const kinds = async (...stanza: string[]) =>
      scanned(bytes, recognizerOf([await ruleOf(...stanza)])).map(({ kind }) => kind);
    expect(await kinds(...doubting)).toEqual(['login', 'refused', 'refused', 'login']);
    expect(await kinds(...breaking)).toEqual(['login', 'refused', 'login', 'login']);
  });

  it('reads a last line without its LF', () => {
    expect(scanned(Buffer.from(`x\n${login}`), recognizerOf())).toHaveLength(1);
  });

  it('counts lines only from a first line that is known', () => {
    const bytes = Buffer.from(`x\n\n${login}\n`);
    const lines: number[] = [];
    for (const firstLine of [0, 10]) {
      createScanner(recognizerOf()).scan(
        { ...about, bytes, start: 0, end: bytes.length, firstLine },
        (outcome) => {
          if (outcome.kind === 'login') lines.push(outcome.login.line);
        },
      );
    }
    expect(lines).toEqual([0, 12]);
  });

  it('reads only the bytes from start to end', () => {
    const bytes = Buffer.from(`${login}\n${login}\n${login}\n`);
    const half = login.length + 1;
    const found: Outcome[] = [];
    createScanner(recognizerOf()).scan(
      { ...about, bytes, start: half, end: 2 * half, firstLine: 2 },
      (outcome) => found.push(outcome),
    );
    expect(found.map((outcome) => outcome.kind === 'login' && outcome.login.line)).toEqual([2]);
  });

  it('takes no bytes beyond the end, where an earlier chunk was longer', () => {
    const stale = '<stale\n';
    const bytes = Buffer.from(`x\n${login}${stale}`);
    const found: Outcome[] = [];
    const end = bytes.length - stale.length;
    createScanner(recognizerOf()).scan({ ...about, bytes, start: 0, end, firstLine: 1 }, (outcome) =>
      found.push(outcome),
    );
    expect(found.map(({ kind }) => kind)).toEqual(['login']);
  });

  it('looks for no ends of sessions where none are wanted, but for those of half-open logins', () => {
    const bytes = Buffer.concat(samples.map((sample) => sample.bytes));
    const [all, some] = [true, false].map((logouts) => scanned(bytes, recognizerOf(rules, logouts)));
    const loginsOf = (outcomes: Outcome[] = []) =>
      outcomes.flatMap((outcome) => (outcome.kind === 'login' ? [{ ...outcome.login, session: '' }] : []));
    expect(loginsOf(some)).toEqual(loginsOf(all));
    expect((some ?? []).length).toBeLessThan((all ?? []).length);
  });
});
