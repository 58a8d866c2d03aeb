/**
 * `exact update --check` and the syslog-ng of Debian as it is installed: what a client brings into a message reaches the
 * log as lines of its own, until the fix is pasted.
 */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type CheckedHost, openCheckedHost } from './checked-host.ts';
import { installPackages } from './install.ts';
import { type Namespace, openNamespace } from './namespace.ts';
import { unpackPackages } from './unpacked.ts';

const log = '/var/log/mail.log';
const start = '/usr/local/sbin/start-syslog-ng';

let host: Namespace;
let checked: CheckedHost;
let sent = 0;

beforeAll(async () => {
  installPackages({ perl: 'perl-base' });
  host = await openNamespace();
  await unpackPackages(host, ['syslog-ng-core'], []);
  checked = await openCheckedHost(host);
  // A service manager would wait for the end of the old process, and for the socket of the new one.
  await host.must(
    ['sh', '-c', `cat >${start}; chmod 755 ${start}; mkdir -p /var/lib/syslog-ng; ${start}`],
    [
      '#!/bin/sh',
      'pid=$(cat /run/syslog-ng.pid 2>/dev/null) && kill "$pid" && while kill -0 "$pid" 2>/dev/null; do :; done',
      'rm -f /dev/log',
      'syslog-ng --pidfile=/run/syslog-ng.pid --control=/run/syslog-ng.ctl --persist-file=/run/syslog-ng.persist',
      'while ! [ -S /dev/log ]; do :; done',
      '',
    ].join('\n'),
  );
  await send('dovecot: master: Dovecot is up');
  await checked.configure(`maillog ${log}`);
});

afterAll(async () => {
  await host?.close();
});

/** Sends a message as syslog(3) does, and waits until the log has its last word. */
async function send(message: string): Promise<void> {
  const mark = `end-${++sent}.`;
  const script = `use Socket; socket(my $s, AF_UNIX, SOCK_DGRAM, 0); connect($s, sockaddr_un("/dev/log")) or die $!; send($s, join("", <STDIN>), 0) or die $!`;
  await host.must(['perl', '-e', script], `<22>${stamp()} ${message} ${mark}`);
  await host.must(['sh', '-c', `while ! grep -qF ${mark} ${log} 2>/dev/null; do :; done`]);
}

/** `Nov 22 10:04:26`, as syslog(3) writes it. */
function stamp(): string {
  const [, day = '', month, time] = /, (\d+) (\w+) \d+ ([\d:]+)/.exec(new Date().toUTCString()) ?? [];
  return `${month} ${String(Number(day)).padStart(2)} ${time}`;
}

/** A failed login through Perdition, whose user name is a line. */
function hostile(): string {
  const line = `${stamp()} mx popx[7]: a line of the client's`;
  const peers = '192.0.2.7:35952->192.0.2.1:1145';
  return `perdition.imap4[15]: Auth: ${peers} client-secure=plaintext authorisation_id=NONE authentication_id="x\n${line}\n"`;
}

async function logged(): Promise<string[]> {
  return (await host.must(['cat', log])).split('\n');
}

it('warns of the daemon as it is installed, and fails once Perdition logs behind it', async () => {
  expect(await checked.check('syslog')).toEqual([
    {
      level: 'WARN',
      subject: 'syslog',
      text: expect.stringMatching(
        /^\/etc\/syslog-ng\/syslog-ng\.conf:\d+: system\(\) of source s_src writes line ends within a message as they are: a client of bongo, cyrus, dbmail, imapproxy, mailutils, nginx, perdition or uw-imap could write whole lines$/,
      ),
      fix: expect.stringContaining('flags(no-multi-line)'),
    },
  ]);
  await send(hostile());
  expect((await logged()).filter((line) => / popx\[7\]: a line of the client's$/.test(line))).toHaveLength(1);
  expect(await checked.check('syslog')).toMatchObject([
    { level: 'FAIL', text: expect.stringContaining(': perdition here passes on line ends of clients, ') },
  ]);
});

it('has update tell of the rest of the message', async () => {
  expect(await checked.update()).toMatch(/mail\.log: a line without time and host among others at byte \d+/);
});

it('has a fix after which the message is one line', async () => {
  const [found] = await checked.check('syslog');
  await checked.paste(found?.fix, [start]);
  const before = (await logged()).length;
  await send(hostile());
  expect((await logged()).length - before).toBe(1);
  expect(await checked.check('syslog')).toMatchObject([
    { level: 'ok', text: 'syslog-ng: no source writes line ends within a message as they are' },
  ]);
});
