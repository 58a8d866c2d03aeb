/** What no mail log should hold, as `update` sees it: every L case that a whole run can show. */
import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { dovecotLogin, MailHost } from './run-exact.ts';

const at = (time: string) => ({ now: `2026-11-22T${time}Z` });
const login = (address: string, user = 'alice') => dovecotLogin('2026-11-22T10:05:00Z', user, address);
const relay = (host: MailHost) => readFileSync(host.relay, 'latin1');

/** A host with one login published, and more bytes in its log; then one run. */
async function ranOn(...more: (string | Buffer)[]): Promise<MailHost> {
  const host = new MailHost();
  appendFileSync(host.log, login('198.51.100.1'));
  await host.run(['update'], at('10:05:30'));
  for (const bytes of more) appendFileSync(host.log, bytes);
  expect(await host.run(['update'], at('10:06:00'))).toMatchObject({ status: 0 });
  return host;
}

describe('a log', () => {
  it.each([
    { name: 'L01 a line of 9 KB', bytes: `${'x'.repeat(9_000)}\n` },
    { name: 'L01 a line of 1 MB', bytes: `${'x'.repeat(1_000_000)}\n` },
    {
      name: 'L01 a login of 1 MB',
      bytes: login('198.51.100.66', 'x'.repeat(1_000_000)),
    },
    { name: 'L05 NULs within a line', bytes: `a\0b\0${login('198.51.100.66')}` },
    {
      name: 'L05 a run of 1 MB of NULs on a line',
      bytes: Buffer.concat([Buffer.from('a'), Buffer.alloc(1_000_000), Buffer.from('\n')]),
    },
    { name: 'L05 invalid UTF-8', bytes: Buffer.from([0xff, 0xc3, 0x28, 0xed, 0xa0, 0x80, 0x0a]) },
    { name: 'L05 UTF-16', bytes: Buffer.from(`${login('198.51.100.66')}`, 'utf16le') },
    { name: 'L05 letters of several bytes', bytes: `${'é€😀'.repeat(200)}\n` },
    { name: 'empty lines', bytes: '\n\n\r\n' },
  ])('$name costs no other line', async ({ bytes }) => {
    const host = await ranOn(bytes, '\n', login('198.51.100.2'));
    expect(relay(host)).toBe('198.51.100.1\n198.51.100.2\n');
    appendFileSync(host.log, login('198.51.100.3'));
    const { stdout } = await host.run(['update', '-v'], at('10:07:00'));
    expect(stdout).toContain('read 1 line from');
    expect(relay(host)).toBe('198.51.100.1\n198.51.100.2\n198.51.100.3\n');
  });

  it('L01 lines that are too long are counted, and told if no syslog daemon writes such', async () => {
    const host = new MailHost('metrics exact.prom');
    await host.run(['update'], at('10:05:00'));
    for (const length of [400_000, 9_000, 1_000_000]) appendFileSync(host.log, `${'x'.repeat(length)}\n`);
    const { status, stderr } = await host.run(['update'], at('10:06:00'));
    expect(status).toBe(0);
    expect(stderr).toMatch(
      /^exact: [^\n]*mail\.log: lines longer than 256 KiB passed over: 2 of them;[^\n]*\n$/,
    );
    const metrics = readFileSync(`${host.folder}/exact.prom`, 'utf8');
    expect(metrics).toContain('exact_refused_logins_total{reason="a line over 8 KiB"} 3\n');
  });

  it('L02 100 MB without a newline are waited for, then passed over', async () => {
    const host = await ranOn();
    const megabyte = Buffer.alloc(1_000_000, 'x');
    for (let count = 0; count < 100; count++) appendFileSync(host.log, megabyte);
    expect(await host.run(['update'], at('10:06:30'))).toMatchObject({ status: 0 });
    expect(relay(host)).toBe('198.51.100.1\n');
    appendFileSync(host.log, `\n${login('198.51.100.2')}`);
    await host.run(['update'], at('10:07:00'));
    expect(relay(host)).toBe('198.51.100.1\n198.51.100.2\n');
  });

  it.each([
    { name: 'L05 begins with a byte order mark', first: Buffer.from('\ufeff') },
    { name: 'L05 begins with NULs, as after truncation', first: Buffer.alloc(5000) },
  ])('that $name gives what follows', async ({ first }) => {
    const host = new MailHost();
    writeFileSync(host.log, Buffer.concat([first, Buffer.from(`\n${login('198.51.100.2')}`)]));
    expect(await host.run(['update'], at('10:06:00'))).toMatchObject({ status: 0 });
    expect(relay(host)).toBe('198.51.100.2\n');
  });

  it('L06 of CRLF lines gives addresses and users without CR', async () => {
    const host = await ranOn(
      login('198.51.100.2').replace('\n', '\r\n'),
      'Nov 22 10:05:00 mx dovecot: imap-login: Login: user=<bob>, rip=198.51.100.3, lip=192.0.2.1\r\n',
    );
    expect(relay(host)).toBe('198.51.100.1\n198.51.100.2\n198.51.100.3\n');
    const { stdout } = await host.run(['dump', '--json'], at('10:06:00'));
    expect(stdout).not.toContain('\\r');
  });
});

describe('L04 a rule of exponential form', () => {
  const hostile = `Nov 22 10:05:00 mx evil: ${'a'.repeat(4000)}!\n`;

  it('ends in linear time, and the other rules go on', async () => {
    const host = new MailHost('serverdefs servers.conf');
    writeFileSync(
      `${host.folder}/servers.conf`,
      '<server evil>\n  program evil\n  match ^(?:(?:a+)+)+ (?<user>x+) (?<address>[0-9.]+)$\n</server>\n',
    );
    writeFileSync(host.log, hostile.repeat(20) + login('198.51.100.2'));
    expect(await host.run(['update'], at('10:06:00'))).toMatchObject({ status: 0 });
    expect(relay(host)).toBe('198.51.100.2\n');
  });
});

describe('L11 what is no log', () => {
  it.each([
    { name: 'a directory', make: (path: string) => mkdirSync(path), told: 'a directory' },
    { name: 'a FIFO', make: (path: string) => spawnSync('mkfifo', [path]), told: 'FIFO' },
    { name: 'a device without end', make: (path: string) => symlinkSync('/dev/zero', path), told: 'device' },
  ])('$name ends the run with 66 at once, and entries still expire', async ({ make, told }) => {
    const host = await ranOn();
    rmSync(host.log);
    make(host.log);
    const early = await host.run(['update'], at('10:07:00'));
    expect(early.status).toBe(66);
    expect(early.stderr).toMatch(/^exact: [^\n]+\n$/);
    expect(early.stderr).toContain(host.log);
    expect(early.stderr).toContain(told);
    expect(relay(host)).toBe('198.51.100.1\n');
    expect(await host.run(['update'], at('10:35:00'))).toMatchObject({ status: 66 });
    expect(relay(host)).toBe('');
  });
});
