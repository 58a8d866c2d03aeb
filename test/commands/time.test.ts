/**
 * When a login counts, as `update` sees it: every T case, through logs that are read as they grow (new lines)
 * and logs that are read for the first time (a backlog).
 */
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runsOf } from '../seeds.ts';
import { dovecotLogin, MailHost } from './run-exact.ts';

/** Dovecot's line with any stamp before it. */
function stamped(stamp: string, user = 'alice', address = '192.0.2.10'): string {
  const head = stamp === '' ? '' : `${stamp} `;
  return `${head}mx dovecot: imap-login: Login: user=<${user}>, method=PLAIN, rip=${address}, lip=192.0.2.1, mpid=71, TLS, session=<${user}>\n`;
}

/** Makes a host whose stamps without a zone are those of a zone. */
function hostIn(zone: string): MailHost {
  const host = new MailHost();
  replace(host, 'timezone UTC', `timezone ${zone}`);
  return host;
}

function replace(host: MailHost, old: string, changed: string): void {
  const text = readFileSync(host.config, 'utf8');
  expect(text).toContain(old);
  writeFileSync(host.config, text.replace(old, changed));
}

/** Returns when each address that relays stops to, as `dump` says. The maps must hold these and no others. */
async function relaying(host: MailHost, now: string): Promise<Record<string, string>> {
  const { stdout } = await host.run(['dump', '--json'], { now });
  const rows = stdout.split('\n').filter(Boolean);
  const entries = rows.map((row): { address: string; expires: string } => JSON.parse(row));
  expect(readFileSync(host.relay, 'utf8')).toBe(entries.map(({ address }) => `${address}\n`).join(''));
  return Object.fromEntries(entries.map(({ address, expires }) => [address, expires]));
}

/** Lines of one log: the address of each login, by its stamp. */
type Lines = ReadonlyMap<string, string>;

/** Returns until when lines give permission that were written since the last run, by address. */
async function untilOfNew(zone: string, lines: Lines, now: string): Promise<Record<string, string>> {
  const host = hostIn(zone);
  await host.run(['update'], { now });
  writeLines(host, lines);
  expect(await host.run(['update'], { now })).toMatchObject({ status: 0 });
  return relaying(host, now);
}

/** Returns until when lines give permission that stand in a log never read before, by address. */
async function untilOfOld(zone: string, lines: Lines, now: string): Promise<Record<string, string>> {
  const host = hostIn(zone);
  writeLines(host, lines);
  expect(await host.run(['update'], { now })).toMatchObject({ status: 0 });
  return relaying(host, now);
}

function writeLines(host: MailHost, lines: Lines): void {
  for (const [stamp, address] of lines) appendFileSync(host.log, stamped(stamp, 'alice', address));
}

interface StampCase {
  readonly name: string;
  readonly zone?: string;
  readonly stamp: string;
  readonly now: string;
  /** End of the permission; undefined: none is given. */
  readonly until: string | undefined;
}

const [paris, newYork, lordHowe] = ['Europe/Paris', 'America/New_York', 'Australia/Lord_Howe'];

const cases: readonly StampCase[] = [
  {
    name: 'T01 the last second of a year, read in the next',
    zone: paris,
    stamp: 'Dec 31 23:59:50',
    now: '2026-12-31T23:00:10Z',
    until: '2026-12-31T23:29:50Z',
  },
  {
    name: 'T02 a new year that this clock has not reached',
    zone: paris,
    stamp: 'Jan  1 00:00:05',
    now: '2026-12-31T22:59:05Z',
    until: '2026-12-31T23:29:05Z',
  },
  {
    name: 'T03 29 February, on the day',
    stamp: 'Feb 29 10:00:00',
    now: '2028-02-29T10:10:00Z',
    until: '2028-02-29T10:30:00Z',
  },
  {
    name: 'T03 29 February, on 1 March',
    stamp: 'Feb 29 23:50:00',
    now: '2028-03-01T00:05:00Z',
    until: '2028-03-01T00:20:00Z',
  },
  {
    name: 'T03 29 February in a year that has none is not 1 March',
    stamp: 'Feb 29 10:00:00',
    now: '2027-03-01T10:10:00Z',
    until: undefined,
  },
  {
    name: 'T04 an hour that spring leaves out, Paris',
    zone: paris,
    stamp: 'Mar 29 02:30:00',
    now: '2026-03-29T01:30:30Z',
    until: '2026-03-29T02:00:00Z',
  },
  {
    name: 'T04 an hour that spring leaves out, New York',
    zone: newYork,
    stamp: 'Mar  8 02:30:00',
    now: '2026-03-08T07:30:30Z',
    until: '2026-03-08T08:00:00Z',
  },
  {
    name: 'T04 half an hour that spring leaves out, Lord Howe',
    zone: lordHowe,
    stamp: 'Oct  4 02:15:00',
    now: '2026-10-03T15:45:30Z',
    until: '2026-10-03T16:15:00Z',
  },
  {
    name: 'T05 the autumn hour, the first time, Paris',
    zone: paris,
    stamp: 'Oct 25 02:30:00',
    now: '2026-10-25T00:30:30Z',
    until: '2026-10-25T01:00:00Z',
  },
  {
    name: 'T05 the autumn hour, the second time, Paris',
    zone: paris,
    stamp: 'Oct 25 02:30:00',
    now: '2026-10-25T01:30:30Z',
    until: '2026-10-25T02:00:00Z',
  },
  {
    name: 'T05 the autumn hour, the first time, New York',
    zone: newYork,
    stamp: 'Nov  1 01:30:00',
    now: '2026-11-01T05:30:30Z',
    until: '2026-11-01T06:00:00Z',
  },
  {
    name: 'T05 the autumn hour, the second time, New York',
    zone: newYork,
    stamp: 'Nov  1 01:30:00',
    now: '2026-11-01T06:30:30Z',
    until: '2026-11-01T07:00:00Z',
  },
  {
    name: 'T05 the autumn half hour, the first time, Lord Howe',
    zone: lordHowe,
    stamp: 'Apr  5 01:45:00',
    now: '2026-04-04T14:45:30Z',
    until: '2026-04-04T15:15:00Z',
  },
  {
    name: 'T05 the autumn half hour, the second time, Lord Howe',
    zone: lordHowe,
    stamp: 'Apr  5 01:45:00',
    now: '2026-04-04T15:15:30Z',
    until: '2026-04-04T15:45:00Z',
  },
  ...[
    '2026-11-22T10:15:04.007951+00:00',
    '2026-11-22T10:15:04Z',
    '2026-11-22t10:15:04z',
    '2026-11-22T11:15:04+0100',
    '2026-11-22T10:15:04.123456789Z',
    '2026-11-22T05:15:04.5-05:00',
    '2026-11-22T16:00:04+05:45',
  ].map((stamp) => ({
    name: `T06 ${stamp}, whatever the zone`,
    zone: newYork,
    stamp,
    now: '2026-11-22T10:16:00Z',
    until: '2026-11-22T10:45:04Z',
  })),
  ...['2026-13-22T10:15:04Z', '2026-11-22T120:15:04Z', '2026-11-31T10:15:04Z'].map((stamp) => ({
    name: `T06 ${stamp}, which is no time`,
    stamp,
    now: '2026-11-22T10:16:00Z',
    until: undefined,
  })),
  {
    name: 'T12 a line that was long on its way: only what is left',
    stamp: '2026-11-22T10:00:00Z',
    now: '2026-11-22T10:20:00Z',
    until: '2026-11-22T10:30:00Z',
  },
  {
    name: 'T14 a leap second is the next',
    stamp: '2026-12-31T23:59:60Z',
    now: '2027-01-01T00:00:30Z',
    until: '2027-01-01T00:30:00Z',
  },
  {
    name: 'T14 a leap second without a year',
    stamp: 'Dec 31 23:59:60',
    now: '2027-01-01T00:00:30Z',
    until: '2027-01-01T00:30:00Z',
  },
  {
    name: 'T14 24:00:00 is midnight',
    stamp: '2026-11-22T24:00:00Z',
    now: '2026-11-23T00:00:30Z',
    until: '2026-11-23T00:30:00Z',
  },
  ...['Nov  2 10:00:00', 'Nov 02 10:00:00'].map((stamp) => ({
    name: `T15 ${stamp}`,
    stamp,
    now: '2026-11-02T10:10:00Z',
    until: '2026-11-02T10:30:00Z',
  })),
  ...['nov 22 10:00:00', 'Okt 22 10:00:00', 'Mär 22 10:00:00', '11月 22 10:00:00'].map((stamp) => ({
    name: `T15 ${stamp}, of no English month`,
    stamp,
    now: '2026-11-22T10:10:00Z',
    until: undefined,
  })),
  ...['', '10:00:00', '1795341600', 'Nov 22', '- -'].map((stamp) => ({
    name: `T18 '${stamp}', which is no stamp`,
    stamp,
    now: '2026-11-22T10:10:00Z',
    until: undefined,
  })),
];

/** Cases that are read at one time in one zone stand in one log. */
const logs = new Map<string, Map<string, string>>();
const logOf = ({ zone = 'UTC', now }: StampCase) => `${zone} ${now}`;
for (const one of cases) {
  const lines = logs.get(logOf(one)) ?? new Map<string, string>();
  logs.set(logOf(one), lines.set(one.stamp, `192.0.2.${10 + lines.size}`));
}

/** Returns what tells until when a case gives permission; each log is read once. */
function askingOnce(ask: typeof untilOfNew): (one: StampCase) => Promise<string | undefined> {
  const answers = new Map<string, ReturnType<typeof untilOfNew>>();
  return async (one) => {
    const lines = logs.get(logOf(one)) ?? new Map<string, string>();
    const answer = answers.get(logOf(one)) ?? ask(one.zone ?? 'UTC', lines, one.now);
    answers.set(logOf(one), answer);
    return (await answer)[lines.get(one.stamp) ?? ''];
  };
}

describe('a stamp', () => {
  const untilNew = askingOnce(untilOfNew);
  it.each(cases)('$name, in new lines', async (one) => {
    expect(await untilNew(one)).toBe(one.until);
  });

  const untilOld = askingOnce(untilOfOld);
  it.each(cases)('$name, in a backlog', async (one) => {
    expect(await untilOld(one)).toBe(one.until);
  });

  it.each([
    { name: 'T07 2 minutes ahead', stamp: '2026-11-22T10:12:00Z', isOldGood: true },
    { name: 'T07 hours ahead', stamp: '2026-11-22T13:10:00Z', isOldGood: false },
    { name: 'T07 a day ahead, without a year', stamp: 'Nov 23 10:09:00', isOldGood: false },
    { name: 'T07 in 2099', stamp: '2099-11-22T10:10:00Z', isOldGood: false },
  ])('$name counts as now in new lines alone', async ({ stamp, isOldGood }) => {
    const now = '2026-11-22T10:10:00Z';
    const atMost = '2026-11-22T10:40:00Z';
    const line = new Map([[stamp, '192.0.2.10']]);
    expect(await untilOfNew('UTC', line, now)).toEqual({ '192.0.2.10': atMost });
    expect(await untilOfOld('UTC', line, now)).toEqual(isOldGood ? { '192.0.2.10': atMost } : {});
  });
});

const day = '2026-11-22T';
const login = (time: string, address: string) => dovecotLogin(`${day}${time}Z`, 'alice', address);
const update = (host: MailHost, time: string) => host.run(['update'], { now: `${day}${time}Z` });

describe('the clock', () => {
  it('T08 a backlog of three days gives what is left of the last timeout', async () => {
    const host = new MailHost();
    for (let minute = 3 * 24 * 60; minute > 0; minute -= 7) {
      const time = new Date(Date.parse('2026-11-22T10:10:00Z') - minute * 60_000).toISOString();
      appendFileSync(
        host.log,
        dovecotLogin(time.replace('.000', ''), 'alice', `198.51.100.${(minute % 250) + 1}`),
      );
    }
    await update(host, '10:10:00');
    const left = await relaying(host, `${day}10:10:00Z`);
    const wanted = [1, 8, 15, 22, 29].map((minute) => [
      `198.51.100.${minute + 1}`,
      new Date(Date.parse(`${day}10:40:00Z`) - minute * 60_000).toISOString().replace('.000', ''),
    ]);
    expect(left).toEqual(Object.fromEntries(wanted));
  });

  it('T09 lines out of order end with the newest', async () => {
    const host = new MailHost();
    appendFileSync(host.log, login('10:05:00', '192.0.2.10') + login('10:01:00', '192.0.2.10'));
    await update(host, '10:06:00');
    expect(await relaying(host, `${day}10:06:00Z`)).toEqual({ '192.0.2.10': `${day}10:35:00Z` });
    appendFileSync(host.log, login('10:04:00', '192.0.2.10'));
    await update(host, '10:07:00');
    expect(await relaying(host, `${day}10:07:00Z`)).toEqual({ '192.0.2.10': `${day}10:35:00Z` });
  });

  it('T10 set back 2 hours: nothing outlives now + timeout, and logins go on', async () => {
    const host = new MailHost();
    appendFileSync(host.log, login('12:00:00', '192.0.2.10'));
    await update(host, '12:01:00');
    expect(await update(host, '10:01:00')).toEqual({ status: 0, stdout: '', stderr: '' });
    expect(await relaying(host, `${day}10:01:00Z`)).toEqual({ '192.0.2.10': `${day}10:31:00Z` });
    appendFileSync(host.log, login('10:02:00', '192.0.2.11'));
    await update(host, '10:02:30');
    expect(await relaying(host, `${day}10:02:30Z`)).toEqual({
      '192.0.2.10': `${day}10:31:00Z`,
      '192.0.2.11': `${day}10:32:00Z`,
    });
    await update(host, '10:31:00');
    expect(await relaying(host, `${day}10:31:00Z`)).toEqual({ '192.0.2.11': `${day}10:32:00Z` });
    await update(host, '10:32:00');
    expect(await relaying(host, `${day}10:32:00Z`)).toEqual({});
  });

  it('T10 T11 whatever the clock does, nothing outlives now + timeout, and a login just written counts', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.integer({ min: -200_000, max: 200_000 }), fc.boolean()), { maxLength: 8 }),
        async (steps) => {
          const host = new MailHost();
          let seconds = Date.parse('2026-11-22T12:00:00Z') / 1000;
          await host.run(['update'], { now: textOf(seconds) });
          for (const [number, [step, logsIn]] of steps.entries()) {
            seconds += step;
            const now = textOf(seconds);
            const address = `198.51.100.${number + 1}`;
            if (logsIn) appendFileSync(host.log, dovecotLogin(now, 'alice', address));
            expect(await host.run(['update'], { now })).toMatchObject({ status: 0, stderr: '' });
            const until = await relaying(host, now);
            if (logsIn) expect(until[address]).toBe(textOf(seconds + 1800));
            for (const end of Object.values(until)) expect(end <= textOf(seconds + 1800)).toBe(true);
          }
          seconds += 1800;
          await host.run(['expire'], { now: textOf(seconds) });
          expect(await relaying(host, textOf(seconds))).toEqual({});
        },
      ),
      { numRuns: runsOf(15) },
    );
  });

  it('T11 a day forward and back: what it ended stays ended, a new login counts at once', async () => {
    const host = new MailHost();
    appendFileSync(host.log, login('10:00:00', '192.0.2.10'));
    await update(host, '10:01:00');
    expect(await host.run(['update'], { now: '2026-11-23T10:01:00Z' })).toMatchObject({ status: 0 });
    expect(await relaying(host, '2026-11-23T10:01:00Z')).toEqual({});
    appendFileSync(host.log, login('10:02:00', '192.0.2.11'));
    await update(host, '10:02:00');
    expect(await relaying(host, `${day}10:02:00Z`)).toEqual({ '192.0.2.11': `${day}10:32:00Z` });
  });

  it('C12 a machine that slept wakes to what the wall clock says', async () => {
    const host = new MailHost();
    appendFileSync(host.log, login('10:00:00', '192.0.2.10') + login('10:20:00', '192.0.2.11'));
    await update(host, '10:21:00');
    await update(host, '10:45:00');
    expect(await relaying(host, `${day}10:45:00Z`)).toEqual({ '192.0.2.11': `${day}10:50:00Z` });
  });
});

describe('T13 stamps of another time zone', () => {
  const line = (stamp: string) => stamped(stamp);

  it('are told once, then hourly, and when they are right again', async () => {
    const host = hostIn('Europe/Paris');
    await update(host, '10:00:00');
    appendFileSync(host.log, line('Nov 22 10:00:20'));
    const told = await update(host, '10:01:00');
    expect(told).toEqual({
      status: 0,
      stdout: '',
      stderr: `exact: ${host.log}: stamps are 1 h behind the clock: the time zone of the log differs; logins end too early, or never count; set 'timezone' in exact.conf\n`,
    });
    expect(await update(host, '10:02:00')).toMatchObject({ stderr: '' });
    await host.run(['expire'], { now: `${day}10:02:30Z` });
    appendFileSync(host.log, line('Nov 22 10:02:40'));
    expect(await update(host, '10:03:00')).toMatchObject({ stderr: '' });
    expect(await update(host, '11:01:00')).toMatchObject({ stderr: told.stderr });
    expect(await relaying(host, `${day}11:01:00Z`)).toEqual({});
    replace(host, 'timezone Europe/Paris', 'timezone UTC');
    appendFileSync(host.log, line('Nov 22 11:01:30'));
    const over = await update(host, '11:02:00');
    expect(over.stderr).toContain(`exact: recovered: ${host.log}: stamps are 1 h behind the clock`);
    expect(await relaying(host, `${day}11:02:00Z`)).toEqual({ '192.0.2.10': `${day}11:31:30Z` });
  });

  it.each([
    { name: 'the right zone', stamps: ['Nov 22 10:00:20', 'Nov 22 10:00:50'] },
    { name: 'a line that was long on its way', stamps: ['Nov 22 09:40:20'] },
    { name: 'a line that was hours on its way', stamps: ['Nov 22 07:45:20'] },
    { name: 'lines that were kept back together', stamps: ['Nov 22 08:00:20', 'Nov 22 10:00:20'] },
    { name: 'stamps ahead: they count as now', stamps: ['Nov 22 12:00:20'] },
  ])('are not told of for $name', async ({ stamps }) => {
    const host = new MailHost();
    await update(host, '10:00:00');
    for (const stamp of stamps) appendFileSync(host.log, line(stamp));
    expect(await update(host, '10:01:00')).toEqual({ status: 0, stdout: '', stderr: '' });
  });

  it('are not told of for a backlog, nor after a long pause of the runs', async () => {
    const host = new MailHost();
    appendFileSync(host.log, line('Nov 22 08:00:20'));
    expect(await update(host, '10:00:00')).toMatchObject({ stderr: '' });
    appendFileSync(host.log, line('Nov 22 10:01:00'));
    expect(await update(host, '12:01:00')).toMatchObject({ stderr: '' });
  });
});

describe('the timeout', () => {
  it('T16 shortened cuts what runs, at the next run', async () => {
    const host = new MailHost('timeout 30m');
    appendFileSync(host.log, login('10:00:00', '192.0.2.10') + login('10:08:00', '192.0.2.11'));
    await update(host, '10:09:00');
    replace(host, 'timeout 30m', 'timeout 5m');
    await update(host, '10:10:00');
    expect(await relaying(host, `${day}10:10:00Z`)).toEqual({ '192.0.2.11': `${day}10:13:00Z` });
  });

  it('T16 lengthened serves what still runs, and never brings back what had ended', async () => {
    const host = new MailHost('timeout 5m');
    appendFileSync(host.log, login('10:00:00', '192.0.2.10') + login('10:08:00', '192.0.2.11'));
    await update(host, '10:09:00');
    replace(host, 'timeout 5m', 'timeout 30m');
    await update(host, '10:10:00');
    const until = await relaying(host, `${day}10:10:00Z`);
    expect(Object.keys(until)).toEqual(['192.0.2.11']);
    expect((until['192.0.2.11'] ?? '') <= `${day}10:38:00Z`).toBe(true);
  });

  it.each(['update', 'expire'])(
    'T17 a login again extends; %s ends it to the second, in a silent log',
    async (command) => {
      const host = new MailHost();
      for (const minute of ['00', '10']) {
        appendFileSync(host.log, login(`10:${minute}:00`, '192.0.2.10'));
        await update(host, `10:${minute}:30`);
      }
      expect(readFileSync(host.relay, 'utf8')).toBe('192.0.2.10\n');
      await host.run([command], { now: `${day}10:39:59Z` });
      expect(readFileSync(host.relay, 'utf8')).toBe('192.0.2.10\n');
      await host.run([command], { now: `${day}10:40:00Z` });
      expect(readFileSync(host.relay, 'utf8')).toBe('');
    },
  );
});

function textOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace('.000', '');
}
