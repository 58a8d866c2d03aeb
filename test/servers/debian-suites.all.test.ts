/**
 * The package on each Debian that it is for, as it is and as one history: the five minutes of the README, an upgrade in
 * which both sides changed exact.conf, a downgrade, a removal and a purge while Postfix still looks the map up.
 * In the place of Ubuntu 24.04 stands Debian 12 with the Node.js of that, 18.19.1.
 */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { buildPackage, deliver } from './built-package.ts';
import { type Debian, startDebian } from './debian.ts';
import { debianOf } from './debian-files.ts';
import { readmeBlocks } from './documented.ts';
import { logIn } from './mail-login.ts';
import { otherNodes } from './other-nodes.ts';
import { replyToRecipient } from './smtp-probe.ts';

const [installServers = '', installExact = '', lookUp = '', check = '', ask = ''] = readmeBlocks(
  'Five minutes to a working Postfix',
);
const client = '198.51.100.23';

describe.each([
  { suite: 'bookworm', node: undefined },
  { suite: 'bookworm', node: '18.19.1' },
  { suite: 'sid', node: undefined },
] as const)('Debian $suite, Node.js $node', { timeout: 600_000 }, ({ suite, node }) => {
  let debian: Debian;
  const replies = () => replyToRecipient(debian.clients, 25, [client]);

  beforeAll(async () => {
    debian = await startDebian('systemd', debianOf(suite));
    await deliver(debian, buildPackage());
    await debian.sh("useradd --create-home alice; echo 'alice:secret of alice' | chpasswd");
    await debian.sh('apt-get install -y -q cron nodejs');
    for (const { path } of node === undefined ? [] : otherNodes(node)) {
      await debian.sh('dpkg-divert --local --rename --add /usr/bin/node');
      await debian.write('/usr/bin/node', readFileSync(path));
      await debian.sh('chmod 755 /usr/bin/node; node --version');
    }
    await debian.sh(installServers);
    // Such a Debian is fetched first.
  }, 3_600_000);
  afterAll(() => debian?.close());

  it('the five minutes of the README make a relay of it', async () => {
    expect(await debian.sh(`cd /root; { ${installExact} } 2>&1`)).not.toMatch(/exact-relay:|^exact: /m);
    expect(await debian.sh('systemctl is-active exact.timer exact.path')).toBe('active\nactive\n');
    await debian.sh('test ! -e /etc/cron.d/exact-relay; dpkg --verify exact-relay');
    await debian.sh(lookUp);
    expect(await replies()).toEqual({ [client]: 554 });
    expect(await debian.sh(check)).not.toMatch(/^FAIL/m);
    const login = {
      protocol: 'imap',
      source: client,
      user: 'alice',
      password: 'secret of alice',
      tls: true,
    } as const;
    expect(await logIn(debian.clients, [login])).toEqual([true]);
    await vi.waitFor(async () => expect(await replies()).toEqual({ [client]: 250 }), {
      timeout: 70_000,
      interval: 500,
    });
    expect(await debian.sh(ask)).toMatch(new RegExp(`^${client}: yes: alice .*(?:.*\n)*OK$`, 'm'));
    const said = await debian.sh('journalctl -q -o cat UNIT=exact.service + SYSLOG_IDENTIFIER=exact');
    // Where control groups have no controller of processes, systemd 262 says so in each run, of any service.
    expect(said.replace(/^exact\.service: Failed to read pids\.max .*\n/gm, '')).toBe('');
  });

  it('an upgrade asks nothing, keeps exact.conf as the administrator has it, and cuts nobody off', async () => {
    await debian.sh("sed -i 's/^max-addresses-per-user.*/max-addresses-per-user 7/' /etc/exact/exact.conf");
    await debian.sh(`cd /root
      dpkg-deb -R exact-relay_1*_all.deb newer
      sed -i 's/^Version: .*/Version: 999/' newer/DEBIAN/control
      sed -i 's/^max-addresses-per-user.*/max-addresses-per-user 40/' newer/usr/share/exact/exact.conf
      dpkg-deb --root-owner-group -b newer exact-relay_999_all.deb`);
    // Nobody is there to answer dpkg.
    await debian.sh('dpkg -i /root/exact-relay_999_all.deb </dev/null');
    await debian.sh('systemctl is-active exact.timer exact.path');
    expect(await debian.sh('exact dump --settings')).toMatch(/^max-addresses-per-user +7 /m);
    expect(await debian.sh('ls /etc/exact')).toBe('exact-servers.conf\nexact.conf\n');
    expect(await replies()).toEqual({ [client]: 250 });
  });

  it('a downgrade keeps the table, and so does a second installation', async () => {
    await debian.sh('apt-get install -y -q --allow-downgrades /root/exact-relay_1*_all.deb');
    expect(await debian.sh('cat /var/lib/exact/relay.txt')).toBe(`${client}\n`);
    // A job of cron from before systemd goes.
    await debian.sh(
      'cp /usr/share/exact/cron.d /etc/cron.d/exact-relay; dpkg -i /root/exact-relay_1*_all.deb',
    );
    await debian.sh('test ! -e /etc/cron.d/exact-relay');
    expect(await replies()).toEqual({ [client]: 250 });
  });

  it('removed before it was configured it lets nobody relay', async () => {
    await debian.sh('dpkg --unpack /root/exact-relay_1*_all.deb');
    await debian.sh('dpkg --remove exact-relay');
    expect(await replies()).toEqual({ [client]: 554 });
    expect(await debian.sh('stat -c "%U %a %s" /var/lib/exact/relay.cdb')).toBe('exact 644 2048\n');
    await debian.sh('dpkg -i /root/exact-relay_1*_all.deb; exact dump --maps');
  });

  it('removed it lets nobody relay; purged it names the line that still asks for the map', async () => {
    await debian.sh('apt-get remove -y -q exact-relay');
    expect(await replies()).toEqual({ [client]: 554 });
    const said = await debian.sh('apt-get purge -y -q exact-relay 2>&1');
    expect(said).toMatch(
      /^exact-relay: \/etc\/postfix\/main\.cf:\d+: looks up a map that is deleted now, .*; take it out: smtpd_relay_restrictions = .*cdb:\/var\/lib\/exact\/relay/m,
    );
    await debian.sh('test ! -e /var/lib/exact; test ! -e /etc/exact');
  });
});
