/** A booted Debian 13 as README's five minutes make it, with users enough for a busy minute. */
import { readdirSync, readFileSync } from 'node:fs';
import { buildPackage, deliver } from '../servers/built-package.ts';
import { type Debian, startDebian } from '../servers/debian.ts';
import { debianOf } from '../servers/debian-files.ts';
import { readmeBlocks } from '../servers/documented.ts';

const [installServers = '', installExact = '', lookUp = ''] = readmeBlocks(
  'Five minutes to a working Postfix',
);

/** Programs that run in it. */
const inside = new URL('inside/', import.meta.url);

/** The password of each user, who are called user0, user1 and so on. */
export const password = 'secret';

/** How many users there are: with 50 addresses each, as many as the package's exact.conf allows, 1,500 clients. */
export const userCount = 30;

const users = Array.from({ length: userCount }, (_, number) => `user${number}`);

/** Where PAM would be asked, which takes more of the processors than all else. */
const quickPasswords = `passdb passwd-file {
  passwd_file_path = /etc/dovecot/users
}
userdb passwd {
}
`;

/**
 * What Dovecot tells busy hosts to do: as it is installed it makes a process for each connection, and hangs up on those
 * who come while a hundred are not through.
 */
function forBusyHosts(protocol: string): string {
  return `service ${protocol}-login {\n  restart_request_count = unlimited\n  process_min_avail = 2\n}\n`;
}

/** A running one. */
export interface MailHost extends Debian {
  /** Seconds of processor time that the runs of Exact have taken so far. */
  processorSeconds(): Promise<number>;
  /** Runs a program of the folder `inside`, and returns what it prints as JSON. */
  program(name: string, args: readonly string[], asked?: object): Promise<unknown>;
}

/** Starts one whose only log is the journal: rsyslog is fetched, and comes with `apt-get install rsyslog`. */
export async function startMailHost(): Promise<MailHost> {
  const trixie = debianOf('trixie');
  const debian = await startDebian('systemd', {
    ...trixie,
    packages: [...trixie.packages, 'rsyslog logrotate'],
  });
  try {
    await deliver(debian, buildPackage());
    await debian.sh(`for user in ${users.join(' ')}; do useradd --create-home $user; done`);
    await debian.sh(`${installServers}\ncd /root\n${installExact}\n${lookUp}`);
    await debian.write('/etc/dovecot/conf.d/auth-system.conf.ext', quickPasswords);
    await debian.write('/etc/dovecot/users', users.map((user) => `${user}:{PLAIN}${password}\n`).join(''));
    await debian.write('/etc/dovecot/conf.d/99-busy.conf', `${forBusyHosts('imap')}${forBusyHosts('pop3')}`);
    await debian.sh('systemctl restart dovecot');
    for (const name of readdirSync(inside)) {
      await debian.write(`/root/${name}`, readFileSync(new URL(name, inside)));
    }
    // What runs in a slice is counted by the kernel; the sleep keeps the count from going with the last run.
    await debian.write('/etc/systemd/system/exact.service.d/slice.conf', '[Service]\nSlice=measured.slice\n');
    await debian.sh(`systemctl daemon-reload
      systemd-run --quiet --slice=measured.slice --unit=keeps-the-slice sleep infinity`);
  } catch (error) {
    await debian.close();
    throw error;
  }
  return {
    ...debian,
    async processorSeconds() {
      const counted = await debian.must(['cat', '/sys/fs/cgroup/measured.slice/cpu.stat']);
      return Number(/^usage_usec (\d+)$/m.exec(counted)?.[1]) / 1e6;
    },
    async program(name, args, asked = {}) {
      return JSON.parse(await debian.must(['node', `/root/${name}`, ...args], JSON.stringify(asked)));
    },
  };
}

/** Has mail lines that are no logins written, fifty a second, while something is done. */
export async function whileBusy<T>(debian: Debian, done: () => Promise<T>): Promise<T> {
  const line = 'connect from unknown[192.0.2.9]';
  await debian.write(
    '/root/busy.sh',
    `perl -e '$| = 1; for (;;) { print "${line}\\n"; select undef, undef, undef, 0.02 }' |
      logger --tag postfix/smtpd --priority mail.info --id=4711\n`,
  );
  await debian.sh('systemd-run --quiet --unit=busy sh /root/busy.sh');
  try {
    return await done();
  } finally {
    await debian.sh('systemctl stop busy');
  }
}
