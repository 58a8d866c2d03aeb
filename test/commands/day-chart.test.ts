/** The last day by the hour, in `dump --stats`: from runs as cron makes them to the chart. */
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { drawnDay } from '../../src/commands/dump/day-chart.ts';
import { chooseColours } from '../../src/terminal/colour.ts';
import { dovecotLogin, MailHost } from './run-exact.ts';

const end = '2026-11-23T09:20:00Z';
/** How many log in within each hour from 10 h on; whoever does not is gone half an hour later. */
const people = [3, 0, 8, 1];

/** Makes a host on which that was a day. */
async function hostAfterDay(): Promise<MailHost> {
  const host = new MailHost('server dovecot');
  for (const [index, count] of people.entries()) {
    const time = (minute: number) => `2026-11-22T${10 + index}:${minute}:00Z`;
    for (let person = 0; person < count; person++)
      appendFileSync(host.log, dovecotLogin(time(10), `user${person}`, `192.0.2.${10 + person}`));
    if (index === 3) appendFileSync(host.log, dovecotLogin(time(10), 'web', '127.0.0.1'));
    await host.run(['update'], { now: time(11) });
  }
  await host.run(['update'], { now: '2026-11-22T13:41:00Z' });
  return host;
}

async function hoursOf(host: MailHost) {
  const { stdout } = await host.run(['dump', '--stats', '--json'], { now: end });
  return JSON.parse(stdout).byHour as { logins: number; addresses: number | null }[];
}

const blank = '                                        ';

describe('dump --stats', { timeout: 120_000 }, () => {
  it('draws the last day on a terminal, in ASCII where colours are not wanted, and nothing in a pipe', async () => {
    const host = await hostAfterDay();
    const draw = async (env: Record<string, string>, columns: number) => {
      const circumstances = { now: end, env, columns };
      return (await host.run(['dump', '--stats', '--color', 'auto'], circumstances)).stdout;
    };
    const coloured = await draw({}, 80);
    expect(coloured).toContain('\x1b[32m▃▃  ██▁▁');
    // An hour has those, too, that the run before had published.
    expect(
      coloured
        .replace(/\x1b\[\d+m/g, '')
        .split('\n\n')[1]
        ?.split('\n'),
    ).toEqual([
      'by hour      10:00       16:00       22:00       04:00         24 h  most',
      `logins       ▃▃  ██▁▁${blank}    12     8`,
      `refused            ██${blank}     1     1`,
      `addresses    ▃▃▃▃████${blank}           8`,
      '',
    ]);
    const dots = '. '.repeat(20);
    const plain = await draw({ NO_COLOR: '1' }, 80);
    expect(plain).toMatch(/^[\n -~]+$/);
    expect(plain).toContain(`\nlogins       3 . 9 1 ${dots}    12     8\n`);
    expect(plain).toContain(`\naddresses    3 3 9 9 ${dots}           8\n`);
    const always = await host.run(['dump', '--stats', '--color', 'always'], { now: end });
    expect(always.stdout).not.toContain('by hour');
  });

  it('has the hours in JSON, the oldest first, and counts logins once that are read once more', async () => {
    const host = await hostAfterDay();
    const day = await hoursOf(host);
    expect(day).toHaveLength(24);
    expect(day.map(({ logins }) => logins).slice(0, 5)).toEqual([...people, 0]);
    expect(day[0]).toEqual({ hour: '2026-11-22T10:00:00Z', logins: 3, refused: 0, addresses: 3 });
    expect(day[3]).toEqual({ hour: '2026-11-22T13:00:00Z', logins: 1, refused: 1, addresses: 8 });
    await host.run(['update', '--rebuild'], { now: '2026-11-22T13:50:00Z' });
    expect((await hoursOf(host)).map(({ logins }) => logins)).toEqual(day.map(({ logins }) => logins));
  });

  it('takes a state of an earlier release, and knows no more than that', async () => {
    const host = await hostAfterDay();
    const path = join(host.folder, 'state.cursors');
    const { loginsByHour, addressesByHour, ...earlier } = JSON.parse(readFileSync(path, 'utf8'));
    expect([loginsByHour, addressesByHour].map((byHour) => Object.keys(byHour).length)).toEqual([3, 4]);
    writeFileSync(path, JSON.stringify(earlier));
    const day = await hoursOf(host);
    expect(day.map(({ logins }) => logins)).toEqual(Array(24).fill(0));
    expect(day.map(({ addresses }) => addresses)).toEqual([...Array(3).fill(null), ...Array(21).fill(0)]);
  });
});

describe('drawnDay()', () => {
  const noon = Date.parse('2026-11-22T12:00:00Z') / 1000;
  const hours = Array.from({ length: 24 }, (_, index) => {
    return { begins: noon + index * 3600, logins: index * 100, refused: 0, addresses: undefined };
  });
  const draw = (columns: number | undefined, zone = 'UTC') =>
    drawnDay(hours, {
      colours: chooseColours({ option: 'always', env: {}, isTerminal: true }),
      columns,
      zone,
    }).map((line) => line.replace(/\x1b\[\d+m/g, ''));

  it('takes one column an hour on a narrow terminal, and leaves the bars out where they have no room', () => {
    expect(draw(60)).toEqual([
      'by hour      12:00 18:00 00:00 06:00     24 h   most',
      'logins        ▁▁▁▁▁▂▂▂▃▃▃▄▄▄▅▅▅▆▆▆▇▇█  27,600  2,300',
      'refused                                     0      0',
      'addresses                                          0',
    ]);
    expect(draw(40)[1]).toBe('logins       27,600  2,300');
    // One that does not say how wide it is.
    for (const columns of [undefined, 0]) expect(draw(columns)).toEqual(draw(80));
  });

  it('has its hours in the zone that is given', () => {
    expect(draw(80, 'Asia/Kolkata')[0]).toContain('  17:30       23:30       05:30       11:30  ');
  });
});
