/** Letting an address in by hand: `exact update --permit`, in the maps, the log and the answers, and its end. */
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { dovecotLogin, MailHost } from './run-exact.ts';

const at = (time: string) => ({ now: `2026-11-22T${time}Z`, env: { LOGNAME: 'helpdesk' } });
const permit = (address: string, ...more: string[]) => [
  'update',
  '--permit',
  address,
  ...['--user', 'alice', '--for', '2h'],
  ...more,
];
const forAlice = permit('198.51.100.7', '--note', 'new phone');

let host: MailHost;
const relay = () => readFileSync(host.relay, 'utf8');
const logIn = (time: string, user: string, address: string) =>
  appendFileSync(host.log, dovecotLogin(`2026-11-22T${time}Z`, user, address));

beforeEach(() => {
  host = new MailHost('ignore 10.0.0.0/8', 'logging internal', 'logfile exact.log');
  logIn('10:00:00', 'bob', '192.0.2.10');
});

describe('exact update --permit', () => {
  it('lets an address in for a time, and takes it out at its end', async () => {
    await host.run(['update'], at('10:01:00'));
    const given = await host.run(forAlice, at('10:02:00'));
    expect(given).toEqual({
      status: 0,
      stdout:
        'permitted 198.51.100.7 for alice, until 12:02:00 (2 h)\n' +
        '  maps published; exact expire 198.51.100.7 ends it earlier\n',
      stderr: '',
    });
    expect(relay()).toBe('192.0.2.10\n198.51.100.7\n');
    await host.run(['update'], at('12:01:59'));
    expect(relay()).toBe('198.51.100.7\n');
    expect(await host.run(['update'], at('12:02:00'))).toEqual({ status: 0, stdout: '', stderr: '' });
    expect(relay()).toBe('');
    expect(readFileSync(join(host.folder, 'state.permits'), 'utf8')).not.toContain('alice');
    const log = readFileSync(join(host.folder, 'exact.log'), 'utf8').replace(/^.*?: /gm, '');
    const line = '198.51.100.7 user="alice" server=permit until=2026-11-22T12:02:00Z';
    expect(log).toContain(`authorised ${line} reason="by helpdesk: new phone"\n`);
    expect(log).toContain(`\nexpired ${line}\n`);
  });

  it('is kept through a rebuild, and when all that the log can give back is lost', async () => {
    await host.run(forAlice, at('10:02:00'));
    await host.run(['update', '--rebuild'], at('10:03:00'));
    expect(relay()).toBe('192.0.2.10\n198.51.100.7\n');
    for (const name of ['state', 'state.cursors']) writeFileSync(join(host.folder, name), 'damaged');
    await host.run(['update'], at('10:04:00'));
    expect(relay()).toBe('192.0.2.10\n198.51.100.7\n');
  });

  it('is shown as what it is', async () => {
    await host.run(['update'], at('10:01:00'));
    await host.run(forAlice, at('10:02:00'));
    const table = await host.run(['dump'], at('10:05:00'));
    expect(table.stdout).toBe(
      [
        'ADDRESS       USER   SERVER   LEFT     LAST LOGIN  LOGINS',
        '192.0.2.10    bob    dovecot  25 min   10:00:00         1',
        '198.51.100.7  alice  permit   117 min  10:02:00         0',
        '198.51.100.7: alice is permitted until 12:02:00, by helpdesk: new phone',
        '',
      ].join('\n'),
    );
    const answer = await host.run(['dump', '198.51.100.7'], at('10:05:00'));
    expect(answer.stdout).toMatch(
      /^198\.51\.100\.7: yes: alice, permitted 10:02:00 by helpdesk: new phone, until 12:02:00 \(117 min\)\n/,
    );
    const json = await host.run(['dump', '--json', '--user', 'alice'], at('10:05:00'));
    expect(JSON.parse(json.stdout)).toMatchObject({
      address: '198.51.100.7',
      expires: '2026-11-22T12:02:00Z',
      users: [{ user: 'alice', server: 'permit', logins: 0, by: 'helpdesk', note: 'new phone' }],
    });
    const past = await host.run(['dump', '198.51.100.7'], at('12:05:00'));
    expect(past.stdout).toContain('no: permit for alice 10:02:00, expired 12:02:00, 3 min ago\n');
  });

  it('is refused by no users, only or cap', async () => {
    host = new MailHost('users bob', 'only 192.0.2.0/24', 'max-users-per-address 1');
    for (const user of ['bob', 'carol']) logIn('10:00:00', user, '192.0.2.10');
    appendFileSync(host.config, 'users carol\nmax-addresses-per-user 1\n');
    await host.run(['update'], at('10:01:00'));
    expect(relay()).toBe('');
    for (const address of ['192.0.2.10', '198.51.100.7', '203.0.113.8'])
      expect(await host.run(permit(address), at('10:02:00'))).toMatchObject({ status: 0, stderr: '' });
    expect(relay()).toBe('192.0.2.10\n198.51.100.7\n203.0.113.8\n');
    // That she may is no reason to let bob and carol in for longer.
    const { stdout } = await host.run(['dump', '--json', '192.0.2.10'], at('10:03:00'));
    expect(JSON.parse(stdout)).toMatchObject({ expires: '2026-11-22T12:02:00Z', relays: true });
    await host.run(['update'], at('12:02:00'));
    expect(relay()).toBe('');
  });

  it.each([
    { address: '10.1.2.3', why: "in 'ignore 10.0.0.0/8' \\(.*exact\\.conf:5\\)" },
    { address: '127.0.0.1', why: '.*loopback.*' },
  ])('is refused for $address, which never may', async ({ address, why }) => {
    const ran = await host.run(permit(address), at('10:02:00'));
    expect(ran).toMatchObject({ status: 1, stdout: '' });
    expect(ran.stderr).toMatch(new RegExp(`^exact: ${address}: not permitted: ${why}\n$`));
    const json = await host.run(permit(address, '--json'), at('10:02:00'));
    expect(JSON.parse(json.stdout)).toMatchObject({ outcome: 'refused', address, user: 'alice' });
    expect(existsSync(join(host.folder, 'state.permits'))).toBe(false);
  });

  it('ends where its network is ignored from now on', async () => {
    await host.run(forAlice, at('10:02:00'));
    appendFileSync(host.config, 'ignore 198.51.100.0/24\n');
    const { stdout } = await host.run(['update', '-v'], at('10:03:00'));
    expect(stdout).toContain("refused    198.51.100.7  alice (permit)  in 'ignore 198.51.100.0/24'");
    expect(relay()).toBe('192.0.2.10\n');
  });

  it('finds no room in a table that is full, and takes room from logins', async () => {
    appendFileSync(host.config, 'max-entries 2\n');
    await host.run(['update'], at('10:01:00'));
    await host.run(forAlice, at('10:02:00'));
    const full = await host.run(permit('198.51.100.8'), at('10:03:00'));
    expect(full).toEqual({
      status: 1,
      stdout: '',
      stderr: 'exact: 198.51.100.8: not permitted: max-entries 2 is reached\n',
    });
    logIn('10:04:00', 'carol', '192.0.2.11');
    await host.run(['update'], at('10:05:00'));
    expect(relay()).toBe('192.0.2.10\n198.51.100.7\n');
    // Who is in already may stay for longer; what has run out gives room.
    expect(await host.run(forAlice, at('10:06:00'))).toMatchObject({ status: 0 });
    expect(await host.run(permit('198.51.100.8'), at('10:31:00'))).toMatchObject({ status: 0 });
  });

  it.each([['198.51.100.7'], ['198.51.100.0/24'], ['--user', 'Alice'], ['--all']])(
    'is ended by exact expire %s %s',
    async (...what) => {
      await host.run(forAlice, at('10:02:00'));
      const ended = await host.run(['expire', ...what], at('10:03:00'));
      expect(ended.status).toBe(0);
      expect(ended.stdout).toMatch(/^revoked [12] address/);
      expect(relay()).not.toContain('198.51.100.7');
      await host.run(['update', '--rebuild'], at('10:04:00'));
      expect(relay()).not.toContain('198.51.100.7');
      // What is revoked may be permitted anew.
      await host.run(forAlice, at('10:05:00'));
      expect(relay()).toContain('198.51.100.7');
    },
  );

  it('is not given while its address or user is refused, and says what ends that', async () => {
    await host.run(['expire', '--user', 'alice', '--for', '24h'], at('10:02:00'));
    const { status, stderr } = await host.run(forAlice, at('10:03:00'));
    expect(status).toBe(1);
    expect(stderr).toBe(
      'exact: 198.51.100.7: not permitted: alice is refused until Mon 10:02, by helpdesk; ' +
        'exact expire --undo --user alice ends that\n',
    );
    await host.run(['expire', '--undo', '--user', 'alice'], at('10:04:00'));
    expect(await host.run(forAlice, at('10:05:00'))).toMatchObject({ status: 0 });
  });

  it('says of an address that stays whose permit keeps it', async () => {
    logIn('10:00:30', 'bob', '198.51.100.7');
    await host.run(['update'], at('10:01:00'));
    await host.run(forAlice, at('10:02:00'));
    const { stdout } = await host.run(['expire', '--user', 'bob'], at('10:03:00'));
    expect(stdout).toContain('  198.51.100.7 stays: alice is permitted from it too\n');
    expect(relay()).toBe('198.51.100.7\n');
  });

  it('changes nothing with --dry-run', async () => {
    await host.run(['update'], at('10:01:00'));
    const { stdout } = await host.run([...forAlice, '--dry-run'], at('10:02:00'));
    expect(stdout).toBe('would permit 198.51.100.7 for alice, until 12:02:00 (2 h)\n');
    expect(relay()).toBe('192.0.2.10\n');
    expect(existsSync(join(host.folder, 'state.permits'))).toBe(false);
  });

  it('holds for no longer when the clock is set back', async () => {
    await host.run(forAlice, at('10:02:00'));
    await host.run(['update'], at('09:02:00'));
    await host.run(['update'], at('11:01:59'));
    expect(relay()).toContain('198.51.100.7\n');
    await host.run(['update'], at('11:02:00'));
    expect(relay()).not.toContain('198.51.100.7\n');
  });

  it('goes on with the permits that can be read', async () => {
    await host.run(forAlice, at('10:02:00'));
    const path = join(host.folder, 'state.permits');
    appendFileSync(path, '198.51.100.9\tmallory\t1795341720\t9999999999\troot\t\n');
    const { status, stderr } = await host.run(['update'], at('10:03:00'));
    expect(status).toBe(74);
    expect(stderr).toContain(`${path}:4: is no permit; the others hold; repeat the exact update --permit`);
    expect(relay()).toBe('192.0.2.10\n198.51.100.7\n');
  });

  it.each([
    { words: permit('198.51.100.0/24'), told: "--permit: '198.51.100.0/24' is " },
    { words: permit('mx.example.org'), told: "--permit: 'mx.example.org' is " },
    { words: permit('192.0.2.1').with(6, '8d'), told: "--for: '8d' is longer than 7 d" },
    { words: permit('192.0.2.1').with(6, '24'), told: "--for: '24' is without a unit" },
    { words: permit('192.0.2.1').with(4, ''), told: '--user: names nobody; name the user who asked' },
    { words: permit('192.0.2.1').slice(0, 5), told: '--permit: needs --for; add it' },
    { words: permit('192.0.2.1').slice(0, 3), told: '--permit: needs --user; add it' },
  ])('refuses $words', async ({ words, told }) => {
    const { status, stderr } = await host.run(words, at('10:06:00'));
    expect(status).toBe(64);
    expect(stderr).toContain(told);
  });

  it('is no login in what is said of a refused sender', async () => {
    await host.run(forAlice, at('10:02:00'));
    const refusal = `NOQUEUE: reject: RCPT from unknown[203.0.113.5]: 554 5.7.1 <you@remote.example>: Relay access denied; from=<alice@example.org> to=<you@remote.example> proto=ESMTP helo=<pc>`;
    appendFileSync(host.log, `2026-11-22T10:03:00+00:00 mx postfix/smtpd[71]: ${refusal}\n`);
    const words = /; alice was permitted at 198\.51\.100\.7 by hand$/m;
    expect((await host.run(['dump', '--denied'], at('10:04:00'))).stdout).toMatch(words);
    await host.run(['expire', '198.51.100.7'], at('10:05:00'));
    expect((await host.run(['dump', '--denied'], at('10:06:00'))).stdout).toMatch(words);
  });
});
