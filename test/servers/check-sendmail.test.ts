/** `exact update --check` on a host with Debian's Sendmail: what it finds, and that each fix, pasted, mends it. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type CheckedHost, openCheckedHost } from './checked-host.ts';
import { documented } from './documented.ts';
import { type Namespace, openNamespace } from './namespace.ts';
import { prepareMakefile, prepareSendmail, rulesLetRelay } from './sendmail.ts';

let host: Namespace;
let checked: CheckedHost;

beforeAll(async () => {
  host = await openNamespace();
  await prepareSendmail(host);
  // Another MTA of the machine is not this host's.
  await host.must(['rm', '-f', '/usr/sbin/postconf']);
  await prepareMakefile(host);
  await host.must(['sh', '-c', 'cat >>/etc/mail/sendmail.mc'], "MAILER(`smtp')dnl\n");
  checked = await openCheckedHost(host);
  await checked.configure();
});

afterAll(async () => {
  await host?.close();
});

async function edit(script: string): Promise<void> {
  await host.must(['sed', '-i', script, '/etc/mail/sendmail.mc']);
  await host.must(['make', '-C', '/etc/mail']);
}

const table = '/var/lib/exact/relay-sendmail.db';
const isFine = { level: 'ok', subject: 'sendmail', text: `sendmail.cf looks up ${table}` };

it('adds the output, then the rules, and all is well', async () => {
  const [first] = await checked.check('sendmail');
  expect(first).toMatchObject({ level: 'FAIL', text: 'no output is of a type that Sendmail can look up' });
  await checked.paste(first?.fix);
  const [second] = await checked.check('sendmail');
  expect(second).toMatchObject({ level: 'FAIL', text: `sendmail.cf does not look up ${table}` });
  await checked.paste(second?.fix);
  expect(await checked.check('sendmail')).toEqual([isFine]);
  expect([await rulesLetRelay(host, checked.client), await rulesLetRelay(host, '198.51.100.70')]).toEqual([
    true,
    false,
  ]);
  expect((await checked.read()).status).toBe(0);
});

it.each([
  ['-T<TMPF>', 'FAIL', 'has -T'],
  ['', 'WARN', 'has no -o'],
])('finds flags that fail open, or shut: %s', async (flags, level, words) => {
  await edit(`s|^Kexact hash -o|Kexact hash ${flags}|`);
  const [found] = await checked.check('sendmail');
  expect(found).toMatchObject({ level, text: expect.stringContaining(words) });
  await checked.paste(found?.fix);
  expect(await checked.check('sendmail')).toEqual([isFine]);
});

it('finds what refuses as a client connects, and has the map looked up before', async () => {
  const features = "FEATURE(`dnsbl', `dialup.example')dnl\\nFEATURE(`require_rdns')dnl";
  await edit(`s|^LOCAL_DOMAIN|${features.replaceAll('`', '`')}\\n&|`);
  const refused = await checked.playAs(checked.client);
  expect([refused.status, refused.rows[0]?.step, refused.rows[0]?.verdict]).toEqual([1, 'client', 'refused']);
  const [found] = await checked.check('sendmail');
  expect(found).toMatchObject({
    level: 'FAIL',
    text: '/etc/mail/sendmail.cf looks up Kexact too late: the DNS list dialup.example, FEATURE(require_rdns) refuse before, in check_relay',
  });
  await checked.paste(found?.fix);
  expect(await checked.check('sendmail')).toEqual([isFine]);
  const { status, rows } = await checked.playAs(checked.client);
  expect([status, rows.filter(({ as }) => as !== checked.client).map(({ verdict }) => verdict)]).toEqual([
    0,
    ['refused'],
  ]);
  await checked.paste(found?.undo);
  expect(await checked.check('sendmail')).toEqual([found]);
  await edit("s|^FEATURE(.require_rdns')dnl|FEATURE(`delay_checks')dnl|");
  expect(await checked.check('sendmail')).toEqual([isFine]);
  expect((await checked.playAs(checked.client)).status).toBe(0);
  await edit('/dnsbl/d');
});

it('finds a map that no rule asks', async () => {
  await edit('/^LOCAL_RULESETS/,$d');
  const [found] = await checked.check('sendmail');
  expect(found).toMatchObject({ level: 'FAIL', text: expect.stringContaining('is in no rule') });
  await checked.paste(found?.fix);
  expect(await checked.check('sendmail')).toEqual([isFine]);
});

it.each(['', "FEATURE(`access_db', , `skip')dnl\n"])(
  'puts the access database into sendmail.mc: %j',
  async (line) => {
    const usual = await host.must(['cat', `${host.folder}/usual.mc`]);
    await host.must(['sh', '-c', 'cat >/etc/mail/sendmail.mc'], `${usual}${line}MAILER(\`smtp')dnl\n`);
    await host.must(['make', '-C', '/etc/mail']);
    await checked.configure('output sendmail-access /var/lib/exact/access');
    const [found] = await checked.check('sendmail');
    expect(found).toMatchObject({
      level: 'FAIL',
      text: 'sendmail.cf does not look up /var/lib/exact/access.db',
    });
    await checked.paste(found?.fix);
    expect(await checked.check('sendmail')).toEqual([
      { ...isFine, text: 'sendmail.cf looks up /var/lib/exact/access.db' },
    ]);
    expect([await rulesLetRelay(host, checked.client), await rulesLetRelay(host, '198.51.100.70')]).toEqual([
      true,
      false,
    ]);
  },
);

it('has rules that ask for networks, and finds those that do not', async () => {
  const usual = await host.must(['cat', `${host.folder}/usual.mc`]);
  const configure = async (lines: string) => {
    await host.must(['sh', '-c', 'cat >/etc/mail/sendmail.mc'], `${usual}MAILER(\`smtp')dnl\n${lines}`);
    await host.must(['make', '-C', '/etc/mail']);
  };
  await checked.configure('output makemap hash:/var/lib/exact/relay-sendmail', 'ipv6-prefix 64');
  await configure(`${documented('client_addr} $: <?> $)')}\n`);
  expect((await checked.check('sendmail'))[0]).toMatchObject({
    level: 'FAIL',
    text: '/etc/mail/sendmail.cf: Kexact is asked for whole addresses: it finds no network, which ipv6-prefix 64 publishes',
  });
  await configure('');
  await checked.paste((await checked.check('sendmail'))[0]?.fix);
  expect(await checked.check('sendmail')).toEqual([isFine]);
  const pasted = await host.must(['sed', '-n', '/^LOCAL_CONFIG/,$p', '/etc/mail/sendmail.mc']);
  expect(pasted.trimEnd()).toBe(documented('R<?>IPv6:'));
}, 300_000);
