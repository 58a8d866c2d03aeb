/** `exact update --check` on what the account may do and what runs it: each fix, pasted, mends it. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type CheckedHost, openCheckedHost } from './checked-host.ts';
import { type Namespace, openNamespace } from './namespace.ts';
import { unpackPackages } from './unpacked.ts';

let host: Namespace;
let checked: CheckedHost;

beforeAll(async () => {
  host = await openNamespace();
  await unpackPackages(host, ['cron'], []);
  checked = await openCheckedHost(host);
  await checked.configure();
});

afterAll(async () => {
  await host?.close();
});

it('finds that nothing runs Exact, and the fix is a job that cron takes', async () => {
  await host.must(['rm', '/etc/cron.d/exact']);
  const [found] = await checked.check('timer');
  expect(found).toMatchObject({
    level: 'WARN',
    text: expect.stringMatching(/^no exact\.timer, and no cron job; last run \d+ s ago, exit 0$/),
  });
  await checked.paste(found?.fix);
  expect(await host.must(['cat', '/etc/cron.d/exact'])).toBe(
    'PATH=/usr/local/bin:/usr/bin:/bin\n* * * * * exact exact update\n@reboot exact exact expire\n',
  );
  const want = /^cron job in \/etc\/cron\.d\/exact, each minute, last run \d+ s ago, exit 0$/;
  expect(await checked.check('timer')).toMatchObject([{ level: 'ok', text: expect.stringMatching(want) }]);
});

it('fails where nothing runs Exact and nothing has, and passes over names that cron does', async () => {
  await host.must(['sh', '-c', 'mv /etc/cron.d/exact /etc/cron.d/exact.off; rm /var/lib/exact/*']);
  expect(await checked.check('timer')).toMatchObject([
    { level: 'FAIL', text: 'no exact.timer, and no cron job; no run yet: without runs nothing expires' },
  ]);
  await host.must(['mv', '/etc/cron.d/exact.off', '/etc/cron.d/exact']);
  expect(await checked.check('timer')).toMatchObject([
    { level: 'WARN', text: 'cron job in /etc/cron.d/exact, each minute, no run yet' },
  ]);
});

it('finds a folder that the account may not write', async () => {
  await host.must(['chown', 'root:root', '/var/lib/exact']);
  const [found] = (await checked.check('state')).filter(({ level }) => level === 'FAIL');
  expect(found).toEqual({
    level: 'FAIL',
    subject: 'state',
    text: '/var/lib/exact: not writable by user exact: permission denied',
    fix: 'install -d -o exact -m 755 /var/lib/exact',
  });
  await checked.paste(found?.fix);
  expect((await checked.check('state')).map(({ level, fix }) => [level, fix])).toEqual([
    ['note', 'exact update -v'],
  ]);
  await checked.paste('exact update -v');
  expect((await checked.check('state')).map(({ level }) => level)).toEqual(['ok']);
});

it('finds a user that does not exist, and goes on', async () => {
  await host.must(['sed', '-i', '1s/.*/user popper/', '/etc/exact/exact.conf']);
  const found = (await checked.check('user')).filter(({ level }) => level === 'FAIL');
  // The command that README has, and a test of README runs; here passwd(5) is covered by a file of the test.
  const command = 'useradd --system --home-dir /var/lib/exact --shell /usr/sbin/nologin --groups adm popper';
  expect(found.map(({ text, fix }) => [text, fix])).toEqual([['user popper: no such user', command]]);
  expect((await checked.check('maillog')).map(({ level }) => level)).toEqual(['ok']);
});
