import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { dovecotLogin, MailHost, runExact } from './run-exact.ts';

const samples = new URL('../../src/servers/dovecot/', import.meta.url).pathname;

/** A server that logs the client on one line and the user on another. */
const ypopd = `<server ypopd>
  program ypopd
  connect ^Session from %{ADDRESS}$
  match ^Authentication passed for %{USER}$
</server>
`;
const login = (time: string, user: string) => dovecotLogin(`2026-11-22T${time}Z`, user, '192.0.2.10');

describe('exact parse', () => {
  it('writes time, address, user and server, separated by tabs, control characters escaped', async () => {
    const host = new MailHost();
    appendFileSync(host.log, login('10:00:00', 'alice') + login('10:01:00', 'a\tb\\\x1b'));
    const { stdout, status } = await host.run(['parse']);
    expect(status).toBe(0);
    expect(stdout).toBe(
      '2026-11-22T10:00:00Z\t192.0.2.10\talice\tdovecot\n2026-11-22T10:01:00Z\t192.0.2.10\ta\\tb\\\\\\x1b\tdovecot\n',
    );
  });

  it('writes JSON with every field', async () => {
    const { stdout } = await runExact(['parse', '--json', join(samples, '2.3.iso.log')]);
    expect(JSON.parse(stdout.split('\n')[0] ?? '')).toEqual({
      time: '2026-11-22T09:57:21Z',
      address: '192.0.2.10',
      user: 'bob',
      server: 'dovecot',
      host: 'vm',
      program: 'dovecot',
      pid: '',
      source: join(samples, '2.3.iso.log'),
      line: 2,
    });
  });

  it('reads several files, compressed ones and standard input, and goes on after one that it cannot read', async () => {
    const host = new MailHost();
    const packed = join(host.folder, 'mail.log.1.gz');
    writeFileSync(packed, gzipSync(login('09:00:00', 'packed')));
    appendFileSync(host.log, login('10:00:00', 'plain'));
    const words = ['parse', packed, join(host.folder, 'none'), host.log, '-'];
    const { status, stdout, stderr } = await host.run(words, { stdin: login('11:00:00', 'piped') });
    expect(status).toBe(66);
    expect(stderr).toBe(`exact: ${host.folder}/none: cannot open: no such file\n`);
    expect(stdout.match(/packed|plain|piped/g)).toEqual(['packed', 'plain', 'piped']);
  });

  it('joins the two lines of a login in one file, and not over two', async () => {
    const host = new MailHost('serverdefs servers.conf');
    writeFileSync(join(host.folder, 'servers.conf'), ypopd);
    const [session, auth] = [
      'Nov 22 10:00:00 mx ypopd[7]: Session from 192.0.2.10\n',
      'Nov 22 10:00:01 mx ypopd[7]: Authentication passed for alice\n',
    ];
    appendFileSync(host.log, session + auth + session);
    const next = join(host.folder, 'next.log');
    writeFileSync(next, auth);
    const { stdout } = await host.run(['parse', '--server', 'ypopd', host.log, next]);
    expect(stdout).toBe('2026-11-22T10:00:01Z\t192.0.2.10\talice\typopd\n');
  });

  it.each([
    { words: ['--since', '10:01'], want: ['bob', 'carol'] },
    { words: ['--until', '2026-11-22T10:02:00Z'], want: ['alice', 'bob'] },
    { words: ['--since', '2026-11-22T10:01:00Z', '--until', '2026-11-22T10:02:00Z'], want: ['bob'] },
  ])('keeps to the time that $words say', async ({ words, want }) => {
    const host = new MailHost();
    appendFileSync(
      host.log,
      login('10:00:00', 'alice') + login('10:01:00', 'bob') + login('10:02:00', 'carol'),
    );
    const { stdout } = await host.run(['parse', ...words, host.log]);
    expect(stdout.match(/alice|bob|carol/g)).toEqual(want);
  });

  it('counts with --count, answers by its status with -q, and prints what is no login with --invert', async () => {
    const log = join(samples, '2.3.trad.log');
    expect(await runExact(['parse', '--count', log])).toEqual({ status: 0, stdout: '94\n', stderr: '' });
    const counted = await runExact(['parse', '--count', '--json', log]);
    expect(counted).toEqual({ status: 0, stdout: '94\n', stderr: '' });
    expect(await runExact(['parse', '-q', log])).toEqual({ status: 0, stdout: '', stderr: '' });
    const { stdout } = await runExact(['parse', '--invert', log]);
    expect(stdout.trimEnd().split('\n')).toHaveLength(404 - 94);
    expect((await runExact(['parse', '-q', '/dev/null'])).status).toBe(66);
  });

  it('says which rule would have matched', async () => {
    const host = new MailHost('serverdefs servers.conf');
    writeFileSync(join(host.folder, 'servers.conf'), ypopd);
    const log = join(samples, '2.3.trad.log');
    expect(await host.run(['parse', '--server', 'ypopd', log])).toEqual({
      status: 1,
      stdout: '',
      stderr: `exact: ${log}: 0 of 404 lines match rule ypopd; dovecot would match 94 (--server auto)\n`,
    });
  });

  it.each([
    {
      words: ['--invert', '--json'],
      told: '--invert: cannot be given with --json: it takes --server, --follow, --count and FILE; leave out',
    },
    { words: ['--since', 'tomorrow'], told: "--since: 'tomorrow' is not a time" },
    { words: ['--year', '12'], told: "--year: '12' is not a year" },
    { words: ['--follow', '-'], told: '--follow: standard input is read as it comes' },
  ])('refuses $words', async ({ words, told }) => {
    const { status, stderr } = await runExact(['parse', ...words]);
    expect(status).toBe(64);
    expect(stderr).toContain(told);
  });
});
