/** What a run writes for Prometheus: the facts of `dump --stats`. */
import { appendFileSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { KeptHost, sharedHost } from './kept-host.ts';
import { dovecotLogin, type MailHost } from './run-exact.ts';

const at = (time: string, day = 22) => ({ now: `2026-11-${day}T${time}Z` });
const seconds = (time: string) => Date.parse(`2026-11-22T${time}Z`) / 1000;
const login = (time: string, user: string, address: string) =>
  dovecotLogin(`2026-11-22T${time}Z`, user, address);
const handedOver = (address: string, server: string) =>
  `${JSON.stringify({ time: '2026-11-22T10:00:00Z', address, user: 'ALICE', server })}\n`;

let host: KeptHost;

/** The values of the file by their names, with labels. */
function samples(): Record<string, number> {
  const text = readFileSync(join(host.folder, 'exact.prom'), 'utf8');
  expect(text).toMatch(
    /^(?:# (?:HELP|TYPE) [^\n]+\n|[a-z_]+(?:\{[a-z]+="(?:[^"\\\n]|\\["\\])*"\})? \d+(?:\.\d+)?\n)+$/,
  );
  const lines = text.split('\n').filter((line) => /^[^#]/.test(line));
  return Object.fromEntries(
    lines.map((line) => {
      const space = line.lastIndexOf(' ');
      return [line.slice(0, space), Number(line.slice(space + 1))];
    }),
  );
}

/** Which of the values begin so. */
function named(name: string): Record<string, number> {
  return Object.fromEntries(Object.entries(samples()).filter(([key]) => key.startsWith(`exact_${name}`)));
}

async function statistics(circumstances: ReturnType<typeof at>) {
  return JSON.parse((await host.run(['dump', '--stats', '--json'], circumstances)).stdout);
}

const lived = async (host: MailHost) => {
  appendFileSync(
    host.log,
    login('10:00:00', 'alice', '192.0.2.10') +
      login('10:00:00', 'bob', '192.0.2.10') +
      login('10:00:00', 'web', '127.0.0.1'),
  );
  await host.run(['update'], at('10:01:00'));
};
const makeHost = sharedHost(() => new KeptHost('metrics exact.prom'), lived);
beforeEach(async () => {
  host = await makeHost();
});

describe('metrics', () => {
  it('say what dump --stats says', async () => {
    const stdin = handedOver('192.0.2.11', 'courier');
    await host.run(['update', '--logins', '-'], { ...at('10:02:00'), stdin });
    // The backlog of a first run is no delay, and neither is what was handed over.
    appendFileSync(host.log, `${login('10:02:00', 'alice', '192.0.2.10')}no end`);
    await host.run(['update'], at('10:03:00'));
    const stats = await statistics(at('10:03:00'));
    const [{ unread, written }] = stats.maillogs;
    expect(samples()).toEqual({
      exact_entries: stats.pairs,
      exact_max_entries: stats.maxEntries,
      'exact_server_entries{server="courier"}': stats.byServer.courier,
      'exact_server_entries{server="dovecot"}': stats.byServer.dovecot,
      exact_users: stats.users,
      exact_published_addresses: stats.addresses,
      exact_crowded_addresses: stats.crowded,
      exact_over_limit_users: 0,
      exact_failed_maps: 0,
      exact_last_run_timestamp_seconds: Date.parse(stats.lastRun) / 1000,
      exact_last_run_exit_status: stats.lastStatus,
      exact_last_run_duration_seconds: stats.lastTook,
      [`exact_maillog_unread_bytes{maillog="${host.log}"}`]: unread,
      [`exact_maillog_written_timestamp_seconds{maillog="${host.log}"}`]: Date.parse(written) / 1000,
      exact_last_login_timestamp_seconds: Date.parse(stats.lastLogin) / 1000,
      exact_publication_delay_median_seconds: 60,
      exact_publication_delay_worst_seconds: 60,
      exact_unreadable_maillogs: 0,
      exact_problems: stats.problems,
      // Those of a first run's backlog, what was handed over, and what was new.
      exact_logins_total: 4,
      'exact_refused_logins_total{reason="loopback"}': stats.refusedTotal.loopback,
    });
    expect(stats).toMatchObject({
      ...{ pairs: 3, addresses: 2, users: 2, byServer: { dovecot: 2, courier: 1 }, maxEntries: 1_000_000 },
      ...{ lastRun: '2026-11-22T10:03:00Z', lastLogin: '2026-11-22T10:02:00Z', refused: { loopback: 1 } },
    });
    expect(stats.delays).toEqual({ logins: 1, median: 60, worst: 60 });
    expect(unread).toBe('no end'.length);
  });

  it('follow the table when pairs expire and when they are revoked', async () => {
    appendFileSync(host.log, login('10:20:00', 'carol', '192.0.2.12'));
    await host.run(['update'], at('10:21:00'));
    expect(samples()).toMatchObject({ exact_users: 3, 'exact_server_entries{server="dovecot"}': 3 });
    await host.run(['expire', '--user', 'bob'], at('10:22:00'));
    expect(samples()).toMatchObject({ exact_users: 2, 'exact_server_entries{server="dovecot"}': 2 });
    await host.run(['expire'], at('10:31:00'));
    expect(samples()).toMatchObject({ exact_users: 1, 'exact_server_entries{server="dovecot"}': 1 });
    await host.run(['update'], at('10:51:00'));
    expect(samples()).toMatchObject({ exact_entries: 0, exact_users: 0 });
    expect(named('server_entries')).toEqual({});
  });

  it('have sums of a table that no run has changed since they were asked for', async () => {
    const conf = readFileSync(host.config, 'utf8');
    writeFileSync(host.config, conf.replace('metrics exact.prom\n', ''));
    appendFileSync(host.log, login('10:02:00', 'carol', '192.0.2.12'));
    await host.run(['update'], at('10:03:00'));
    writeFileSync(host.config, conf);
    await host.run(['update'], at('10:04:00'));
    expect(samples()).toMatchObject({ exact_entries: 3, exact_users: 3 });
  });

  it('do not read a table again that has not changed', async () => {
    host.replace(join(host.folder, 'state'), 'damaged');
    const { stderr } = await host.run(['expire', '--undo', '192.0.2.10'], at('10:02:00'));
    expect(stderr).toBe('');
    expect(samples()).toMatchObject({
      exact_users: 2,
      exact_last_run_timestamp_seconds: seconds('10:02:00'),
    });
  });

  it('tell nothing of a log that is not known', async () => {
    renameSync(host.log, `${host.log}.old`);
    await host.run(['update'], at('10:02:00'));
    expect(named('maillog')).toEqual({});
  });

  it('show names of servers as they are, but for what would make them another line or label', async () => {
    const stdin = handedOver('192.0.2.11', 'a"} 9\n\\z');
    await host.run(['update', '--logins', '-'], { ...at('10:02:00'), stdin });
    expect(named('server_entries')).toEqual({
      'exact_server_entries{server="dovecot"}': 2,
      'exact_server_entries{server="a\\"} 9\\\\n\\\\z"}': 1,
    });
  });
});

describe('what alerts ask', () => {
  it('tells of maps that could not be published, and of users over the limit', async () => {
    appendFileSync(host.config, 'output text gone/relay.txt\nmax-addresses-per-user 1\n');
    appendFileSync(host.log, login('10:02:00', 'alice', '192.0.2.11'));
    await host.run(['update'], at('10:03:00'));
    expect(samples()).toMatchObject({ exact_failed_maps: 1, exact_over_limit_users: 1 });
    mkdirSync(join(host.folder, 'gone'));
    await host.run(['update'], at('10:40:00'));
    expect(samples()).toMatchObject({ exact_failed_maps: 0, exact_over_limit_users: 0 });
  });

  it('tells of near misses in new lines, each once, and of none in a backlog', async () => {
    const line = (time: string, words: string) =>
      appendFileSync(host.log, `2026-11-22T${time}+00:00 mx dovecot: imap-login: ${words}\n`);
    line('10:02:00', 'Logged on: user=<alice>, rip=192.0.2.10');
    line('10:02:01', 'Logged on: user=<>, rip=192.0.2.10');
    line('10:02:02', 'Log on failed: user=<alice>, rip=192.0.2.10');
    appendFileSync(host.log, login('10:02:03', 'alice', '192.0.2.10'));
    for (const time of ['10:03:00', '10:04:00']) await host.run(['update'], at(time));
    expect(named('near_misses')).toEqual({ 'exact_near_misses_total{server="dovecot"}': 1 });
    await host.run(['update', '--rebuild'], at('10:05:00'));
    expect(named('near_misses')).toEqual({ 'exact_near_misses_total{server="dovecot"}': 1 });
  });

  it('tells of logs of which most new lines are in no form', async () => {
    appendFileSync(host.log, 'nothing of a log\n'.repeat(40));
    await host.run(['update'], at('10:02:00'));
    expect(samples()).toMatchObject({ exact_unreadable_maillogs: 1 });
    appendFileSync(host.log, login('10:02:30', 'alice', '192.0.2.10').repeat(9));
    await host.run(['update'], at('10:03:00'));
    expect(samples()).toMatchObject({ exact_unreadable_maillogs: 0 });
  });
});

describe('logins refused', () => {
  it('are those of a day in dump --stats, and all of them in the metrics', async () => {
    appendFileSync(host.log, login('23:00:00', 'web', '127.0.0.1') + login('23:00:00', 'cam', '127.0.0.1'));
    await host.run(['update'], at('23:01:00'));
    expect((await statistics(at('23:02:00'))).refused).toEqual({ loopback: 3 });
    expect((await statistics(at('09:59:59', 23))).refused).toEqual({ loopback: 3 });
    // Those of 10 h are a day old now.
    const later = await statistics(at('10:00:00', 23));
    expect(later).toMatchObject({ refused: { loopback: 2 }, refusedTotal: { loopback: 3 } });
    expect((await host.run(['dump', '--stats'], at('10:00:00', 23))).stdout).toContain(
      'refused      24 h: 2 loopback\n',
    );
    await host.run(['update'], at('23:00:00', 23));
    expect((await host.run(['dump', '--stats'], at('23:00:00', 23))).stdout).toContain(
      'refused      24 h: none\n',
    );
    expect(samples()).toMatchObject({ 'exact_refused_logins_total{reason="loopback"}': 3 });
  });
});
