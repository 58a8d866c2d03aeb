/**
 * A booted Debian 13 on which exact.path alone starts runs: whoever has read mail may send at once, and each trap of path
 * units shows when the unit is made in the way that comes to mind first.
 */
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { dovecotLogin } from '../commands/run-exact.ts';
import { buildPackage, deliver } from './built-package.ts';
import { type Debian, startDebian } from './debian.ts';
import { readmeBlocks } from './documented.ts';
import { logIn } from './mail-login.ts';
import { replyToRecipient } from './smtp-probe.ts';

const [installServers = '', installExact = '', lookUp = ''] = readmeBlocks(
  'Five minutes to a working Postfix',
);
const log = '/var/log/mail.log';

let debian: Debian;

beforeAll(async () => {
  debian = await startDebian('systemd');
  await deliver(debian, buildPackage());
  await debian.sh("useradd --create-home alice; echo 'alice:secret of alice' | chpasswd");
  await debian.sh(`${installServers}\ncd /root\n${installExact}\n${lookUp}`);
  await debian.sh('systemctl stop exact.timer');
});
afterAll(() => debian?.close());

/** Takes back what a test has made of the units and the configuration. */
afterEach(async () => {
  await debian.sh(`systemctl cat exact.path >/dev/null 2>&1 || exit 0
    systemctl stop exact.path exact.service
    rm -rf /etc/systemd/system/exact.*.d/naive.conf /run/exact/failed
    sed -i '/^on-change/d; /^time-out/d' /etc/exact/exact.conf
    systemctl daemon-reload; systemctl reset-failed exact.path exact.service || true
    systemctl start exact.path`);
});

const relaying = () => debian.must(['cat', '/var/lib/exact/relay.txt']);
const isPublished = async (address: string) => (await relaying()).includes(`${address}\n`);
const stateOf = async (unit: string) =>
  (await debian.must(['systemctl', 'show', '--value', '-p', 'ActiveState', unit])).trim();

function becomesPublished(address: string): Promise<void> {
  const published = async () => expect(await isPublished(address)).toBe(true);
  return vi.waitFor(published, { timeout: 30_000, interval: 50 });
}

const serviceEnds = () =>
  vi.waitFor(async () => expect(['inactive', 'failed']).toContain(await stateOf('exact.service')), {
    timeout: 30_000,
  });

/** One line that a program which keeps the log open writes, as rsyslog does. */
const write = (address: string) =>
  debian.must(
    ['tee', '-a', log],
    dovecotLogin(new Date().toISOString().replace(/\.\d+Z/, 'Z'), 'alice', address),
  );

/** Makes units as they come to mind first. */
async function naive(unit: string, lines: string): Promise<void> {
  await debian.write(`/etc/systemd/system/${unit}.d/naive.conf`, lines);
  await debian.sh('systemctl daemon-reload; systemctl restart exact.path');
}

const oneshot = '[Service]\nType=oneshot\nExecStart=\nExecStart=exact update\nExecStopPost=\n';

async function findingsOf(subject: string): Promise<{ level: string; fix?: string }[]> {
  const { stdout } = await debian.run(['exact', 'update', '--check', '--json']);
  const found = stdout.trimEnd().split('\n');
  return found.map((line) => JSON.parse(line)).filter((each) => each.subject === subject);
}

it('who has fetched mail sends at once, and the check finds the path in order', async () => {
  expect(await findingsOf('path')).toMatchObject([{ level: 'ok' }]);
  const client = '198.51.100.23';
  const login = { protocol: 'imap', source: client, user: 'alice', password: 'secret of alice', tls: true };
  expect(await logIn(debian.clients, [{ ...login, protocol: 'imap' }])).toEqual([true]);
  await becomesPublished(client);
  expect(await replyToRecipient(debian.clients, 25, [client])).toEqual({ [client]: 250 });
});

it('a run that fails is not started by its own words in the journal', async () => {
  const runs = async () => {
    await debian.sh('echo time-out 3m >>/etc/exact/exact.conf');
    const since = (await debian.sh('date +%s')).trim();
    await debian.sh('logger begin; sleep 10; sed -i /^time-out/d /etc/exact/exact.conf');
    const told = await debian.sh(`journalctl -q -o cat -u exact.service --since=@${since}`);
    return told.match(/Failed with result/g)?.length ?? 0;
  };
  expect(await runs()).toBe(1);
  // It waits for its minute.
  await debian.sh('systemctl stop exact.path exact.service');
  await naive('exact.service', '[Service]\nExecStart=\nExecStart=sleep 0.5\n');
  expect(await runs()).toBeGreaterThan(2);
});

it('the check tells of a log that is not watched, and its fix has it watched', async () => {
  await debian.sh(`install -m 640 -g adm /dev/null ${log}`);
  const [found] = await findingsOf('path');
  expect(found).toMatchObject({ level: 'FAIL' });
  await debian.sh(found?.fix ?? '');
  expect(await findingsOf('path')).toMatchObject([{ level: 'ok', text: `exact.path, watches ${log}` }]);
  await write('198.51.100.30');
  await becomesPublished('198.51.100.30');
});

it('a line that is written during a run is read at its end, and Type=oneshot would lose it', async () => {
  await debian.sh('echo on-change /usr/bin/sleep 3 >>/etc/exact/exact.conf');
  const during = async (first: string, second: string) => {
    await write(first);
    await becomesPublished(first);
    await write(second);
  };
  await during('198.51.100.41', '198.51.100.42');
  await becomesPublished('198.51.100.42');
  await serviceEnds();
  await naive('exact.service', oneshot);
  await during('198.51.100.43', '198.51.100.44');
  await serviceEnds();
  expect(await isPublished('198.51.100.44')).toBe(false);
});

it('the first login after a while waits for no brake, and the next one does', async () => {
  await debian.write('/etc/systemd/system/exact.service.d/naive.conf', '[Service]\nEnvironment=BRAKE=3600\n');
  await debian.sh('systemctl daemon-reload');
  await write('198.51.100.45');
  await becomesPublished('198.51.100.45');
  await vi.waitFor(async () => expect(await debian.sh('pgrep -x sleep')).not.toBe(''), { timeout: 30_000 });
  await write('198.51.100.46');
  expect(await stateOf('exact.service')).toBe('deactivating');
  expect(await isPublished('198.51.100.46')).toBe(false);
  // The brake off: what is queued reads it.
  await debian.sh(
    'rm /etc/systemd/system/exact.service.d/naive.conf; systemctl daemon-reload; pkill -x sleep',
  );
  await becomesPublished('198.51.100.46');
});

it('a log that stays open is seen, and PathChanged would not see it', async () => {
  const kept = (address: string) =>
    debian.sh(`exec 3>>${log}; echo '${dovecotLogin(nowWords(), 'alice', address).trimEnd()}' >&3
      for try in $(seq 100); do grep -qx ${address} /var/lib/exact/relay.txt && exit; sleep 0.1; done`);
  await kept('198.51.100.51');
  expect(await isPublished('198.51.100.51')).toBe(true);
  await naive('exact.path', `[Path]\nPathModified=\nPathChanged=${log}\n`);
  // A run that was queued before reads whatever is there.
  await serviceEnds();
  const opened = debian.sh(
    `exec 3>>${log}; echo '${dovecotLogin(nowWords(), 'alice', '198.51.100.52').trimEnd()}' >&3; sleep 4; cat /var/lib/exact/relay.txt`,
  );
  expect(await opened).not.toContain('198.51.100.52\n');
});

function nowWords(): string {
  return new Date().toISOString().replace(/\.\d+Z/, 'Z');
}

it('a busy log fails no unit, and with the limits of systemd it would, for good', async () => {
  const busy = `for line in $(seq 150); do echo busy >>${log}; sleep 0.1; done`;
  await debian.sh(busy);
  expect(await stateOf('exact.path')).toBe('active');
  await write('198.51.100.61');
  await becomesPublished('198.51.100.61');
  await naive('exact.service', `[Unit]\nStartLimitIntervalSec=10s\n${oneshot}`);
  await debian.sh(busy);
  expect(await stateOf('exact.path')).toBe('failed');
  const [found] = await findingsOf('path');
  expect(found).toMatchObject({ level: 'FAIL' });
  await debian.sh('rm /etc/systemd/system/exact.service.d/naive.conf; systemctl daemon-reload');
  await debian.sh(found?.fix ?? '');
  expect(await findingsOf('path')).toMatchObject([{ level: 'ok' }]);
});

it('between a rotation and the next line the log is the log still', async () => {
  await debian.sh(`mv ${log} ${log}.1; systemctl start --wait exact.service`);
  expect(await debian.sh('grep -c journal: /var/lib/exact/state.cursors || true')).toBe('0\n');
  await debian.sh(`install -m 640 -g adm /dev/null ${log}`);
  await write('198.51.100.71');
  await becomesPublished('198.51.100.71');
});

it('removed, it watches no more, and purged it leaves nothing in the configuration of systemd', async () => {
  await debian.sh('apt-get remove -y -q exact-relay');
  expect(await stateOf('exact.path')).toBe('inactive');
  expect(await relaying()).toBe('');
  await debian.sh('apt-get purge -y -q exact-relay; test ! -e /etc/systemd/system/exact.path.d');
});
