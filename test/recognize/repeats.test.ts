import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../src/recognize/outcome.ts';
import { createRecognizer, type Recognizer } from '../../src/recognize/recognizer.ts';
import { createScanner } from '../../src/recognize/scan.ts';
import { loadRules } from '../../src/rules/load-rules.ts';
import { loginLine } from '../../src/state/login-line.ts';
import { utc } from '../../src/syslog/zone.ts';

const text = '<server pd>\n program pd\n match ^LOGIN, user=%{USER}, ip=\\[%{ADDRESS}\\]$\n</server>\n';
const { rules } = await loadRules({ servers: ['pd'], files: [{ path: 'f', text }] });
const writtenBefore = Date.parse('2026-11-29T20:00:00Z') / 1000;
const recognizer = () => createRecognizer({ rules, zone: utc, connectWindow: 120 });

/** Scans lines as one chunk after the other; returns of each login its line, its user and its time of day. */
function scanned(chunks: readonly (readonly string[])[], on: Recognizer = recognizer()): string[] {
  const scanner = createScanner(on);
  const found: Outcome[] = [];
  let firstLine = 1;
  for (const lines of chunks) {
    const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
    const chunk = {
      bytes,
      start: 0,
      end: bytes.length,
      source: 'log',
      firstLine,
      isNew: true,
      writtenBefore,
    };
    scanner.scan(chunk, (outcome) => found.push(outcome));
    firstLine += lines.length;
  }
  return found.flatMap((outcome) => {
    if (outcome.kind !== 'login') return [];
    const { line, user, address, time } = outcome.login;
    return [`${line} ${user} ${address} ${new Date(time * 1000).toISOString().slice(11, 19)}`];
  });
}

const login = 'Nov 29 19:24:46 vm pd[7]: LOGIN, user=rita, ip=[192.0.2.20]';
const bare = 'Nov 29 19:24:50 vm last message repeated 3 times';
const rsyslog = 'Nov 29 19:24:50 vm pd[7]: message repeated 3 times: [ LOGIN, user=rita, ip=[192.0.2.20]]';
const syslogNg =
  "2026-11-29T19:24:50+00:00 vm pd[7]: Last message 'LOGIN, user=rita, ip' repeated 3 times, suppressed by syslog-ng on vm";
const metalog = '                - Last output repeated twice -';
const once = ['1 rita 192.0.2.20 19:24:46'];
const twice = [...once, '2 rita 192.0.2.20 19:24:50'];
const other = 'Nov 29 19:24:47 vm pd[7]: Welcome';

describe('a note directly after a login is a further one', () => {
  it.each([
    { name: 'inetutils and BSD', note: bare },
    { name: 'inetutils, which puts a blank for the line end', note: `${bare} ` },
    { name: 'one time', note: bare.replace('3 times', '1 time') },
    { name: 'rsyslog', note: rsyslog },
    {
      name: 'rsyslog with stamps of RFC 3339',
      note: rsyslog.replace('Nov 29 19:24:50', '2026-11-29T19:24:50Z'),
    },
    { name: 'syslog-ng', note: syslogNg },
    { name: 'a line that ends with CR LF', note: `${bare}\r` },
  ])('of $name', ({ note }) => {
    expect(scanned([[login, note]])).toEqual(twice);
    expect(scanned([[login, note, other]])).toEqual(twice);
    expect(scanned([[login], [note, login]])).toEqual([...twice, '3 rita 192.0.2.20 19:24:46']);
  });

  it('also behind a line that needs a closer look, in a chunk after one with others', () => {
    const [long, looked] = [
      `Nov 29 19:24:40 vm cron[7]: ${'x'.repeat(600)}`,
      login.replace('vm', 'vm mail.info'),
    ];
    expect(
      scanned([
        [login, other],
        [long, looked, bare],
      ]),
    ).toEqual([...once, '4 rita 192.0.2.20 19:24:46', '5 rita 192.0.2.20 19:24:50']);
  });

  it('of metalog, which has no time and counts at that of the login', () => {
    const bracketed = 'Nov 29 19:24:46 [pd] LOGIN, user=rita, ip=[192.0.2.20]';
    const again = (line: number) => `${line} rita 192.0.2.20 19:24:46`;
    for (const note of [metalog, metalog.replace('twice', '3 times')]) {
      expect(scanned([[bracketed, note, 'Nov 29 19:24:51 [cron] x']])).toEqual([again(1), again(2)]);
      expect(scanned([[bracketed], [note]])).toEqual([again(1), again(2)]);
    }
    const other = 'Nov 29 19:24:50 [cron] hello';
    expect(scanned([[bracketed, other, metalog]])).toEqual([again(1)]);
    // No daemon that names the host writes one.
    expect(scanned([[login, metalog]])).toEqual(once);
    expect(scanned([[bracketed, `${metalog} LOGIN, user=x, ip=[203.0.113.66]`]])).toEqual([again(1)]);
  });

  it('and so is the next one, of what goes on', () => {
    const more = bare.replace('24:50', '25:20');
    const want = [...twice, '3 rita 192.0.2.20 19:25:20'];
    expect(scanned([[login, bare, more]])).toEqual(want);
    expect(scanned([[login], [bare], [more, other]])).toEqual(want);
  });

  it('in the next run too', () => {
    const [before, on] = [recognizer(), recognizer()];
    scanned([[login]], before);
    on.before = loginLine(JSON.parse(JSON.stringify(before.before)));
    expect(scanned([[bare]], on)).toEqual(['1 rita 192.0.2.20 19:24:50']);
  });

  it('in the next run too, of metalog, unless an earlier release has left no time', () => {
    const before = recognizer();
    scanned([['Nov 29 19:24:46 [pd] LOGIN, user=rita, ip=[192.0.2.20]']], before);
    const { time, ...line } = before.before ?? {};
    for (const [saved, found] of [
      [{ ...line, time }, ['1 rita 192.0.2.20 19:24:46']],
      [line, []],
    ]) {
      const on = recognizer();
      on.before = loginLine(JSON.parse(JSON.stringify(saved)));
      expect(scanned([[metalog]], on)).toEqual(found);
    }
  });

  it('where lines are recognized one by one', () => {
    const on = recognizer();
    const context = { source: 'log', line: 1, isNew: true, writtenBefore };
    const kinds = [login, rsyslog, other, rsyslog].map((line) => on.recognize(line, context)?.kind);
    expect(kinds).toEqual(['login', 'login', undefined, undefined]);
  });
});

describe('a note is nothing', () => {
  const ofHost = (host: string, note: string) => note.replace(' vm ', ` ${host} `);
  it.each([
    { name: 'after any other line', lines: [login, other, bare] },
    { name: 'after a line of no known form', lines: [login, '', bare] },
    { name: 'at the beginning of a log', lines: [bare] },
    { name: 'of another host', lines: [login, ofHost('vm2', bare)] },
    { name: 'of no host', lines: [login, bare.replace(' vm', '')] },
    { name: 'of another host, by rsyslog', lines: [login, ofHost('vm2', rsyslog)] },
    { name: 'of another program', lines: [login, rsyslog.replace('pd[7]', 'pd2[7]')] },
    { name: 'of another message', lines: [login, rsyslog.replace('192.0.2.20', '203.0.113.66')] },
    { name: 'of another message, by syslog-ng', lines: [login, syslogNg.replace('rita', 'eve')] },
    { name: 'with more behind it', lines: [login, `${bare}: LOGIN, user=x, ip=[203.0.113.66]`] },
    { name: 'without a time', lines: [login, bare.replace('Nov 29 19:24:50 ', '')] },
  ])('$name', ({ lines }) => {
    const ways = [[lines], [lines.slice(0, -1), lines.slice(-1)], lines.map((line) => [line])];
    for (const way of ways) expect(scanned(way).filter((found) => !found.startsWith('1 '))).toEqual([]);
  });

  it('where a log begins anew', () => {
    const on = recognizer();
    scanned([[login]], on);
    on.forgetHalfOpen();
    expect(scanned([[bare]], on)).toEqual([]);
  });
});
