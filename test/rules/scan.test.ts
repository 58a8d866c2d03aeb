import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadRules } from '../../src/rules/load-rules.ts';
import type { Outcome } from '../../src/rules/outcome.ts';
import { createRecognizer, type Recognizer } from '../../src/rules/recognizer.ts';
import type { Rule } from '../../src/rules/rule.ts';
import { createScanner } from '../../src/rules/scan.ts';
import { utc } from '../../src/rules/zone.ts';
import { readAt, samples } from './samples.ts';

let rules: readonly Rule[];
beforeAll(async () => {
  ({ rules } = await loadRules({ servers: ['auto'], files: [] }));
});

const about = { source: 'log', isNew: false, writtenBefore: readAt };

function recognizerOf(some: readonly Rule[] = rules, logouts = true): Recognizer {
  return createRecognizer({ rules: some, zone: utc, connectWindow: 120, logouts });
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
      fc.property(fc.subarray([...rules], { minLength: 0, maxLength: 4 }), (some) =>
        expectSame(bytes, [9999], some),
      ),
      { numRuns: 20 },
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
      { numRuns: 1000 },
    );
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

  it('L05, L06: drops a CR at the end and NULs at the beginning, and no others', () => {
    const line = 'Nov 22 10:04:26 mx imapd[1]: Login user=bob host=[192.0.2.10]';
    const bytes = Buffer.from(`\0\0\0${line}\r\n${line}\r\r\n\0${line}\n${line}\0\n`);
    const found = scanned(bytes, recognizerOf());
    expect(found).toHaveLength(2);
    expect(found.map((outcome) => outcome.kind === 'login' && outcome.login.line)).toEqual([1, 3]);
  });

  it('I08: ends lines at LF and nowhere else', () => {
    const hostile = `Nov 22 10:04:26 mx dovecot: x\r${login}\u2028${login}\u0085${login}\x0b${login}\x0c${login}\n`;
    expect(scanned(Buffer.from(hostile), recognizerOf())).toEqual([]);
  });

  it('L01: passes over lines of more than 8 KiB, and counts them', () => {
    const exact = `${login.replace('bob', 'b'.repeat(8192 - login.length + 3))}\n`;
    const longer = exact.replace('b', 'bb');
    expect(Buffer.from(exact)).toHaveLength(8193);
    const recognizer = recognizerOf();
    expect(scanned(Buffer.from(exact + longer + exact), recognizer)).toHaveLength(2);
    expect([...recognizer.refusals]).toEqual([['a line over 8 KiB', 1]]);
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
    const bytes = Buffer.from(`x\n${login}[stale]\n`);
    const found: Outcome[] = [];
    const end = bytes.length - '[stale]\n'.length;
    createScanner(recognizerOf()).scan({ ...about, bytes, start: 0, end, firstLine: 1 }, (_outcome, line) => {
      found.push(_outcome);
      expect(line).toBe(login);
    });
    expect(found).toHaveLength(1);
  });

  it('looks for no ends of sessions where none are wanted, but for those of half-open logins', () => {
    const bytes = Buffer.concat(samples.map((sample) => sample.bytes));
    const [all, some] = [true, false].map((logouts) => scanned(bytes, recognizerOf(rules, logouts)));
    const loginsOf = (outcomes: Outcome[] = []): Outcome[] => outcomes.filter(({ kind }) => kind === 'login');
    expect(loginsOf(some)).toEqual(loginsOf(all));
    expect((some ?? []).length).toBeLessThan((all ?? []).length);
  });
});
