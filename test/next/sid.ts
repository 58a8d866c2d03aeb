/**
 * Debian's unstable release, which has each new release of servers, syslog daemons and MTAs first: a clean one for each of
 * them, with the package of Exact in it, and two users with a mailbox.
 */
import { buildPackage, deliver } from '../servers/built-package.ts';
import { type Debian, startDebian } from '../servers/debian.ts';
import type { DebianRelease } from '../servers/debian-files.ts';

/** The passwords of the users that each has, by name. */
export const passwords = { alice: 'secret of alice', bob: 'secret of bob' } as const;

/** What is needed beside what is tried: how to run Exact, and what reads addresses of the network. */
const always = ['adduser', 'nodejs', 'procps'];

/** A running one, and what was installed. */
export interface Sid extends Debian {
  /** The version of a package, without epoch. */
  versionOf(name: string): Promise<string>;
  /** Runs the installed `exact` as an administrator would, who is root, and returns what it prints. */
  exact(...args: readonly string[]): Promise<string>;
}

/**
 * Starts one with some packages installed, none of which has started a service; from then on it has no network but its
 * own.
 *
 * @param packages - Divided by blanks, one of the lists of `all`.
 * @param all - Every list that the tests of this run install; fetched once.
 */
export async function openSid(
  packages: string,
  all: readonly string[],
  first: 'systemd' | 'nothing' = 'nothing',
): Promise<Sid> {
  const sid: DebianRelease = { suite: 'sid', packages: all, installed: always };
  const debian = await startDebian(first, sid);
  try {
    await debian.write('/usr/sbin/policy-rc.d', '#!/bin/sh\nexit 101\n');
    await deliver(debian, buildPackage());
    const users = Object.entries(passwords).map(
      ([name, password]) => `useradd --create-home ${name}; echo '${name}:${password}' | chpasswd\n`,
    );
    await debian.sh(`chmod 755 /usr/sbin/policy-rc.d
      apt-get install -y -q ${packages}
      apt-get install -y -q /root/exact-relay_*_all.deb
      ${users.join('')}`);
  } catch (error) {
    await debian.close();
    throw error;
  }
  return {
    ...debian,
    async versionOf(name) {
      const shown = await debian.must(['dpkg-query', '--show', name]);
      return shown.trim().replace(/^\S+\t(?:\d+:)?/, '');
    },
    exact: (...args) =>
      debian.must(['env', '-i', 'PATH=/usr/bin:/bin', 'HOME=/root', '/usr/bin/exact', ...args]),
  };
}
