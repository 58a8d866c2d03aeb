/** What is said of a log of which most lines are in no form that Exact knows. */
import { appendFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { MailHost, runExact } from './run-exact.ts';

const login = 'imap-login: Login: user=<alice>, method=PLAIN, rip=192.0.2.10, lip=192.0.2.1, mpid=71, TLS';
const bare = `${login}\nimap(alice)<71><x>: Disconnected: Logged out\n`;
const known = '2026-11-22T10:10:00Z mx dovecot: master: up\n';
const on = (day: number, hour: string, minute = '00') => ({
  now: `2026-11-${day}T${hour}:${minute}:00Z`,
});

describe('exact update', () => {
  it('tells after warn-silent, shows a line and names what it looks like', async () => {
    const host = new MailHost();
    writeFileSync(host.log, bare);
    await host.run(['update'], on(22, '10'));
    appendFileSync(host.log, bare);
    expect((await host.run(['update'], on(22, '11'))).stderr).toBe('');
    expect((await host.run(['update'], on(22, '12'))).stderr).toBe('');
    appendFileSync(host.log, bare);
    expect((await host.run(['update'], on(23, '10'))).stderr).toBe('');
    appendFileSync(host.log, bare);
    const { status, stderr } = await host.run(['update'], on(23, '12'));
    expect(status).toBe(0);
    expect(stderr).toMatch(
      /^exact: \S+mail\.log: most lines are in no form that Exact knows: 'imap-login: Login: user=<alice>, .*…' looks like what Dovecot says without an envelope \(journalctl --output=cat, .*\); no login is found in them; print it with journalctl .*\n$/,
    );
    appendFileSync(host.log, bare);
    expect((await host.run(['update'], on(23, '12', '30'))).stderr).toBe('');
    appendFileSync(host.log, known);
    expect((await host.run(['update'], on(23, '14'))).stderr).toMatch(
      /^exact: recovered: \S+mail\.log: most lines are in no form that Exact knows: no longer/m,
    );
  });

  it('says nothing with warn-silent off, nor of a line or two among others', async () => {
    for (const [setting, text] of [
      ['warn-silent off', bare],
      ['warn-silent 10m', `${known}odd\n`],
    ] as const) {
      const host = new MailHost(setting);
      writeFileSync(host.log, known);
      await host.run(['update'], on(22, '10'));
      for (const hour of ['11', '13']) {
        appendFileSync(host.log, text);
        const { stderr } = await host.run(['update'], on(22, hour));
        expect(stderr).not.toContain('in no form');
      }
    }
  });
});

describe('exact update --check', () => {
  const maillog = async (text: string) => {
    const host = new MailHost();
    writeFileSync(host.log, text);
    const { stdout } = await host.run(['update', '--check', '--json'], on(22, '11'));
    const found = stdout.trimEnd().split('\n');
    return found.map((row) => JSON.parse(row)).filter(({ subject }) => subject === 'maillog');
  };

  it('calls it FAIL where no line is in one, and a warning where some are', async () => {
    const text = expect.stringMatching(
      /mail\.log, most lines are in no form that Exact knows: 'imap-login: Login: .*…' looks like what Dovecot says/,
    );
    const fix = expect.stringContaining('journalctl --output=short-iso');
    expect(await maillog(bare)).toEqual([{ level: 'FAIL', subject: 'maillog', text, fix }]);
    expect(await maillog(known + bare)).toEqual([{ level: 'WARN', subject: 'maillog', text, fix }]);
  });

  it('has no complaint where most are', async () => {
    expect(await maillog(`${known}${login}\n${known}`)).toMatchObject([{ level: 'ok' }]);
    const [stale] = await maillog(
      `2026-11-12T10:10:00Z mx dovecot: up\n2026-11-12T10:11:00Z mx dovecot: up\n${login}\n`,
    );
    expect(stale?.text).not.toContain('in no form');
  });
});

describe('exact test-rule', () => {
  it('shows how far the line got, with a caret, and what it looks like', async () => {
    const { stdout } = await runExact(['test-rule', '-'], {
      stdin: `Nov 22 10:04 mx dovecot: ${login}\n${bare}`,
    });
    expect(stdout).toContain(
      'no match: not a log line in a known form (stamp, host, program, message), got to column 13 of the line\n' +
        `  Nov 22 10:04 mx dovecot: ${login}\n` +
        "              ^ wanted a stamp, as in 'Nov 22 10:04:26' or '2026-11-22T10:04:26Z', saw a blank\n",
    );
    expect(stdout).toContain('got to column 1 of the line\n');
    expect(stdout).toContain('looks like what Dovecot says without an envelope');
    expect(stdout).not.toContain('--suggest');
  });

  it('shows one of the lines, where most are such and none names a user', async () => {
    const { stdout } = await runExact(['test-rule', '-'], {
      stdin: 'time=1 level=info msg=up\nlevel=info msg=up\n',
    });
    expect(stdout).toMatch(
      /^-:1: no match: .*column 1 of the line\n {2}time=1 .*\n .*\n {2}looks like logfmt; /,
    );
    expect(stdout).toMatch(/\n2 lines, 0 logins, 2 lines in no known form\n$/);
    const readable = await runExact(['test-rule', '-'], { stdin: `time=1 level=info msg=up\n${known}` });
    expect(readable.stdout).toBe('2 lines, 0 logins, 1 line in no known form\n');
  });

  it('--suggest says the same of a line that names the user', async () => {
    const { status, stderr } = await runExact(['test-rule', '--suggest', '--user', 'alice', '-'], {
      stdin: bare,
    });
    expect(status).toBe(1);
    expect(stderr).toMatch(
      /no stanza: line 1 names the user, and is no log line in a known form: at column 1 wanted a stamp, .*, saw 'imap-login:'; it looks like what Dovecot says/,
    );
  });
});
