/** `exact update --check` where the POP and IMAP servers log elsewhere than in the file that is read. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type CheckedHost, openCheckedHost } from './checked-host.ts';
import { installPackages } from './install.ts';
import { type Namespace, openNamespace } from './namespace.ts';
import { unpackPackages } from './unpacked.ts';

const remote = '/lib/systemd/systemd-journal-remote';

let host: Namespace;
let checked: CheckedHost;
let log: string;

beforeAll(async () => {
  installPackages({ journalctl: 'systemd', [remote]: 'systemd-journal-remote' });
  host = await openNamespace();
  await unpackPackages(host, [], []);
  checked = await openCheckedHost(host);
  log = `${host.folder}/mail.log`;
  await checked.configure();
});

afterAll(async () => {
  await host?.close();
});

/** Has the journal of the host hold a login of Dovecot, so many seconds old (systemd.io, Journal Export Formats). */
async function writeJournal(age: number): Promise<void> {
  const machine = '0123456789abcdef'.repeat(2);
  const microseconds = (Math.floor(Date.now() / 1000) - age) * 1e6;
  const entry = [
    `__REALTIME_TIMESTAMP=${microseconds}`,
    '__MONOTONIC_TIMESTAMP=1000000',
    `_BOOT_ID=${machine}`,
    `_MACHINE_ID=${machine}`,
    '_SYSTEMD_UNIT=dovecot.service',
    '_COMM=log',
    '_EXE=/usr/lib/dovecot/log',
    '_UID=0',
    '_PID=811',
    '_HOSTNAME=mx',
    'SYSLOG_IDENTIFIER=dovecot',
    'MESSAGE=imap-login: Login: user=<bob>, method=PLAIN, rip=198.51.100.8, lip=192.0.2.1, mpid=71, TLS, session=<x>',
    '',
    '',
  ];
  const folder = `/var/log/journal/${machine}`;
  const script = `echo ${machine} >/etc/machine-id; mkdir -p ${folder}; ${remote} -o ${folder}/system.journal --split-mode=none -; chgrp -R adm /var/log/journal; chmod -R g+rX /var/log/journal`;
  await host.must(['sh', '-ec', script], entry.join('\n'));
}

it('says nothing while the file is fresh', async () => {
  expect(await checked.check('maillog')).toMatchObject([
    { level: 'ok', text: expect.stringMatching(/last line \d+ s ago$/) },
  ]);
});

it('finds logins of a server that logs elsewhere, and the fix reads them', async () => {
  await checked.configure('server popa3d');
  const stamp = new Date(Date.now() - 60_000).toISOString();
  const lines = [
    `${stamp} mx popa3d[18251]: Session from 192.0.2.10`,
    `${stamp} mx popa3d[18251]: Authentication passed for bob`,
    `${stamp} mx rsyslogd: imuxsock[pid: 811, name: popa3d]: 9 messages lost due to rate-limiting`,
    '',
  ].join('\n');
  await host.must(['sh', '-c', 'cat >/var/log/syslog; chmod 644 /var/log/syslog'], lines);
  const found = await checked.check('maillog');
  expect(found).toEqual([
    { level: 'ok', subject: 'maillog', text: expect.stringContaining('mail.log') },
    {
      level: 'WARN',
      subject: 'maillog',
      text: '/var/log/syslog, which is not read, has 1 login of popa3d in the last day',
      fix: "printf '%s\\n' 'maillog /var/log/syslog' >>/etc/exact/exact.conf",
    },
  ]);
  expect(await checked.check('syslog')).toContainEqual({
    level: 'WARN',
    subject: 'syslog',
    text: expect.stringMatching(/^lines were dropped by .* imuxsock \(1 line of the last day says so\)/),
    fix: expect.stringContaining('SysSock.RateLimit.Interval="0"'),
  });
  await checked.paste(found[1]?.fix);
  expect(await checked.check('maillog')).toMatchObject([{ level: 'ok' }, { level: 'ok' }]);
});

it('finds that they go on in another file where the log is stale', async () => {
  await checked.configure('server popa3d');
  await host.must(['sed', '-i.fresh', 's/^....-..-../2020-01-01/', log]);
  const [found, ...others] = await checked.check('maillog');
  expect(found).toMatchObject({
    level: 'WARN',
    text: expect.stringMatching(/, \/var\/log\/syslog has logins of popa3d, the last \d+ (?:s|min) ago$/),
    fix: "sed -i '2s|.*|maillog /var/log/syslog|' /etc/exact/exact.conf",
  });
  expect(others).toEqual([]);
  await host.must(['sh', '-c', `mv ${log}.fresh ${log}; rm /var/log/syslog`]);
  await checked.configure();
});

it('has root open a log that is its own alone, as Dovecot writes its file', async () => {
  await host.must(['chmod', '600', log]);
  await host.must(['chown', 'root:root', log]);
  const [found] = await checked.check('maillog');
  expect(found).toMatchObject({
    level: 'FAIL',
    text: `${log}: cannot open: not readable by user exact (root:root 0600)`,
    fix: `chgrp adm ${log} && chmod g+r ${log} # and 'create 0640 root adm' where logrotate rotates it`,
  });
  await checked.paste(found?.fix);
  expect(await checked.check('maillog')).toMatchObject([{ level: 'ok' }]);
});

it('finds that the journal has newer lines of a server, and the fix reads that', async () => {
  await host.must(['sed', '-i', 's/^....-..-../2020-01-01/', log]);
  await writeJournal(40);
  const [found] = await checked.check('maillog');
  expect(found).toMatchObject({
    level: 'WARN',
    text: expect.stringMatching(/mail\.log, .*, the journal has lines of dovecot, the last 4\d s ago$/),
    fix: "sed -i '2s|.*|maillog journal:|' /etc/exact/exact.conf",
  });
  await checked.paste(found?.fix);
  const texts = await checked.check('maillog');
  expect(texts).toMatchObject([
    { level: 'ok', text: expect.stringMatching(/^journal:, last entry \d+ s ago$/) },
  ]);
  expect((await checked.check('rules'))[0]?.text).toBe('dovecot: 1 login of 1 user in the last day');
});

it('names the journal for a file that is missing, and the group for one that is closed', async () => {
  await checked.configure();
  await host.must(['chmod', '640', log]);
  await host.must(['chown', 'root:mail', log]);
  expect(await checked.check('maillog')).toEqual([
    {
      level: 'FAIL',
      subject: 'maillog',
      text: `${log}: cannot open: not readable by user exact (root:mail 0640)`,
      fix: 'usermod -aG mail exact',
    },
  ]);
  await host.must(['rm', log]);
  expect(await checked.check('maillog')).toMatchObject([
    {
      level: 'FAIL',
      text: `${log}: cannot open: no such file`,
      fix: expect.stringContaining('maillog journal:'),
    },
  ]);
});
