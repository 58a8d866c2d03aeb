import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  chownSync,
  mkdirSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { dovecotLogin, MailHost, runExact } from '../commands/run-exact.ts';

const at = { now: '2026-11-22T10:10:00Z' };
const login = dovecotLogin('2026-11-22T10:00:00Z', 'alice', '192.0.2.10');

/** About the machine that the test runs on, and not about the host in the folder: its daemons, timers, MTAs and accounts. */
const ofMachine = ['user', 'syslog', 'timer', 'path', 'postfix', 'exim', 'sendmail', 'mta'];

/** The findings about what is this host's own; Postfix and timers are those of the machine. */
async function findings(
  host: MailHost,
): Promise<{ level: string; subject: string; text: string; fix?: string }[]> {
  const { stdout } = await host.run(['update', '--check', '--json'], at);
  const all = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  return all.filter(({ subject }) => !ofMachine.includes(subject));
}

/** A line of the host's log as rsyslog writes it. */
function line(program: string, message: string): string {
  return `2026-11-22T10:05:00.004217+00:00 mx ${program}: ${message}\n`;
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
      ['ok', 'rules', 'dovecot: 1 login of 1 user in the last day; no other rule matched'],
      ['ok', 'rules', expect.stringMatching(/^[1-9]\d* hostile lines made from these logins: none gave/)],
      [
        'note',
        'rules',
        expect.stringMatching(
          /^only dovecot had logins in the last week: 'server dovecot' would shut out the rules of \d+ other servers, which can only let in what should stay out$/,
        ),
      ],
      ['ok', 'state', '/state, 1 address, log read to its end'],
      ['ok', 'map', 'text /relay.txt, 1 address'],
      ['ok', 'map', 'cdb /relay.cdb, 1 address'],
    ]);
    expect(readdirSync(host.folder)).toEqual(before);
  });

  it('goes on where a folder may not be looked into', async () => {
    const host = new MailHost();
    // As a folder that is closed, and for root too.
    symlinkSync('loop', join(host.folder, 'loop'));
    writeFileSync(host.config, `maillog ${host.log}\nstate loop/state\noutput text loop/relay.txt\n`);
    const { stdout, stderr } = await runExact(['update', '--check', '-c', host.config], at);
    expect(stderr).toBe('');
    expect(stdout).toContain(`${join(host.folder, 'loop')}: not writable by user`);
    expect(stdout).toMatch(/; nothing was changed\n$/);
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
    expect(bad.join('\n')).toMatch(/^rules: .*servers\.conf:3: rule x: match: column 2: cannot compile: /m);
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
      text: 'no login in the last day; 1 line of known POP and IMAP servers',
      fix: `exact test-rule --unmatched --since 1d`,
    });
  });

  it('names programs that log what looks like logins, where no rule finds any', async () => {
    const host = new MailHost();
    appendFileSync(host.log, line('zpopd[811]', 'LOGIN OK u="alice" peer=192.0.2.10').repeat(3));
    appendFileSync(host.log, line('postfix/smtpd[7]', 'lost: user=x 192.0.2.10'));
    const rules = (await findings(host)).filter(({ subject }) => subject === 'rules');
    expect(rules.map(({ text }) => text)).toEqual([
      'no login in the last day; 0 lines of known POP and IMAP servers; lines that name a user and an address: zpopd (3)',
    ]);
  });

  it('warns of a server whose lines name a user and an address and match no rule; failures are none', async () => {
    const host = new MailHost();
    appendFileSync(host.log, login.replace('Login: user=', 'Welcome: user='));
    appendFileSync(host.log, login.replace('Login: user=', 'Aborted login (auth failed): user='));
    expect(await findings(host)).toContainEqual({
      level: 'WARN',
      subject: 'rules',
      text: 'dovecot: 0 of 2 lines of dovecot match in the last day, 1 near miss',
      fix: `exact test-rule --unmatched --server dovecot --since 1d`,
    });
    appendFileSync(host.log, login);
    const texts = (await findings(host)).map(({ text }) => text);
    expect(texts).toContain('dovecot: 1 login of 1 user in the last day, 1 near miss; no other rule matched');
  });

  it('leaves out what is older than a day', async () => {
    const host = new MailHost();
    appendFileSync(host.log, login.replace('2026-11-22', '2026-11-20'));
    expect(await findings(host)).toContainEqual(
      expect.objectContaining({
        text: expect.stringMatching(/^no login in the last day; 0 lines /),
        // There is no line that a pasted command could show.
        fix: 'read mail from a client, and run exact update --check again',
      }),
    );
  });

  it('looks for servers in the last week, read by all rules, and no further back', async () => {
    const host = new MailHost('server courier');
    const of = (day: string) => login.replace('2026-11-22', day);
    appendFileSync(host.log, of('2026-11-12'));
    const shutOut = async () => (await findings(host)).filter(({ text }) => text.includes('shut out'));
    expect(await shutOut()).toEqual([]);
    appendFileSync(host.log, of('2026-11-18') + of('2026-11-19'));
    expect(await shutOut()).toEqual([
      {
        level: 'WARN',
        subject: 'rules',
        text: "dovecot: 2 logins in the last week, shut out by 'server'; does this host run dovecot?",
        fix: `printf '%s\\n' 'server dovecot' >>${host.config}`,
      },
    ]);
  });

  it('finds a rule of the admin careless, and proves that it can be fooled', async () => {
    const host = new MailHost('serverdefs servers.conf');
    const file = join(host.folder, 'servers.conf');
    const match = 'OK u="(?<user>[^"]*)" peer=%{PEER}';
    writeFileSync(file, `<server zpopd>\n  program zpopd\n  match ${match}\n</server>\n`);
    appendFileSync(host.log, line('zpopd[811]', '5f2a: LOGIN OK u="alice" peer=192.0.2.10:41822 tls'));
    const { status, stdout } = await host.run(['update', '--check'], at);
    expect(status).toBe(1);
    expect(stdout).toContain(
      `WARN  rules    ${file}:1: rule zpopd is unsafe: not anchored: $: text may follow the address\n` +
        '      fix      exact test-rule --since 1d --server zpopd\n',
    );
    expect(stdout).toMatch(
      /^FAIL {2}rules {4}zpopd: can be made an open relay: [1-9]\d* of \d+ hostile lines made from the day's logins gave another address\n {6}fix {6}exact test-rule --server zpopd --forge --since 1d$/m,
    );
  });

  it('fails for a rule of the admin that takes failed logins, those of the log and those of a known server', async () => {
    const host = new MailHost('serverdefs servers.conf');
    const file = join(host.folder, 'servers.conf');
    const match = String.raw`^Login (?:\w+ )?user=%{USER} (?:auth=.* )?host=\[%{ADDRESS}\]$`;
    writeFileSync(file, `<server uw>\n  program imapd\n  match ${match}\n</server>\n`);
    appendFileSync(host.log, line('imapd[811]', 'Login failed user=x auth=x host=[192.0.2.10]'));
    const { status, stdout } = await host.run(['update', '--check'], at);
    expect(status).toBe(1);
    expect(stdout).toContain(
      `FAIL  rules    ${file}:1: rule uw is unsafe: takes a failure: a line that it matches says 'failed'\n`,
    );
    expect(stdout).toContain(
      `FAIL  rules    ${file}:1: rule uw takes for a login what uw-imap writes (failed login): Login failed user=`,
    );
    // However many forms of lines a rule takes, one is named.
    const stanza = '<server any>\n  match user=%{USER} ip=%{ADDRESS}\n</server>\n';
    writeFileSync(file, stanza);
    const any = await host.run(['update', '--check'], at);
    expect(
      any.stdout.match(/^FAIL .* rule any takes for a login what .*; and \d+ other forms of lines$/gm),
    ).toHaveLength(1);
    expect(any.stdout.match(/rule any takes for a login what/g)).toHaveLength(1);
  });

  it('says how far the last run is behind, and that there was none', async () => {
    const host = new MailHost();
    appendFileSync(host.log, login);
    expect(await findings(host)).toContainEqual({
      level: 'note',
      subject: 'state',
      text: `${join(host.folder, 'state')}, 0 addresses, no run yet`,
      fix: `exact update -v`,
    });
    await host.run(['update'], { now: '2026-11-22T10:00:30Z' });
    appendFileSync(host.log, line('dovecot', 'master: x'));
    expect(await findings(host)).toContainEqual({
      level: 'ok',
      subject: 'state',
      text: `${join(host.folder, 'state')}, 1 address, cursor 4 min behind`,
    });
  });

  it('says that everybody may write the folder of the maps', async () => {
    const host = new MailHost('output text open/relay.txt');
    const open = join(host.folder, 'open');
    mkdirSync(open);
    chmodSync(open, 0o777);
    expect(await findings(host)).toContainEqual({
      level: 'FAIL',
      subject: 'map',
      text: `${open}: everybody may write it, and so open the relay`,
      fix: `chmod go-w ${open}`,
    });
  });

  it('says which group may write a map or the state', async () => {
    const host = new MailHost();
    writeFileSync(host.log, login);
    await host.run(['update'], at);
    // Root's own group may write whatever it likes; an account's may not.
    if (process.getgid?.() === 0)
      for (const name of ['state', 'relay.txt']) chownSync(join(host.folder, name), 0, 1);
    const group = spawnSync('stat', ['-c', '%G', join(host.folder, 'state')], {
      encoding: 'utf8',
    }).stdout.trim();
    for (const [subject, name] of [
      ['state', 'state'],
      ['map', 'relay.txt'],
    ] as const) {
      const path = join(host.folder, name);
      chmodSync(path, 0o664);
      expect(await findings(host)).toContainEqual({
        level: 'FAIL',
        subject,
        text: `${path}: group ${group} may write it, and so open the relay`,
        fix: `chmod g-w ${path}`,
      });
    }
  });

  it('goes on where the state is damaged', async () => {
    const host = new MailHost();
    writeFileSync(join(host.folder, 'state'), 'no state\n');
    const { status, stdout } = await host.run(['update', '--check'], at);
    expect(status).toBe(1);
    expect(stdout).toMatch(/^FAIL {2}state {4}.*\/state: .*\n {6}fix {6}exact update$/m);
    expect(stdout).toMatch(/ timer /);
  });

  it('counts the names of a file for EXACT 1.41 that are in use', async () => {
    const host = new MailHost('flush 60', 'pidfile /run/exact.pid');
    const config = (await findings(host)).filter(({ subject }) => subject === 'config');
    expect(config.map(({ level, text }) => [level, text])).toEqual([
      ['ok', `${host.config}: 3 of 5 names in use; pidfile and flush have no effect`],
    ]);
  });

  it('tells people each fix on a line of its own, goes on after errors, and gives the sums', async () => {
    const host = new MailHost();
    appendFileSync(host.log, login);
    appendFileSync(host.config, 'time-out 30m\noutput hash:/x\n');
    const { status, stdout } = await host.run(['update', '--check'], {
      ...at,
      columns: 40,
      env: { NO_COLOR: '1' },
    });
    expect(status).toBe(1);
    const lines = stdout.replace(/^\S+ +syslog .*\n(?: +fix .*\n)?/gm, '').split('\n');
    expect(lines[0]).toMatch(/^checked as user \S+ \(owner of \S+\), read-only$/);
    expect(lines.slice(1, 8)).toEqual([
      `FAIL  config   ${host.config}:5: unknown name 'time-out', nearest: timeout`,
      '      fix      correct that line; exact.conf(5) lists every name and value',
      `FAIL  config   ${host.config}:6: output 'hash:/x': unknown type, nearest: postmap hash:/x`,
      '      fix      correct that line; exact.conf(5) lists every name and value',
      `ok    maillog  ${host.log}, last line 10 min ago`,
      'ok    rules    dovecot: 1 login of 1 user in the last day; no other rule matched',
      expect.stringMatching(/^ok {4}rules {4}\d+ hostile lines/),
    ]);
    expect(stdout).toContain(`\n      fix      printf '%s\\n' 'server dovecot' >>${host.config}\n`);
    expect(lines.at(-2)).toMatch(/^[2-9] problems, .*nothing was changed$/);
  });

  it('colours the levels for a terminal, and not otherwise', async () => {
    const host = new MailHost();
    const red = String.fromCharCode(27);
    expect((await host.run(['update', '--check', '--color', 'always'], at)).stdout).toContain(`${red}[3`);
    expect((await host.run(['update', '--check'], at)).stdout).not.toContain(red);
  });

  it.each(['--rebuild', '--dry-run', '--logins=-'])('cannot be given with %s', async (option) => {
    const { status, stderr } = await new MailHost().run(['update', '--check', option], at);
    expect({ status, stderr }).toEqual({
      status: 64,
      stderr: expect.stringMatching(/^exact: --check: cannot be given with --\w+.*\n$/),
    });
  });
});
