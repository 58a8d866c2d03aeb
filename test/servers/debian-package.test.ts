/**
 * The Debian package: what is in it, and what dpkg and cron make of it on a Debian without systemd. The tests of its
 * life are one history.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { pageNames } from '../man/mdoc.ts';
import { buildPackage, deliver, runCronJobs } from './built-package.ts';
import { type Debian, startDebian } from './debian.ts';
import { installPackages } from './install.ts';

const root = new URL('../../', import.meta.url);
const { version } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'));
const path = buildPackage();

const dpkgDeb = (...args: string[]) =>
  spawnSync('dpkg-deb', args, { encoding: 'utf8', maxBuffer: 1 << 26 }).stdout;

describe('the package', () => {
  it('is built again with the same bytes', () => {
    const first = readFileSync(path);
    expect(buildPackage()).toBe(path);
    expect(readFileSync(path).equals(first)).toBe(true);
  });

  it('has its version from package.json, and wants a Node.js that it runs on', () => {
    expect(dpkgDeb('--field', path, 'Version').trim()).toBe(version);
    expect(path).toMatch(new RegExp(`/exact-relay_${version}_all\\.deb$`));
    expect(dpkgDeb('--field', path, 'Depends')).toMatch(/\bnodejs \(>= 18\.19\)/);
  });

  it('has every page, the completions and the settings where Debian looks for them, and all belongs to root', () => {
    const listed = dpkgDeb('--contents', path).trimEnd().split('\n');
    const files = listed.map((line) => line.split(/\s+/)[5]?.slice(1));
    const pages = pageNames.map((name) => `/usr/share/man/man${name.at(-1)}/${name}.gz`);
    const units = readdirSync(new URL('examples/systemd', root)).map(
      (name) => `/usr/lib/systemd/system/${name}`,
    );
    expect(files).toEqual(expect.arrayContaining([...pages, ...units]));
    expect(files).toEqual(
      expect.arrayContaining([
        '/usr/share/bash-completion/completions/exact',
        '/usr/share/zsh/vendor-completions/_exact',
        '/usr/share/fish/vendor_completions.d/exact.fish',
      ]),
    );
    expect(listed.filter((line) => !/^\S+ root\/root /.test(line))).toEqual([]);
    const settings = files.filter((file) => file?.startsWith('/etc/') && !file.endsWith('/'));
    expect(dpkgDeb('--info', path, 'conffiles').trim().split('\n')).toEqual(settings);
    // exact.conf is none of them: dpkg would put the newer one in the place of one that nobody changed.
    expect(settings).toEqual(['/etc/exact/exact-servers.conf']);
  });

  it('lintian has nothing to say of it', () => {
    installPackages({ lintian: 'lintian' });
    const { status, stdout } = spawnSync('lintian', ['--allow-root', path], {
      encoding: 'utf8',
    });
    expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
  });
});

describe('on a Debian without systemd', () => {
  let debian: Debian;
  const relaying = () => debian.sh('cat /var/lib/exact/relay.txt');

  /** Writes a login of now to the mail log, as rsyslog would. */
  async function logIn(address: string): Promise<void> {
    const stamp = new Date().toISOString().replace('Z', '000+00:00');
    const told = `imap-login: Logged in: user=<alice>, method=PLAIN, rip=${address}, lip=192.0.2.1, mpid=9, session=<x>`;
    await debian.must(['tee', '-a', '/var/log/mail.log'], `${stamp} mx dovecot: ${told}\n`);
  }

  beforeAll(async () => {
    debian = await startDebian('nothing');
    await debian.sh(
      'apt-get purge -y -q --autoremove --allow-remove-essential systemd-sysv systemd; groupdel systemd-journal',
    );
    await debian.sh('install -m 640 -g adm /dev/null /var/log/mail.log');
    await deliver(debian, path);
  });
  afterAll(() => debian?.close());

  it('is installed: an account that may read the logs, and maps that are whole and empty', async () => {
    await debian.sh('apt-get install -y -q cron /root/exact-relay_*_all.deb');
    expect((await debian.sh('id -nG exact')).split(/\s/).sort()).toEqual([
      '',
      'adm',
      'exact',
      'systemd-journal',
    ]);
    expect(await debian.sh('stat -c "%U %G %a" /var/lib/exact')).toBe('exact exact 755\n');
    expect(await debian.sh('find /var/lib/exact ! -user exact')).toBe('');
    expect(await relaying()).toBe('');
    await debian.sh('exact dump --maps; exact --version');
    // No file differs from what its digest in the package says.
    expect(await debian.sh('dpkg --verify exact-relay')).toBe('');
    expect(await debian.sh("find / -xdev -newer /etc/exact -name 'node_modules'")).toBe('');
  });

  it('keeps what Node.js has compiled of it, and makes that anew when Node.js is installed', async () => {
    const compiled = '/usr/share/exact/dist/compiled.bin';
    expect(await debian.sh(`stat -c '%U %G %a' ${compiled}`)).toBe('root root 644\n');
    await debian.sh(`rm ${compiled}; apt-get install -y -q --reinstall nodejs; test -s ${compiled}`);
  });

  it('cron runs it each minute', { timeout: 120_000 }, async () => {
    await debian.sh('pidof cron || cron');
    await logIn('198.51.100.23');
    await vi.waitFor(async () => expect(await relaying()).toBe('198.51.100.23\n'), {
      timeout: 75_000,
      interval: 500,
    });
    // From here on, when something runs is told by the test.
    await debian.sh('kill $(pidof cron)');
  });

  it('an upgrade keeps the settings and the table, and sets no limit that was not there', async () => {
    expect(await debian.sh('exact dump --settings')).toMatch(/^max-users-per-address +50 /m);
    await debian.sh(`sed -i '/^max-users-per-address/d; s/^max-addresses-per-user.*/max-addresses-per-user 7/' \
      /etc/exact/exact.conf`);
    await debian.sh(`cd /root
      dpkg-deb -R exact-relay_*_all.deb newer
      sed -i 's/^Version: .*/Version: 999/' newer/DEBIAN/control
      echo 'max-users-per-address 9' >>newer/usr/share/exact/exact.conf
      dpkg-deb --root-owner-group -b newer exact-relay_999_all.deb
      apt-get install -y -q ./exact-relay_999_all.deb`);
    expect(await debian.sh('dpkg-query --show exact-relay')).toBe('exact-relay\t999\n');
    const settings = await debian.sh('exact dump --settings');
    expect(settings).toMatch(/^max-addresses-per-user +7 /m);
    expect(settings).toMatch(/^max-users-per-address +off /m);
    expect(await relaying()).toBe('198.51.100.23\n');
  });

  it('a configuration that cannot be used keeps nothing from being installed, and is told', async () => {
    await debian.sh('cp -p /etc/exact/exact.conf /root; echo "time-out 3m" >>/etc/exact/exact.conf');
    expect(await debian.sh('dpkg -i /root/exact-relay_999_all.deb 2>&1')).toMatch(
      /unknown name 'time-out'.*\n(?:.*\n)*.*'exact expire' ended with 78; 'exact update --check' says what to do/,
    );
    await debian.sh('cp -p /root/exact.conf /etc/exact; dpkg --audit');
  });

  it('who removes it closes the relay: the maps are empty, and stay', async () => {
    expect(await relaying()).toBe('198.51.100.23\n');
    await debian.sh('apt-get remove -y -q exact-relay');
    expect(await relaying()).toBe('');
    expect(await debian.sh('ls /var/lib/exact/relay.cdb /etc/exact')).toContain('exact.conf');
    expect(await runCronJobs(debian)).toBe('');
  });

  it('installed anew it has its settings still, and a login from before opens nothing', async () => {
    await debian.sh('apt-get install -y -q /root/exact-relay_999_all.deb');
    expect(await debian.sh('exact dump --settings')).toMatch(/^max-addresses-per-user +7 /m);
    expect(await runCronJobs(debian)).toBe('');
    expect(await relaying()).toBe('');
    await logIn('198.51.100.24');
    expect(await runCronJobs(debian)).toBe('');
    expect(await relaying()).toBe('198.51.100.24\n');
  });

  it('purged it leaves the account, and nothing else', async () => {
    await debian.sh('apt-get purge -y -q exact-relay; id exact');
    const left = await debian.sh("find / -xdev -path /root -prune -o -name '*exact*' -print");
    // The cache is apt's, the rest what dpkg and adduser write of everybody.
    expect(
      left.split('\n').filter((name) => name !== '' && !/^\/(?:var\/cache\/apt|proc|sys)\//.test(name)),
    ).toEqual([]);
  });

  it('an upgrade from a package of which exact.conf was a conffile leaves it as it is, and a purge takes it', async () => {
    await debian.sh(`cd /root
      mkdir -p earlier/DEBIAN earlier/etc/exact
      printf '%s\\n' 'Package: exact-relay' 'Version: 0.9' 'Architecture: all' 'Description: as it was' \
        'Maintainer: Tests of Exact <tests@exact.invalid>' >earlier/DEBIAN/control
      echo /etc/exact/exact.conf >earlier/DEBIAN/conffiles
      echo 'max-addresses-per-user 7' >earlier/etc/exact/exact.conf
      dpkg-deb --root-owner-group -b earlier
      dpkg -i earlier.deb
      dpkg -i exact-relay_999_all.deb </dev/null`);
    expect(await debian.sh('cat /etc/exact/exact.conf')).toBe('max-addresses-per-user 7\n');
    expect(await debian.sh('exact dump --settings')).toMatch(/^max-users-per-address +off /m);
    await debian.sh('dpkg --purge exact-relay; test ! -e /etc/exact');
  });
});
