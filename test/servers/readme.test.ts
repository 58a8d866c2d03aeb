/** README's set-ups, run as they are written, on hosts with nothing but an MTA and a mail log. */
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dovecotLogin } from '../commands/run-exact.ts';
import { askRelay, repliesWith } from './ask-relay.ts';
import { readmeBlocks } from './documented.ts';
import { debianEximReply, prepareDebianExim } from './exim.ts';
import { installPackages } from './install.ts';
import { copyProgram } from './installed-exact.ts';
import { type Namespace, openNamespace } from './namespace.ts';
import { postfixPrograms, startPostfix } from './postfix.ts';
import { prepareMakefile, prepareSendmail, rulesLetRelay } from './sendmail.ts';
import { remoteRecipient } from './smtp-probe.ts';
import { unpackPackages } from './unpacked.ts';

/** The client of README's examples, who has read mail; and one who has not. */
const [client, stranger] = ['198.51.100.23', '198.51.100.70'];

const [, , postfix = '', check = '', questions = ''] = readmeBlocks('Five minutes to a working Postfix');
/** In the place of the Debian package, which debian13.test.ts installs. */
const [account = '', configuration = '', firstRun = '', units = '', cron = ''] =
  readmeBlocks('Without the package');

/** A host whose mail log holds a login, with `exact` in the PATH. */
async function prepare(host: Namespace): Promise<void> {
  await copyProgram(`${host.folder}/program`);
  await host.must(['ln', '-sf', `${host.folder}/program/bin/exact`, '/usr/local/bin/exact']);
  await host.must(['mkdir', `${host.folder}/global`]);
  await host.must([
    'ln',
    '-s',
    fileURLToPath(new URL('../..', import.meta.url)),
    `${host.folder}/global/exact-relay`,
  ]);
  await host.must(['sh', '-c', `command -v node || ln -s ${process.execPath} /usr/local/bin/node`]);
  await host.must(
    ['sh', '-c', 'cat >/usr/local/bin/systemctl; chmod 755 /usr/local/bin/systemctl'],
    '#!/bin/sh\nexit 1\n',
  );
  await host.must([
    'sh',
    '-c',
    'rm -rf /etc/exact /var/lib/exact; install -m 640 -g adm /dev/null /var/log/mail.log',
  ]);
  await logIn(host, client);
}

async function logIn(host: Namespace, address: string): Promise<void> {
  const time = `${new Date().toISOString().slice(0, 19)}Z`;
  await host.must(['sh', '-c', 'cat >>/var/log/mail.log'], dovecotLogin(time, 'alice', address));
}

/**
 * Pastes a block into root's shell. There is no systemd in a namespace: of what it would do nothing is seen. What npm
 * has installed is what it would pack.
 */
function paste(host: Namespace, block: string, systemctl = 'true'): Promise<string> {
  const npm = `npm() { echo '${host.folder}/global'; }`;
  return host.must(['bash', '-ec', `systemctl() { ${systemctl}; }\n${npm}\n${block}`]);
}

describe('Five minutes to a working Postfix', () => {
  let host: Namespace;

  beforeAll(async () => {
    installPackages({ ...postfixPrograms, useradd: 'passwd', 'systemd-analyze': 'systemd' });
    host = await openNamespace();
    await unpackPackages(host, [], []);
    await prepare(host);
    await startPostfix(host, { 25: 'smtpd_delay_reject = yes' });
  });

  afterAll(async () => {
    await host?.close();
  });

  it('work as written', async () => {
    for (const block of [account, configuration]) await paste(host, block);
    expect(await paste(host, firstRun)).toMatch(/^added +198\.51\.100\.23 +alice/m);
    for (const block of [postfix, cron]) await paste(host, block);
    expect(await paste(host, check)).toMatch(/\n(?:note|no problems)/);
    // A question that is answered 'no' ends with 1.
    const answered = await paste(host, `set +e\n${questions}`);
    for (const words of [/^198\.51\.100\.23: yes: alice/m, /^cdb .*: agrees, 1 address/m, /^OK$/m])
      expect(answered).toMatch(words);
    const answers = await askRelay(host, { port: 25, recipient: remoteRecipient }, [client, stranger]);
    expect(answers).toEqual({ [client]: repliesWith(250), [stranger]: repliesWith(554) });
  });

  it("lets the client of the next login relay after cron's next minute", async () => {
    const other = '2001:db8:7::4d';
    await logIn(host, other);
    const file = await host.must(['cat', '/etc/cron.d/exact']);
    const [, path = ''] = /^PATH=(.*)$/m.exec(file) ?? [];
    const [, user = '', command = ''] = /^\* \* \* \* \* (\S+) (.*)$/m.exec(file) ?? [];
    const as = ['setpriv', '--reuid', user, '--regid', user, '--init-groups', '--'];
    const said = await host.must([...as, 'env', '-i', `PATH=${path}`, '/bin/sh', '-c', command]);
    expect(said).toBe('');
    const answers = await askRelay(host, { port: 25, recipient: remoteRecipient }, [other, stranger]);
    expect(answers).toEqual({ [other]: repliesWith(250), [stranger]: repliesWith(554) });
  });

  it('has units that systemd takes', async () => {
    await paste(host, units);
    const files = ['exact.service', 'exact.timer', 'exact.path', 'exact-boot.service'].map(
      (name) => `/etc/systemd/system/${name}`,
    );
    const { stdout, stderr } = await host.run(['systemd-analyze', 'verify', '--man=no', ...files]);
    expect((stdout + stderr).split('\n').filter((line) => line.includes('exact'))).toEqual([]);
  });

  it('shows who uses a stolen password, and ends that', async () => {
    const [block = ''] = readmeBlocks('A stolen password');
    const mine = block.replaceAll('alice@example.org', 'alice');
    expect(await paste(host, mine)).toMatch(/^revoked 2 addresses of alice/m);
    const answers = await askRelay(host, { port: 25, recipient: remoteRecipient }, [client]);
    expect(answers).toEqual({ [client]: repliesWith(554) });
  });
});

describe('Exim', () => {
  let host: Namespace;

  beforeAll(async () => {
    host = await openNamespace();
    await prepareDebianExim(host);
    await host.must(['rm', '-f', '/usr/sbin/postconf']);
    await prepare(host);
  });

  afterAll(async () => {
    await host?.close();
  });

  it('works as written', async () => {
    for (const block of [account, configuration, firstRun, cron]) await paste(host, block);
    const [statement = ''] = readmeBlocks('Exim', '');
    const template = '/etc/exim4/exim4.conf.template';
    const text = await host.must(['cat', template]);
    const after = /^ *accept\n *hosts = \+relay_from_hosts\n(?: +\S.*\n)*/m;
    expect(text).toMatch(after);
    await host.must(
      ['sh', '-c', `cat >${template}`],
      text.replace(after, (found) => `${found}\n${statement}\n`),
    );
    const [block = ''] = readmeBlocks('Exim');
    expect(await paste(host, block)).toMatch(/^yes$/m);
    expect(await paste(host, check)).toMatch(/^ok +exim +looks up cdb/m);
    expect(await debianEximReply(host, client)).toBe(250);
    expect(await debianEximReply(host, stranger)).toBe(550);
  });
});

describe('Sendmail', () => {
  let host: Namespace;

  beforeAll(async () => {
    host = await openNamespace();
    await prepareSendmail(host);
    await host.must(['rm', '-f', '/usr/sbin/postconf']);
    await prepareMakefile(host);
    await prepare(host);
  });

  afterAll(async () => {
    await host?.close();
  });

  it('works as written', async () => {
    for (const block of [account, configuration, firstRun, cron]) await paste(host, block);
    const [block = ''] = readmeBlocks('Sendmail');
    await paste(host, block);
    expect(await paste(host, check)).toMatch(/^ok +sendmail +sendmail\.cf looks up/m);
    expect([await rulesLetRelay(host, client), await rulesLetRelay(host, stranger)]).toEqual([true, false]);
  });
});
