/** Words that people know from other programs: times, `-`, names of settings; one of each kind typed into the built program. */
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { beforeEach, describe, expect, it } from 'vitest';
import { dovecotLogin, MailHost, runBuilt } from './run-exact.ts';

let host: MailHost;

beforeEach(async () => {
  host = new MailHost('timeout 7d');
  const logins = [
    dovecotLogin('2026-11-20T10:00:00Z', 'carol', '192.0.2.30'),
    dovecotLogin('2026-11-21T10:00:00Z', 'bob', '192.0.2.20'),
    dovecotLogin('2026-11-22T10:00:00Z', 'alice', '192.0.2.10'),
  ];
  writeFileSync(host.log, logins.join(''));
  expect(await host.run(['update'])).toEqual({ status: 0, stdout: '', stderr: '' });
});

describe('exact parse --since', () => {
  it.each([
    { words: ['today'], found: ['alice'] },
    { words: ['yesterday'], found: ['bob', 'alice'] },
    { words: ['-1h'], found: ['alice'] },
    { words: ['-25h', '--until', '-1h'], found: ['bob'] },
    { words: ['1 week ago'], found: ['carol', 'bob', 'alice'] },
    { words: ['1w', '--until', 'yesterday'], found: ['carol'] },
    { words: ['2 days ago', '--until', 'now'], found: ['bob', 'alice'] },
  ])('takes $words', async ({ words, found }) => {
    const { stdout, stderr } = await host.run(['parse', '--json', '--since', ...words]);
    expect(stderr).toBe('');
    const users = [...stdout.matchAll(/"user":"(\w+)"/g)].map(([, user]) => user);
    expect(users).toEqual(found);
  });

  it('takes a time with a dash where it is built', () => {
    expect(runBuilt(host, ['parse', '--since', '-1h']).stdout).toMatch(
      /^\S+\t192\.0\.2\.10\talice\tdovecot\n$/,
    );
  });

  it.each([
    ['90', "--since: '90' is not a time, such as 2h (ago), 09:00, yesterday, 2026-11-22 or "],
    ['-90', "--since: '-90' is without a unit; write 90h, 90m or 90s"],
    ['tomorrow', "--since: 'tomorrow' is not a time"],
  ])('refuses %s', async (text, said) => {
    const { status, stderr } = await host.run(['parse', '--since', text]);
    expect({ status, stderr }).toEqual({ status: 64, stderr: expect.stringContaining(`exact: ${said}`) });
  });
});

describe('exact expire --for', () => {
  it('wants a unit, in the hour in which a password was stolen', () => {
    const { stderr, ...ran } = runBuilt(host, ['expire', '--user', 'alice', '--for', '24']);
    expect(ran).toEqual({ status: 64, stdout: '' });
    expect(stderr).toBe("exact: --for: '24' is without a unit; write 24h, 24m or 24s\n");
    expect(readFileSync(host.relay, 'utf8')).toContain('192.0.2.10\n');
  });

  it.each(['1w', '7d', '1 week', '7 days'])('takes %s', async (text) => {
    const { status, stdout } = await host.run(['expire', '--user', 'alice', '--for', text]);
    expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringContaining('until 2026-11-29') });
  });
});

describe('-', () => {
  it('has dump read addresses from standard input', () => {
    const { status, stdout } = runBuilt(host, ['dump', '-'], { stdin: '192.0.2.10\n\n192.0.2.20\r\n' });
    expect(status).toBe(0);
    expect(stdout).toMatch(/^192\.0\.2\.10: yes: alice.*^192\.0\.2\.20: yes: bob/ms);
    const no = runBuilt(host, ['dump', '192.0.2.30', '-'], { stdin: '203.0.113.9' });
    expect(no.status).toBe(1);
    expect(no.stdout).toMatch(/^192\.0\.2\.30: yes: carol.*^203\.0\.113\.9: no: /ms);
  });

  it('has expire read addresses and networks from standard input', () => {
    const { status, stdout } = runBuilt(host, ['expire', '-'], { stdin: '192.0.2.10\n192.0.2.16/29\n' });
    expect(status).toBe(0);
    expect(stdout).toContain('revoked 1 address (192.0.2.10)\nrevoked 1 address in 192.0.2.16/29\n');
    expect(readFileSync(host.relay, 'utf8')).toBe('192.0.2.30\n');
  });

  it.each(['dump', 'expire'])(
    'has %s refuse what is no address there, and nothing at all',
    async (command) => {
      const bad = await host.run([command, '-'], { stdin: '192.0.2.10\nalice\n' });
      expect(bad).toMatchObject({ status: 65, stdout: '' });
      expect(bad.stderr).toContain('exact: standard input:2: alice: neither an address nor a network');
      const none = await host.run([command, '-'], { stdin: '\n' });
      const stderr = 'exact: standard input: names no address; write one on each line\n';
      expect(none).toEqual({ status: 65, stdout: '', stderr });
      expect(readFileSync(host.relay, 'utf8')).toContain('192.0.2.10\n');
    },
  );
});

describe('exact dump --settings', () => {
  it('shows the settings that are named', () => {
    const shown = runBuilt(host, ['dump', '--settings', 'timeout', 'output']);
    expect(shown).toMatchObject({ status: 0, stderr: '' });
    const lines = shown.stdout.trimEnd().split('\n');
    expect(lines.map((line) => line.split(/ +/).slice(0, 2).join(' '))).toEqual([
      'timeout 7d',
      'output text',
      'output cdb',
    ]);
    const { stdout } = runBuilt(host, ['dump', '--settings', 'timeout', '--json']);
    expect(JSON.parse(stdout)).toEqual({ name: 'timeout', value: '7d', origin: `${host.config}:5` });
  });

  it('names the nearest setting where there is none of a name, and says what is not set', async () => {
    expect(await host.run(['dump', '--settings', 'time-out'])).toEqual({
      status: 64,
      stdout: '',
      stderr: 'exact: time-out: no such setting; did you mean timeout?\n',
    });
    const unset = { status: 1, stdout: '', stderr: 'exact: logfile: is not set\n' };
    expect(await host.run(['dump', '--settings', 'logfile'])).toEqual(unset);
  });
});

describe('exact update --check', () => {
  it('notes a number of seconds that may be meant as minutes', async () => {
    appendFileSync(host.config, 'connect-window 45\nwarn-repeat 90\n');
    const { stdout } = await host.run(['update', '--check']);
    const note = `config   ${host.config}:6: connect-window 45: a number without a unit is seconds`;
    expect(stdout).toContain(`note  ${note}\n      fix      write 45m for minutes, or 45s\n`);
    expect(stdout).not.toContain('warn-repeat 90');
  });
});
