/**
 * A clean Debian 13 under systemd, made a mail host by the words of the README: who has read mail may send for a while,
 * and nobody else. The tests are one history of it.
 */
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { buildPackage, deliver, runCronJobs } from './built-package.ts';
import { type Debian, startDebian } from './debian.ts';
import { documented, readmeBlocks } from './documented.ts';
import { logIn } from './mail-login.ts';
import { replyToRecipient } from './smtp-probe.ts';

const [installServers = '', installExact = '', lookUp = '', check = '', ask = ''] = readmeBlocks(
  'Five minutes to a working Postfix',
);

/** The address that the README asks about. */
const client = '198.51.100.23';

let debian: Debian;

beforeAll(async () => {
  debian = await startDebian('systemd');
  await deliver(debian, buildPackage());
  await debian.sh(
    "useradd --create-home alice; echo 'alice:secret of alice' | chpasswd; apt-get install -y -q cron sudo",
  );
  await debian.sh(installServers);
});
afterAll(() => debian?.close());

/** Logs in to the mailbox of alice by IMAP over TLS. */
async function readMail(source: string): Promise<void> {
  const login = { protocol: 'imap', source, user: 'alice', password: 'secret of alice', tls: true } as const;
  expect(await logIn(debian.clients, [login])).toEqual([true]);
}

/** What Postfix answers clients at these addresses that want to send to somebody elsewhere. */
const replies = (...sources: string[]) => replyToRecipient(debian.clients, 25, sources);

/** Waits until Postfix gives a client that answer. Seconds. */
function becomes(source: string, code: number, patience: number): Promise<void> {
  const asked = async () => expect(await replies(source)).toEqual({ [source]: code });
  return vi.waitFor(asked, { timeout: patience * 1000, interval: 1000 });
}

let dropIns = 0;

/**
 * Gives units one more drop-in of these lines, as `systemctl edit` would: those of the tests before stay, for what
 * exact.conf asks for since then is still needed by the run of each minute.
 */
async function dropIn(lines: string, ...units: string[]): Promise<void> {
  dropIns++;
  for (const unit of units) {
    await debian.write(`/etc/systemd/system/${unit}.d/test-${dropIns}.conf`, lines);
  }
  // A test starts them more often than a timer would, and than systemd lets a unit.
  await debian.sh(`systemctl daemon-reload; systemctl reset-failed ${units.join(' ')} || true`);
}

const property = async (unit: string, name: string) =>
  (await debian.must(['systemctl', 'show', '--value', '-p', name, unit])).trim();

const append = (line: string) => debian.must(['tee', '-a', '/etc/exact/exact.conf'], `${line}\n`);

it('the package touches no other service, and its timer runs', async () => {
  const processes = () =>
    Promise.all(['postfix', 'dovecot', 'cron'].map((unit) => property(unit, 'MainPID')));
  const before = await processes();
  await debian.sh(`cd /root; ${installExact}`);
  expect(await processes()).toEqual(before);
  expect(
    await debian.sh(
      'systemctl is-active exact.timer exact.path; systemctl is-enabled exact.timer exact.path exact-boot.service',
    ),
  ).toBe('active\nactive\nenabled\nenabled\nenabled\n');
  expect(await property('exact.timer', 'AccuracyUSec')).toBe('1s');
  // systemd reads the units without a word, and finds the commands in them.
  const units = 'exact.service exact.timer exact.path exact-boot.service exact-failure.service';
  expect(await debian.sh(`systemd-analyze verify --man=no ${units} 2>&1`)).toBe('');
});

it('Postfix looks up an empty table, and the check finds no fault', async () => {
  await debian.sh(lookUp);
  expect(await replies(client, '2001:db8::23')).toEqual({ [client]: 554, '2001:db8::23': 554 });
  expect(await debian.sh(check)).not.toMatch(/^FAIL/m);
});

it('a login lets the client relay within a minute, and no longer after the timeout', {
  timeout: 300_000,
}, async () => {
  // The least that a run each minute is sure to show.
  await append('timeout 65s');
  await readMail(client);
  await becomes(client, 250, 70);
  expect(await debian.sh(ask)).toMatch(new RegExp(`^${client}: yes: alice .*(?:.*\n)*OK$`, 'm'));
  expect(await replies('198.51.100.24', '2001:db8::23')).toEqual({
    '198.51.100.24': 554,
    '2001:db8::23': 554,
  });
  await becomes(client, 554, 140);
});

it('nothing of what a run does each minute fills the journal', async () => {
  expect(await debian.sh('journalctl -q UNIT=exact.service + SYSLOG_IDENTIFIER=exact')).toBe('');
});

it('what expired while the host was down is gone before Postfix answers', async () => {
  // A run that waits would empty the map, at the time that it is now.
  await debian.sh('systemctl stop postfix.service exact.timer exact.path exact.service');
  await debian.sh('sed -i /^timeout/d /etc/exact/exact.conf');
  const past = new Date(Date.now() - 3_600_000).toISOString();
  const login = JSON.stringify({ time: past, address: client, user: 'alice', server: 'dovecot' });
  const update = ['exact', 'update', '--logins', '-', '--now', past, '--state', '/var/lib/exact/state'];
  await debian.must(update, `${login}\n`);
  expect(await debian.sh('cat /var/lib/exact/relay.txt')).toBe(`${client}\n`);
  // What a boot does: all that it wants is started at once, in the order that the units ask for.
  await debian.sh('systemctl start multi-user.target');
  expect(await replies(client)).toEqual({ [client]: 554 });
  const ended = Number(await property('exact-boot.service', 'ExecMainExitTimestampMonotonic'));
  const started = Number(await property('postfix.service', 'InactiveExitTimestampMonotonic'));
  expect(ended).toBeGreaterThan(0);
  expect(started).toBeGreaterThan(ended);
});

it('cron does nothing where systemd runs', async () => {
  await readMail(client);
  // Dovecot's line is in the journal once this finds it.
  await vi.waitFor(() => debian.sh(`exact parse --since 1m | grep -F ${client}`), { timeout: 10_000 });
  // Its job is not there, for cron to log that it was run; one that was there before systemd does nothing.
  await debian.sh('test ! -e /etc/cron.d/exact-relay; cp /usr/share/exact/cron.d /etc/cron.d/exact-relay');
  expect(await runCronJobs(debian)).toBe('');
  expect(await debian.sh('cat /var/lib/exact/relay.txt')).toBe('');
  // The check does not take cron's table for a job, and sees as root all that there are.
  expect((await debian.run(['exact', 'update', '--check'])).stdout).toMatch(
    /timer +exact\.timer is not active, and no cron job; .*\n +fix +systemctl enable --now exact\.timer\n/,
  );
  await debian.sh('systemctl start --wait exact.service');
  expect(await debian.sh('cat /var/lib/exact/relay.txt')).toBe(`${client}\n`);
});

it('a run that is started by lines of other programs in the journal ends before it begins', async () => {
  const cursors = () => debian.sh('stat -c %y /var/lib/exact/state.cursors');
  await debian.sh('systemctl start --wait exact.service; test -s /var/lib/exact/state.idle');
  const before = await cursors();
  await debian.sh(
    'logger --priority mail.info --tag postfix/smtpd connect; journalctl --sync; systemctl start --wait exact.service',
  );
  expect(await cursors()).toBe(before);
  // The shell finds it alone, once nothing else happens.
  await vi.waitFor(
    async () => {
      await debian.sh('logger --priority mail.info --tag postfix/smtpd connect; journalctl --sync');
      const traced = await debian.sh('runuser -u exact -- sh -x /usr/bin/exact update 2>&1');
      expect(traced).toMatch(/\n\+ exit 0\n$/);
    },
    { timeout: 30_000 },
  );
  await readMail('198.51.100.30');
  await vi.waitFor(
    () => debian.sh('systemctl start --wait exact.service; grep -Fx 198.51.100.30 /var/lib/exact/relay.txt'),
    { timeout: 20_000, interval: 1000 },
  );
  expect(await cursors()).not.toBe(before);
});

it('the service writes nowhere but in its folder, until a drop-in lets it', async () => {
  await debian.sh('install -d -o exact /var/log/exact');
  await append('metrics /var/log/exact/exact.prom');
  await expect(debian.sh('systemctl start --wait exact.service')).rejects.toThrow();
  expect(await debian.sh('journalctl -q -o cat -u exact.service')).toContain('/var/log/exact');
  await dropIn(documented('ReadWritePaths=', 'exact.8'), 'exact.service', 'exact-boot.service');
  await debian.sh('systemctl start --wait exact.service; test -s /var/log/exact/exact.prom');
  await debian.sh('systemctl start exact-boot.service');
});

it('the drop-ins for the path unit and for its pause are taken as exact(8) has them', async () => {
  const dropped = '/etc/systemd/system/exact.path.d/maillog.conf';
  const before = await debian.sh(`cat ${dropped}`);
  await debian.sh(documented('exact dump --path-unit', 'exact.8'));
  expect(await debian.sh(`cat ${dropped}; systemctl is-active exact.path`)).toBe(`${before}active\n`);
  await dropIn(documented('PathModified=/var/log/exact-logins', 'exact.8'), 'exact.path');
  expect(await property('exact.path', 'Paths')).toBe('/var/log/exact-logins (PathModified)');
  await dropIn(documented('BRAKE=2', 'exact.8'), 'exact.service');
  expect(await property('exact.service', 'Environment')).toContain('BRAKE=2');
  await debian.sh('rm /etc/systemd/system/exact.path.d/test-*.conf; systemctl daemon-reload');
});

it('an on-change command can become root, if a drop-in lets it', async () => {
  const [asRoot, file] = ['/usr/bin/touch /var/lib/exact/by-root', '/var/lib/exact/by-root'];
  await debian.write('/etc/sudoers.d/exact', `exact ALL=(root) NOPASSWD: ${asRoot}\n`);
  await dropIn(documented('NoNewPrivileges=', 'exact.8'), 'exact.service');
  await append(`on-change /usr/bin/sudo -n ${asRoot}`);
  await readMail('198.51.100.31');
  await vi.waitFor(
    () => debian.sh(`systemctl start --wait exact.service; test "$(stat -c %U ${file})" = root`),
    {
      timeout: 20_000,
      interval: 1000,
    },
  );
});

it('each login is in the journal once, with logging to syslog', async () => {
  await append('logging syslog');
  const sources = ['41', '42', '43', '44', '45', '46'].map((last) => `198.51.100.${last}`);
  for (const source of sources) await readMail(source);
  const logged = () =>
    debian.sh("journalctl -q -o cat -t exact | sed -n 's/^authorised \\([^ ]*\\) .*/\\1/p' | sort");
  const all = async () => {
    await debian.sh('systemctl start --wait exact.service');
    expect(await logged()).toBe(sources.map((source) => `${source}\n`).join(''));
  };
  await vi.waitFor(all, { timeout: 30_000, interval: 1000 });
  await debian.sh('sed -i /^logging/d /etc/exact/exact.conf');
});

it('root has mail of a run that failed, and not of the next', async () => {
  await dropIn(documented('OnFailure=', 'exact.8'), 'exact.service');
  // A start that is queued would fail first.
  await debian.sh('systemctl stop exact.timer exact.path exact.service');
  await append('time-out 30m');
  const fails = () => expect(debian.sh('systemctl start --wait exact.service')).rejects.toThrow();
  await fails();
  await vi.waitFor(() => debian.sh('test -s /var/mail/root'), { timeout: 20_000 });
  // The next one comes at once, and not after a minute, for the configuration has been touched since.
  await append('# touched');
  await fails();
  const mail = await debian.sh('cat /var/mail/root');
  expect(mail).toContain('exact.conf:');
  expect(mail).toContain("unknown name 'time-out'");
  expect(mail.match(/^Subject: exact\.service failed on mx$/gm)).toHaveLength(1);
  await debian.sh(
    'sed -i /^time-out/d /etc/exact/exact.conf; timeout 40 systemctl start --wait exact.service',
  );
  await debian.sh('systemctl start exact.timer exact.path');
});

it('removed, it stops the timer and closes the relay', async () => {
  expect(await replies(client)).toEqual({ [client]: 250 });
  await debian.sh('apt-get remove -y -q exact-relay');
  expect(await property('exact.timer', 'ActiveState')).toBe('inactive');
  expect(await replies(client)).toEqual({ [client]: 554 });
});

it('purged while Postfix still looks it up, it makes Postfix defer everybody, as the README warns', async () => {
  await debian.sh('apt-get purge -y -q exact-relay; postfix reload');
  expect(await replies(client)).toEqual({ [client]: 451 });
  const local = await replyToRecipient(debian.clients, 25, [client], 'alice@localhost');
  expect(local).toEqual({ [client]: 451 });
});
