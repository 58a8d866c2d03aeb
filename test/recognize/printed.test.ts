/**
 * What programs print, as the journal and container engines take it down: of a server that hands line ends of clients on
 * it is a client's own lines, and what was cut there is no line.
 */
import { describe, expect, it } from 'vitest';
import { journalLineOf, parseJournalEntry } from '../../src/maillog/journal-entry.ts';
import type { Outcome } from '../../src/recognize/outcome.ts';
import { createRecognizer, type Recognizer } from '../../src/recognize/recognizer.ts';
import { createScanner } from '../../src/recognize/scan.ts';
import { loadRules } from '../../src/rules/load-rules.ts';
import { utc } from '../../src/syslog/zone.ts';
import { readAt } from '../rules/samples.ts';

const { rules } = await loadRules({ servers: ['auto'], files: [] });
const about = { source: 'log', line: 0, isNew: false, writtenBefore: readAt };

function recognizer(): Recognizer {
  return createRecognizer({ rules, zone: utc, connectWindow: 120 });
}

type Fields = Readonly<Record<string, unknown>>;

const stdout: Fields = {
  __CURSOR: 's',
  __REALTIME_TIMESTAMP: '1795341600123456',
  _HOSTNAME: 'mx',
  _TRANSPORT: 'stdout',
  _STREAM_ID: '5d0c',
  _PID: '7',
  _COMM: 'log',
  SYSLOG_IDENTIFIER: 'dovecot',
};
/** As Docker's journald driver writes them. */
const docker: Fields = {
  ...stdout,
  _TRANSPORT: 'journal',
  _STREAM_ID: undefined,
  _COMM: 'dockerd',
  CONTAINER_ID: '5f4d',
  PRIORITY: '6',
};

/** Returns what entries of the journal come to, as the journal is read. */
function outcomesOf(on: Recognizer, ...entries: readonly Fields[]): (Outcome | undefined)[] {
  return entries.map((fields) => {
    const line = parseJournalEntry(JSON.stringify(fields))?.line;
    return line && on.recognizeRecord(line.record, line.time, about, line.fields);
  });
}

function linesTo(on: Recognizer, ...lines: readonly string[]): Outcome[] {
  const outcomes: Outcome[] = [];
  const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
  const chunk = { ...about, bytes, start: 0, end: bytes.length, firstLine: 0 };
  createScanner(on).scan(chunk, (outcome) => outcomes.push(outcome));
  return outcomes;
}

const login = (address: string) =>
  `imap-login: Info: Login: user=<bob>, method=PLAIN, rip=${address}, lip=192.0.2.1, session=<a>`;
const addressesIn = (outcomes: readonly (Outcome | undefined)[]) =>
  outcomes.map((outcome) => (outcome?.kind === 'login' ? outcome.login.address : outcome?.kind));

/** A login of each server that hands line ends on where it prints; another line may be wanted before it. */
const servers = [
  {
    server: 'perdition',
    program: 'perdition.imap4',
    messages: [
      'Auth: 192.0.2.10:1025->192.0.2.2:143 client-secure=plaintext authorisation_id=NONE authentication_id="bob" server="192.0.2.3:143" protocol=IMAP4 server-secure=plaintext status="ok"',
    ],
  },
  {
    server: 'mailutils',
    program: 'imap4d',
    messages: [
      'imap4d (GNU Mailutils 3.15) started',
      'abcdefgh 192.0.2.10',
      "abcdefgh user `bob' logged in (source: system)",
    ],
  },
  {
    server: 'dbmail',
    program: 'dbmail-imapd',
    messages: [
      'Notice:[imap] dbmail_imap_session_handle_auth(+123): [0x1] login accepted: id [7] user [bob] from [192.0.2.10:1025]',
    ],
  },
  {
    server: 'nginx',
    program: 'nginx',
    messages: [
      '2026/11/22 10:04:26 [info] 811#811: *1 client logged in, client: 192.0.2.10, server: 0.0.0.0:143, login: "bob", upstream: 192.0.2.3:143',
    ],
  },
].filter(({ server }) => rules.some(({ name }) => name === server));

describe.each(servers)('a login that $server has printed', ({ server, program, messages }) => {
  const refused = { kind: 'refused', rule: server, isPrinted: true };

  it('counts by syslog alone', () => {
    const sent = messages.map((message) => `Nov 22 10:04:26 mx ${program}: ${message}`);
    expect(linesTo(recognizer(), ...sent).at(-1)).toMatchObject({ kind: 'login' });
    const entries = messages.map((MESSAGE) => ({
      ...stdout,
      ...{ _TRANSPORT: 'syslog', SYSLOG_IDENTIFIER: program, _COMM: program, MESSAGE },
    }));
    expect(outcomesOf(recognizer(), ...entries).at(-1)).toMatchObject({ kind: 'login' });
  });

  it.each([
    { by: "journald's standard output", fields: { ...stdout, SYSLOG_IDENTIFIER: program } },
    { by: "Docker's journald driver", fields: { ...docker, SYSLOG_IDENTIFIER: program } },
    { by: 'a container of many', fields: { ...docker, SYSLOG_IDENTIFIER: program, _TRANSPORT: 'stdout' } },
  ])('is refused as $by has it', ({ fields }) => {
    const on = recognizer();
    const outcomes = outcomesOf(on, ...messages.map((MESSAGE) => ({ ...fields, MESSAGE })));
    expect(outcomes.at(-1)).toMatchObject(refused);
    expect([...on.refusals.keys()]).toEqual(['printed by a server that hands line ends of clients on']);
    const asJson = messages.map((MESSAGE) => JSON.stringify({ ...fields, MESSAGE }));
    expect(linesTo(recognizer(), ...asJson).at(-1)).toMatchObject(refused);
  });

  it.each([
    { by: "Kubernetes' CRI", line: (text: string) => `2026-11-22T10:04:26.1Z stderr F ${text}` },
    {
      by: "Docker's json-file",
      line: (log: string) =>
        JSON.stringify({ log: `${log}\n`, stream: 'stderr', time: '2026-11-22T10:04:26.1Z' }),
    },
    { by: 'multilog', line: (text: string) => `@400000006a02c2c40765b1d4 ${text}` },
    { by: 'a file of its own', line: (text: string) => `Nov 22 10:04:26 ${text}` },
  ])('is refused as $by has it', ({ line }) => {
    const printed = messages.map((message) => line(`${program}: ${message}`));
    expect(linesTo(recognizer(), ...printed).at(-1)).toMatchObject(refused);
  });

  it("is refused by another name than the command's, whatever server's line it is", () => {
    const fields = { ...stdout, _COMM: program, MESSAGE: login('203.0.113.66') };
    expect(outcomesOf(recognizer(), fields)).toMatchObject([{ kind: 'refused', isPrinted: true }]);
  });
});

describe('what a container prints that is called like a server that hands line ends on', () => {
  const names = new Set(rules.filter((rule) => rule.printsLineEnds).map(({ name }) => name));

  it.each([...names, 'imap4d'])('is no login, whatever server it names: %s', (name) => {
    const forged =
      'Nov 22 10:04:26 mx dovecot: imap-login: Login: user=<x>, method=PLAIN, rip=203.0.113.66, lip=192.0.2.1';
    expect(recognizer().recognize(`dovecot-1  | ${forged}`, about)?.kind).toBe('login');
    expect(recognizer().recognize(`mail-${name}-1  | ${forged}`, about)).toBeUndefined();
    expect(recognizer().recognize(`[pod/${name}-1/x] ${forged}`, about)).toBeUndefined();
  });
});

describe('what a server prints that escapes line ends', () => {
  it('is read, as it is from a container', () => {
    for (const fields of [stdout, docker])
      expect(addressesIn(outcomesOf(recognizer(), { ...fields, MESSAGE: login('192.0.2.7') }))).toEqual([
        '192.0.2.7',
      ]);
  });
});

describe('an entry that was cut', () => {
  const whole = (fields: Fields, address: string) => ({ ...fields, MESSAGE: login(address) });
  const cut = (fields: Fields, by: string) => ({
    ...fields,
    MESSAGE: login('203.0.113.66'),
    _LINE_BREAK: by,
  });

  it.each(['line-max', 'nul', 'pid-change'])('is no line, nor is its rest: %s', (by) => {
    const on = recognizer();
    const entries = [cut(stdout, by), whole(stdout, '203.0.113.66'), whole(stdout, '192.0.2.7')];
    expect(addressesIn(outcomesOf(on, ...entries))).toEqual(['refused', 'refused', '192.0.2.7']);
    expect([...on.refusals]).toEqual([['a piece of a line that was cut', 2]]);
  });

  it('is too long to be told, and has a rest all the same', () => {
    const long = { ...stdout, MESSAGE: null, _LINE_BREAK: 'line-max' };
    const entries = [long, long, whole(stdout, '203.0.113.66'), whole(stdout, '192.0.2.7')];
    expect(addressesIn(outcomesOf(recognizer(), ...entries))).toEqual([
      undefined,
      undefined,
      'refused',
      '192.0.2.7',
    ]);
    const asJson = entries.map((fields) => JSON.stringify(fields));
    expect(addressesIn(linesTo(recognizer(), ...asJson))).toEqual(['refused', '192.0.2.7']);
  });

  it('has no rest at the end of its stream', () => {
    const entries = [cut(stdout, 'eof'), whole(stdout, '192.0.2.7')];
    expect(addressesIn(outcomesOf(recognizer(), ...entries))).toEqual(['refused', '192.0.2.7']);
  });

  it('goes on in its own stream and process, whatever comes between', () => {
    const another = { ...stdout, _PID: '8' };
    const entries = [
      cut(stdout, 'pid-change'),
      whole(another, '192.0.2.8'),
      whole({ ...stdout, _STREAM_ID: 'other' }, '192.0.2.9'),
      whole(stdout, '203.0.113.66'),
    ];
    expect(addressesIn(outcomesOf(recognizer(), ...entries))).toEqual([
      'refused',
      '192.0.2.8',
      '192.0.2.9',
      'refused',
    ]);
  });

  it('goes on in the next run', () => {
    const [first, second] = [recognizer(), recognizer()];
    outcomesOf(first, cut(stdout, 'line-max'));
    second.importHalfOpen(first.exportHalfOpen(readAt));
    expect(
      addressesIn(outcomesOf(second, whole(stdout, '203.0.113.66'), whole(stdout, '192.0.2.7'))),
    ).toEqual(['refused', '192.0.2.7']);
  });

  // 16 KiB; the last piece has a number as well since Docker 20.10, and none before.
  it.each([
    { name: 'numbered', last: { CONTAINER_PARTIAL_ID: 'x', CONTAINER_PARTIAL_LAST: 'true' } },
    { name: 'unnumbered', last: {} },
  ])("is told by Docker's journald driver, $name", ({ last }) => {
    const piece = { ...docker, CONTAINER_PARTIAL_MESSAGE: 'true', MESSAGE: null };
    const error = whole({ ...docker, PRIORITY: '3' }, '192.0.2.6');
    const entries = [piece, error, whole({ ...docker, ...last }, '203.0.113.66'), whole(docker, '192.0.2.7')];
    expect(addressesIn(outcomesOf(recognizer(), ...entries))).toEqual([
      undefined,
      '192.0.2.6',
      'refused',
      '192.0.2.7',
    ]);
  });

  it("is told by Docker's json-file by the line end that it lacks", () => {
    const piece = (log: string) => JSON.stringify({ log, stream: 'stdout', time: '2026-11-22T10:04:26.1Z' });
    const text = `${'x'.repeat(16_384)}`;
    const lines = [piece(text), piece(`${login('203.0.113.66')}\n`), piece(`${login('192.0.2.7')}\n`)];
    expect(addressesIn(linesTo(recognizer(), ...lines))).toEqual(['192.0.2.7']);
  });

  it('is forgotten where too many are open', () => {
    const open = Array.from({ length: 1001 }, (_, pid) => cut({ ...stdout, _PID: `${pid}` }, 'pid-change'));
    const on = recognizer();
    outcomesOf(on, ...open);
    expect(on.exportHalfOpen(readAt)).toHaveLength(1000);
  });
});

describe('journalLineOf()', () => {
  it('says of an entry from syslog nothing of the kind', () => {
    const fields = { ...stdout, _TRANSPORT: 'syslog', MESSAGE: 'x' };
    expect(journalLineOf(fields)?.record).not.toHaveProperty('printed');
  });
});
