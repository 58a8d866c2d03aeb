import { appendFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { dovecotLogin, MailHost } from './run-exact.ts';

const at = { now: '2026-11-22T10:10:00Z' };
const login = dovecotLogin('2026-11-22T10:00:00Z', 'alice', '192.0.2.10');

/** The findings about what is this host's own; Postfix and timers are those of the machine. */
async function findings(
  host: MailHost,
): Promise<{ level: string; subject: string; text: string; fix?: string }[]> {
  const { stdout } = await host.run(['update', '--check', '--json'], at);
  const all = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  return all.filter(({ subject }) => !['postfix', 'timer'].includes(subject));
}

describe('exact update --check', () => {
  it('finds a host in order, and changes nothing', async () => {
    const host = new MailHost();
    appendFileSync(host.log, login);
    await host.run(['update'], at);
    const before = readdirSync(host.folder);
    const found = await findings(host);
    expect(found.map(({ level, subject, text }) => [level, subject, text.replace(host.folder, '')])).toEqual([
      ['ok', 'config', '/exact.conf'],
      ['ok', 'maillog', '/mail.log, last line 10 min ago'],
      ['ok', 'rules', 'logins of 1 user in the last day: dovecot 1'],
      ['ok', 'state', '/state, 1 address, last run 0 s ago, exit 0'],
      ['ok', 'map', 'text /relay.txt, 1 address'],
      ['ok', 'map', 'cdb /relay.cdb, 1 address'],
    ]);
    expect(readdirSync(host.folder)).toEqual(before);
  });

  it('says everything that is wrong at once, each with its fix, and ends with 1', async () => {
    const host = new MailHost('serverdefs servers.conf');
    writeFileSync(
      join(host.folder, 'servers.conf'),
      '<server x>\n  program x\n  match ^(%{USER}$\n</server>\n',
    );
    rmSync(host.log);
    await host.run(['update'], at);
    appendFileSync(join(host.folder, 'relay.txt'), '203.0.113.66\n');
    const found = await findings(host);
    const bad = found.filter(({ level }) => level !== 'ok').map(({ subject, text }) => `${subject}: ${text}`);
    expect(bad.join('\n')).toMatch(/^rules: .*servers\.conf:3: rule x: match: column 2: cannot compile: /);
    expect(bad.join('\n')).toContain(`map: text ${host.relay}: differs from the state, 1 address`);
    expect((await host.run(['update', '--check', '-q'], at)).status).toBe(1);
  });

  it('names a log that is missing', async () => {
    const host = new MailHost();
    rmSync(host.log);
    expect(await findings(host)).toContainEqual(
      expect.objectContaining({
        level: 'FAIL',
        subject: 'maillog',
        text: `${host.log}: cannot open: no such file`,
      }),
    );
  });

  it('warns when servers log and nobody logs in', async () => {
    const host = new MailHost();
    appendFileSync(host.log, login.replace('Login: user=', 'Welcome: user='));
    expect(await findings(host)).toContainEqual({
      level: 'WARN',
      subject: 'rules',
      text: 'no login in the last day; 1 line of POP and IMAP servers',
      fix: 'exact test-rule --unmatched --since 1d',
    });
  });

  it('tells people each fix on a line of its own, and the sums', async () => {
    const host = new MailHost();
    writeFileSync(host.config, 'time-out 30m\noutput hash:/x\n');
    const { status, stdout } = await host.run(['update', '--check'], at);
    expect(status).toBe(1);
    expect(stdout).toBe(
      [
        `FAIL  config   ${host.config}:1: unknown name 'time-out', nearest: timeout`,
        `FAIL  config   ${host.config}:2: output 'hash:/x': unknown type, nearest: postmap hash:/x`,
        '2 problems, 0 warnings, 0 notes; nothing was changed',
        '',
      ].join('\n'),
    );
  });
});
