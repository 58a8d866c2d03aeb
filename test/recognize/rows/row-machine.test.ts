import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tabRows } from '../../../src/commands/parse/print-logins.ts';
import { createRecognizer } from '../../../src/recognize/recognizer.ts';
import { tablesIn } from '../../../src/recognize/rows/automaton-table.ts';
import { sampledTables } from '../../../src/recognize/rows/sampled-tables.ts';
import { namedZone, utc } from '../../../src/syslog/zone.ts';
import { ruleOf } from '../../rules/rule-of.ts';
import { samples } from '../../rules/samples.ts';
import { runsOf } from '../../seeds.ts';
import { all, courier, cuts, expectSame, findTable, login, printed, rules } from './machine-oracle.ts';

describe('RowMachine', () => {
  it.each(samples)('prints of $name what the recognizer finds', ({ bytes }) => {
    expectSame(bytes);
  });

  it('makes most rows itself, and the same in all samples one after the other, however these are cut', () => {
    expect(expectSame(all, { cuts })).toBeGreaterThan(200);
    expectSame(all, { cuts, rows: tabRows });
    expectSame(Buffer.from(all.toString('latin1').replaceAll('\n', '\r\n'), 'latin1'), { cuts });
  });

  it('prints the same of lines that are cut anywhere, and have parts of other lines in them', () => {
    const lines = all.toString('latin1').split('\n');
    const line = fc.constantFrom(...lines.filter(({ length }) => length < 400));
    const part = fc.constantFrom(
      '',
      '',
      '',
      'é',
      '\0',
      '\r',
      '\v',
      ' ',
      '\\',
      '"',
      '[',
      '>',
      '=ANONYMOUS',
      ', <ANONYMOUS>',
      'x'.repeat(600),
    );
    const mixed = fc.tuple(line, line, part, fc.nat(400), fc.nat(400)).map(([one, other, more, at, to]) => {
      if (at % 4 > 0) return one.slice(0, at) + more + one.slice(at);
      return one.slice(0, at) + more + other.slice(to);
    });
    const log = fc.array(fc.oneof(line, mixed), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(log, fc.nat(5000), fc.nat(5), (some, cut, patience) => {
        const bytes = Buffer.from(some.join('\n'), 'latin1');
        expectSame(bytes, { cuts: [Math.min(cut, bytes.length)], patience });
      }),
      { numRuns: runsOf(400) },
    );
  });

  it('takes for a blank what the recognizer takes for one', () => {
    const line = (session: string) =>
      Buffer.from(
        `Nov 22 10:04:26 mx cyrus/imap[7]: login: [192.0.2.10] rita plaintext User logged in SESSIONID=<${session}>\n`,
      );
    expect(expectSame(line('cyrus-1'))).toBe(1);
    expect(expectSame(line('cyrus-\v1'))).toBe(1);
    expect(expectSame(line('cyrus-\t1'))).toBe(0);
  });

  it('lacks nothing of the tables for the samples, nor for other users, addresses and processes', () => {
    const never = { findTable, patience: Number.POSITIVE_INFINITY };
    const made = expectSame(all, { cuts });
    expect(made).toBeGreaterThan(200);
    expect(printed(all, never, { cuts }).made).toBe(made);
    const name = fc.stringMatching(/^[a-zA-Z0-9._@-]{1,40}$/).filter((user) => !/^anon/i.test(user));
    const user = fc.tuple(name, fc.oneof(fc.ipV4(), fc.ipV6()));
    fc.assert(
      fc.property(fc.array(user, { minLength: 1 }), (users) => {
        const log = users
          .flatMap(([name, address]) => [
            login(name).replace('192.0.2.10', address),
            courier(name).replace('::ffff:192.0.2.20', address),
          ])
          .join('');
        expect(printed(Buffer.from(log), never, {}).made).toBe(printed(Buffer.from(log), {}, {}).made);
      }),
      { numRuns: runsOf(20) },
    );
  });

  it('goes on where the tables end', async () => {
    const few = tablesIn(await sampledTables([login() + courier('rita')]));
    const byLines = printed(all, {}, { cuts });
    expect(printed(all, { findTable: few, patience: 0 }, { cuts })).toEqual(byLines);
    const later = printed(all, { findTable: few, patience: 100 }, { cuts });
    expect(later).toEqual({ ...byLines, made: later.made });
    const never = printed(all, { findTable: few, patience: Number.POSITIVE_INFINITY }, { cuts });
    expect(never).toEqual({ ...byLines, made: never.made });
    expect(later.made).toBeLessThan(byLines.made);
    expect(never.made).toBeLessThan(later.made);
  });

  it('has no table for a rule that an administrator has changed, whatever it is called', async () => {
    const { rulesFor } = createRecognizer({ rules, zone: utc, connectWindow: 0, logouts: false });
    const dovecot = rulesFor('dovecot');
    expect(findTable(dovecot)?.states).toBeGreaterThan(100);
    const own = await ruleOf(
      'program dovecot',
      'match ^imap-login: Login: user=<%{USER}>.* rip=%{ADDRESS},.*$',
    );
    const renamed = { ...own, name: 'dovecot' };
    expect(findTable([renamed])).toBeUndefined();
    expect(findTable([...dovecot, renamed])).toBeUndefined();
    expect(expectSame(login(), { some: [renamed] })).toBe(1);
  });

  it('goes by any choice of rules', () => {
    fc.assert(
      fc.property(fc.subarray([...rules], { maxLength: 4 }), (some) => {
        expectSame(all, { some, cuts: [9999, 200_000, 400_000] });
      }),
      { numRuns: runsOf(8) },
    );
  });

  it('leaves to the recognizer what two rules read, or one in the form of EXACT 1.41', async () => {
    const own = (match: string) => ruleOf('program dovecot', `match ${match}`);
    const dovecot = rules.filter(({ name }) => name === 'dovecot');
    const other = await own('^imap-login: Login: user=<b(?<user>[^>]+)>.* rip=%{ADDRESS},.*$');
    expect(expectSame(login(), { some: [...dovecot, other] })).toBe(0);
    expect(expectSame(login(), { some: [...dovecot, await own('^no%{USER} %{ADDRESS}$')] })).toBe(1);
    const original = await ruleOf('match dovecot.*Login: user=<([^>]*)>.*rip=([0-9.]*)', 'order user host');
    expect(expectSame(login(), { some: [original] })).toBe(0);
  });

  it('makes a row only where nothing that came before has a say', () => {
    const long = `Nov 22 10:04:25 mx imapd: LOGIN FAILED, user=${'x'.repeat(486)}\n`;
    const trad = courier('rita').replace(/^\S+/, 'Nov 22 10:04:26');
    expect(expectSame(long + trad + trad)).toBe(0);
    const of = (pid: number, text: string) => text.replace('imapd:', `imapd[${pid}]:`);
    const others = of(8, trad).repeat(60);
    // The process that was writing is not believed for a while, however long that takes; the others are, after fifty lines.
    expect(expectSame(of(7, long) + others + of(7, trad) + of(7, trad))).toBe(10);
    const many = Array.from({ length: 20 }, (_one, index) => of(100 + index, long)).join('');
    expect(expectSame(many + others + of(100, trad))).toBe(0);
    const note = 'Nov 22 10:04:30 mx last message repeated 3 times\n';
    const noteOf = (message: string) => `Nov 22 10:04:31 mx imapd: message repeated 2 times: [ ${message}]\n`;
    expect(expectSame(login() + note + note + login('eve') + note)).toBe(2);
    expectSame(trad.repeat(60) + noteOf(trad.slice(26, -1)) + trad, { cuts: [1000, 1090, 3000] });
    for (let cut = 1; cut < 400; cut += 7) expectSame(login() + note + login('eve'), { cuts: [cut] });
    const open = 'Nov 22 10:04:25 mx dovecot: imap-login: Disconnected (auth failed, 1 attempts): user=<x\n';
    expect(expectSame(open + login())).toBe(0);
    expect(expectSame(open + open.replace('dovecot: ', 'other: ') + login())).toBe(1);
  });

  it('leaves to the recognizer what a server that hands line ends on may have printed', () => {
    const [perdition = ''] = all
      .toString('latin1')
      .split('\n')
      .filter((line) => /^\S+ \d\d \S+ vm perdition\S*: Auth: .*status="ok"/.test(line));
    expect(perdition).not.toBe('');
    const [, stamp, message] = /^(\S+ \d\d \S+) vm (.*)$/.exec(perdition) ?? [];
    expectSame(`${perdition}\n${stamp} ${message}\n`.repeat(3));
    expect(printed(Buffer.from(`${stamp} ${message}\n`), {}, {}).text).toBe('');
  });

  it('has what is read to the second, of any host, in any zone, in a year that is not written', () => {
    const log = [1, 59, 60, 61]
      .map((second) => login('bob', second))
      .join('')
      .replaceAll(':1 mx', ':01 mx');
    expectSame(log);
    expectSame(courier('a').repeat(2) + courier('b', 'other').repeat(2) + login(), { rows: tabRows });
    for (const name of ['America/St_Johns', 'Asia/Kathmandu', 'Africa/Monrovia']) {
      const zone = namedZone(name);
      if (zone === undefined) throw new Error(name);
      expectSame(login() + login().replace('Nov 22', 'Dec 31'), { zone });
    }
    // Its clock was not set by the minute until 1972.
    const monrovia = namedZone('Africa/Monrovia');
    if (monrovia !== undefined)
      expectSame(courier('a').replace('2026-11-22T10:04:26.5+01:00', '1971-11-22 10:04:26'), {
        zone: monrovia,
      });
  });

  it('prints what lies in the time that is asked for', () => {
    const log = [20, 21, 22, 23].map((second) => login('bob', second)).join('');
    const at = Date.UTC(2026, 10, 22, 10, 4) / 1000;
    expect(expectSame(log, { since: at + 21, until: at + 23 })).toBe(2);
    expect(expectSame(log, { since: at + 60 })).toBe(0);
    expect(expectSame(log, { until: at })).toBe(0);
  });

  it('knows a head for its hour where minutes are printed as they stand there', () => {
    const times = [
      '09:59:59',
      '10:00:00',
      '10:04:26',
      '10:59:59',
      '11:00:00',
      '10:07:60',
      '10:60:00',
      '10:74:26',
      '24:00:00',
    ];
    const log = [...times, ...times].map((time) => login().replace('10:04:26', time)).join('');
    const at = Date.UTC(2026, 10, 22, 10, 4, 26) / 1000;
    for (const since of [0, at - 266, at, at + 1, at + 3333])
      for (const until of [at + 1, at + 3334, at + 3335, Number.POSITIVE_INFINITY])
        expectSame(log, { since, until, rows: tabRows });
    for (const name of ['Europe/Paris', 'Asia/Kathmandu', 'Australia/Lord_Howe', 'America/St_Johns']) {
      const zone = namedZone(name) ?? utc;
      expectSame(log, { zone });
      expectSame(log, { zone, since: at, until: at + 60 });
    }
    expectSame(courier('rita').repeat(3) + courier('rita').repeat(3).replaceAll(':04:', ':05:'));
    expect(printed(Buffer.from(log), {}, {}).made).toBe(10);
  });

  it('knows lines of RFC 5424 of any priority by one head', () => {
    const line = (priority: string) =>
      `<${priority}>1 2026-11-22T10:04:26.5Z mx imapd 7 - - LOGIN, user=rita, ip=[192.0.2.20], port=[1], protocol=IMAP\n`;
    const log = ['22', '20', '22', '86', '9', '134', '999', '1000', '', 'x', '22'].map(line).join('');
    expect(expectSame(log)).toBe(8);
  });

  it('leaves names that are escaped, and addresses that are none, to the recognizer', () => {
    expect(
      expectSame(login('b\\b') + login('\u00e9') + login('"') + login('anonymous@x'), { rows: tabRows }),
    ).toBe(1);
    expect(expectSame(login('"') + login('b b'))).toBe(1);
    const wrong = [
      '0.0.0.0',
      '192.0.2.256',
      '::1.2.3.4',
      '2001:db8::1%eth0',
      '2001:DB8::1',
      '2001:db8::1',
      '2001:db8::',
      '2001:db8:1:2:3:4:5:6',
      '2001:db8:1:2:3:4:5:6:7',
      '2001:db8:1:2:3:4:5',
      '2001:db8::1:2:3:4:5',
      '2001:db8:1::2:3:4:5:6',
      '2001:db8::1::2',
      '2001:db8:0:1::2',
      '2001:db8::00a1',
      '2001:db8::12345',
      '2001:db8::1:',
      'ff02::1',
      'fff::1',
      'fe80::1',
      '::1',
      '2001:db8:',
      'abcd',
      '::ffff:192.0.2.9',
      '::ffff:',
      '::ffff:2001:db8::1',
      '::FFFF:192.0.2.9',
      '::ffff:192.0.2.09',
      '223.0.0.0',
      '224.0.0.1',
      '0.1.2.3',
      '192.0.2',
      '192.0.2.',
      '192.0.2.1.1',
      '192.0..1',
      '192.00.2.1',
      '192.0.2.0001',
      '192.0.2.255',
    ];
    expectSame(wrong.map((address) => login().replace('192.0.2.10', address)).join(''));
  });

  it('knows any number of addresses and programs', () => {
    const addresses = Array.from({ length: 20_000 }, (_one, index) =>
      login(`u${index}`).replace('192.0.2.10', `2001:DB8::${(index + 1).toString(16)}`),
    );
    const cuts = Array.from({ length: 10 }, (_one, index) => (index + 1) * 250_000);
    expect(expectSame(addresses.join('') + login(), { cuts })).toBeGreaterThan(15_000);
    const programs = Array.from({ length: 1500 }, (_one, index) =>
      login().replace('dovecot', `dovecot-${index}`),
    );
    expectSame(programs.join('') + programs.join(''), { cuts: [100_000, 200_000] });
  });
});
