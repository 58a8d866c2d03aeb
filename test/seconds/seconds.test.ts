/**
 * How long it takes on a booted Debian 13, with what the package ships, until whoever has read mail may send; that no login
 * is lost; and what it costs. Printed by `npm run bench -- seconds`; takes some fifty minutes, and means something on a
 * machine that does nothing else.
 */
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { hostAddress } from '../servers/namespace.ts';
import { type MailHost, password, startMailHost, userCount, whileBusy } from './mail-host.ts';
import { enter, quantile } from './rows.ts';

let host: MailHost;
const mailLog = '/var/log/mail.log';

beforeAll(async () => {
  host = await startMailHost();
});
afterAll(() => host?.close());

/** Runs a script of this folder in the clients' network, and returns what it prints. */
async function fromClients(script: string, asked: object): Promise<unknown> {
  const path = fileURLToPath(new URL(script, import.meta.url));
  const input = JSON.stringify({ ...asked, password, servers: hostAddress });
  return JSON.parse(await host.clients.must([process.execPath, path], input));
}

/** Expects that none is missing, and returns them. */
function all(delays: readonly (number | null)[]): number[] {
  const there = delays.filter((delay) => delay !== null);
  expect({ lost: delays.length - there.length }).toEqual({ lost: 0 });
  return there;
}

/** Each test that counts has networks of its own. */
let network = 0;
let clientsSoFar = 0;

/** From login to 250, of forty clients at times of no pattern. */
async function fetchAndSend(what: string): Promise<void> {
  const clients = Array.from({ length: 40 }, (_, index) => ({
    source: `198.51.100.${++clientsSoFar}`,
    user: `user${index % userCount}`,
    pauseMs: 500 + 3000 * ((index * 0.618034) % 1),
  }));
  const delays = all((await fromClients('fetch-and-send.js', { clients })) as (number | null)[]);
  enter({
    what,
    figures: [
      { name: 'median', is: quantile(delays, 0.5), atMost: 1 },
      { name: '95 %', is: quantile(delays, 0.95), atMost: 2 },
    ],
  });
}

/** Seconds of processor time in some minutes, as if it had been an hour. */
async function processorTime(what: string, minutes: number, atMost: number): Promise<void> {
  const before = await host.processorSeconds();
  await host.sh(`sleep ${60 * minutes}`);
  const taken = (await host.processorSeconds()) - before;
  enter({ what, figures: [{ name: 'CPU an hour', is: (60 / minutes) * taken, atMost }] });
}

async function noUnitFailed(): Promise<void> {
  expect(await host.sh('systemctl is-active exact.path')).toBe('active\n');
  expect((await host.run(['systemctl', 'is-failed', 'exact.service'])).stdout).not.toBe('failed\n');
}

/** While logins come four times a second, does something a hundred times. */
async function often(what: string, done: string): Promise<void> {
  network++;
  const commands = `for time in $(seq 100); do ${done}; sleep 1; done`;
  await host.sh(`systemd-run --quiet --unit=often sh -c '${commands}'`);
  const asked = { count: 480, everyMs: 250, network: `2001:db8:${network}:`, patienceMs: 30_000 };
  const delays = all((await host.program('publish-delays.mjs', [], asked)) as (number | null)[]);
  await vi.waitFor(
    async () => expect((await host.run(['systemctl', 'is-active', 'often'])).status).not.toBe(0),
    {
      timeout: 300_000,
      interval: 1000,
    },
  );
  enter({ what, figures: [{ name: 'worst', is: quantile(delays, 1), atMost: 5 }] });
  await noUnitFailed();
}

describe('the journal alone', () => {
  it('an idle host', () => fetchAndSend('login to 250, idle host, the journal only'), 600_000);
  it('a busy one', () => whileBusy(host, () => fetchAndSend('the same, 50 other lines a second')), 600_000);
  it(
    'its rotation',
    () => often('100 rotations of the journal under 4 logins a second, login to map', 'journalctl --rotate'),
    900_000,
  );
});

describe('a file', () => {
  beforeAll(async () => {
    await host.sh(`apt-get install -y -q rsyslog logrotate
      logger --priority mail.info --tag dovecot begin
      for time in $(seq 50); do test -s ${mailLog} && break; sleep 0.1; done
      exact dump --path-unit >/etc/systemd/system/exact.path.d/maillog.conf
      systemctl daemon-reload; systemctl restart exact.path; systemctl start --wait exact.service`);
  }, 300_000);

  it('an idle host', () => fetchAndSend(`login to 250, idle host, ${mailLog}`), 600_000);
  it('a busy one', () => whileBusy(host, () => fetchAndSend('the same, 50 other lines a second')), 600_000);

  it('twenty logins a second for a minute', async () => {
    const network = '2001:db8:aaaa:';
    const addresses = Array.from({ length: 1200 }, (_, index) => `${network}${(index + 1).toString(16)}::1`);
    const users = Array.from({ length: userCount }, (_, index) => `user${index}`);
    const watched = host.program('watch-map.mjs', [network, String(addresses.length), '90000']);
    const logins = await fromClients('log-in-often.js', { addresses, users, perSecond: 20 });
    const published = (await watched) as Record<string, number>;
    const delays = Object.entries(logins as Record<string, number>).map(([address, since]) =>
      published[address] === undefined ? null : published[address] - since,
    );
    enter({
      what: '20 logins a second for a minute, login to map',
      figures: [{ name: 'worst', is: quantile(all(delays), 1), atMost: 3 }],
    });
    await noUnitFailed();
  }, 300_000);

  it('processor time', async () => {
    await processorTime('no line in the log for five minutes', 5, 6);
    await whileBusy(host, () => processorTime('50 lines a second for five minutes', 5, 360));
  }, 900_000);

  it.each([2, 5, 10])(
    'processor time with a brake of %i seconds',
    async (brake) => {
      const dropIn = '/etc/systemd/system/exact.service.d/brake.conf';
      await host.write(dropIn, `[Service]\nEnvironment=BRAKE=${brake}\n`);
      await host.sh('systemctl daemon-reload');
      const what = `the same for two minutes, BRAKE=${brake}`;
      await whileBusy(host, () => processorTime(what, 2, 360));
      await host.sh(`rm ${dropIn}; systemctl daemon-reload`);
    },
    300_000,
  );

  describe('without the timer', () => {
    beforeEach(() => host.sh('systemctl stop exact.timer'));
    afterEach(() => host.sh('systemctl start exact.timer'));

    it.each([
      ['rotations by logrotate', 'logrotate -f /etc/logrotate.d/rsyslog'],
      // systemd would start it no more than five times in ten seconds.
      ['restarts of rsyslog', 'systemctl reset-failed rsyslog; systemctl restart rsyslog'],
    ])('%s', (name, done) => often(`100 ${name} under 4 logins a second, login to map`, done), 900_000);

    it('a thousand wake-ups', async () => {
      network++;
      const asked = {
        count: 1000,
        pausesMs: 700,
        path: mailLog,
        network: `2001:db8:${network}:`,
        patienceMs: 20_000,
      };
      const delays = all((await host.program('publish-delays.mjs', [], asked)) as (number | null)[]);
      const lost = delays.filter((delay) => delay > 5000).length;
      enter({ what: 'wake-ups lost in 1,000', figures: [{ name: 'lost', is: lost, atMost: 0 }] });
      await noUnitFailed();
    }, 3_600_000);
  });
});
