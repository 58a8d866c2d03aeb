import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { type Circumstances, MailHost } from './run-exact.ts';

const zpopd = [
  'Nov 22 10:04:26 mx zpopd[811]: 5f2a: LOGIN OK u="alice" peer=192.0.2.10:41822 tls',
  'Nov 22 10:04:31 mx zpopd[813]: 5f2b: LOGIN OK u="bob" peer=[2001:db8::10]:50112',
  'Nov 22 10:04:40 mx zpopd[815]: 5f2c: LOGIN FAIL u="carol" peer=192.0.2.66:40001',
];

let host: MailHost;
let log: string;
beforeEach(() => {
  host = new MailHost();
  configure();
  log = write('zpopd.log', zpopd);
});

/** Gives the host a configuration of these lines. */
function configure(...lines: string[]): void {
  writeFileSync(host.config, [`maillog ${host.log}`, 'timezone Europe/Paris', ...lines, ''].join('\n'));
}

/** Writes lines into a file of the host and returns its path. */
function write(name: string, lines: readonly string[]): string {
  const path = join(host.folder, name);
  writeFileSync(path, lines.map((line) => `${line}\n`).join(''));
  return path;
}

/** Runs the command; the folder's name is left out of what it says. */
async function testRule(words: readonly string[], circumstances: Circumstances = {}) {
  const { status, stdout, stderr } = await host.run(['test-rule', ...words], {
    now: '2026-11-22T12:00:00Z',
    ...circumstances,
  });
  const short = (text: string) => text.replaceAll(`${host.folder}/`, '');
  return { status, stdout: short(stdout), stderr: short(stderr) };
}

describe('I12 exact test-rule', () => {
  it('says that no rule is for a program', async () => {
    expect(await testRule([log])).toEqual({
      status: 1,
      stdout:
        '3 lines, 0 logins; no rule is for program zpopd\n' +
        '  3 unmatched lines may be logins: try --unmatched, --suggest --user NAME\n',
      stderr: '',
    });
  });

  it('shows what matched, and how far the other lines got', async () => {
    const match = '^%{WORD}: LOGIN OK u="%{USER}" peer=%{ADDRESS}:\\d+ tls$';
    const { status, stdout } = await testRule(['--program', 'zpopd', '--match', match, log]);
    expect(status).toBe(0);
    expect(stdout.split('\n').slice(0, 12)).toEqual([
      'zpopd.log:1: match',
      `  ${zpopd[0]}`,
      '  user alice, address 192.0.2.10, time 2026-11-22T10:04:26+01:00',
      '  verdict at that time: authorised until 10:34:26',
      'zpopd.log:2: no match, got to column 29 of the message',
      '  5f2b: LOGIN OK u="bob" peer=[2001:db8::10]:50112',
      "                              ^ wanted %{ADDRESS}, saw '['",
      '  hint: %{PEER} takes 192.0.2.10, 192.0.2.10:41822 and [2001:db8::10]:50112',
      'zpopd.log:3: no match, got to column 13 of the message',
      '  5f2c: LOGIN FAIL u="carol" peer=192.0.2.66:40001',
      "              ^ wanted 'OK u=\"', saw 'FAIL u='",
      '3 lines, 1 login, 2 near misses',
    ]);
  });

  it('says where an expression cannot be compiled', async () => {
    expect(await testRule(['--match', '^LOGIN (OK u=%{USER}', log])).toEqual({
      status: 78,
      stdout: '',
      stderr: "exact: --match: column 8: cannot compile: '(' is never closed\n",
    });
    const without = await testRule(['--match', '^u=%{USER}$', log]);
    expect(without.status).toBe(78);
    expect(without.stderr).toBe(
      'exact: --match: no group takes the address; write %{ADDRESS} where it stands\n',
    );
    const order = await testRule(['--match', 'u=(.*) a=(.*)', '--order', 'sideways', log]);
    expect(order.stderr).toMatch(/^exact: --order: 'sideways' with 2 groups: wanted 'user host'/);
  });

  it('takes a rule in the form of EXACT 1.41, and calls it unsafe', async () => {
    const match = '^([A-Za-z]{3} +[0-9]+ [0-9:]+).*u="([^"]*)" peer=([0-9.]+).*$';
    const { status, stdout } = await testRule(['--order', 'user host', '--match', match, log]);
    expect(status).toBe(0);
    expect(stdout).toContain('  user alice, address 192.0.2.10, time');
    expect(stdout).toContain('warn  no program');
    expect(stdout).toContain('warn  takes a failure');
  });

  it('looks at every rule of a servers file, and names them', async () => {
    const file = write('servers.conf', [
      '<server one>',
      ' program zpopd',
      ' match ^%{WORD}: LOGIN OK u="%{USER}" peer=%{PEER} tls$',
      '</server>',
      '<server two>',
      ' program zpopd',
      ' match ^%{WORD}: LOGIN OK u="%{USER}" peer=%{PEER}$',
      '</server>',
    ]);
    const { stdout } = await testRule(['--serverdefs', file, log]);
    expect(stdout).toContain('zpopd.log:1: match, rule one\n');
    expect(stdout).toContain('zpopd.log:2: match, rule two\n');
    expect(stdout).toContain('zpopd.log:3: no match, nearest rule one, got to column 13 of the message\n');
    expect(stdout).toMatch(/\n3 lines, 2 logins, 1 near miss\n {2}by rule: one 1, two 1\nlint: ok\n$/);
    const alone = await testRule(['--serverdefs', file, '--server', 'two', log]);
    expect(alone.stdout).toContain('3 lines, 1 login, 2 near misses\nlint: ok\n');
    const unknown = await testRule(['--serverdefs', file, '--server', 'tow', log]);
    expect(unknown.status).toBe(78);
    expect(unknown.stderr).toContain('exact: server tow: no such rule: nearest: two;');
  });

  it('tells every fault of a servers file', async () => {
    const file = write('servers.conf', [
      '<server one>',
      ' match (',
      '</server>',
      '<server two>',
      '</server>',
    ]);
    const { status, stderr } = await testRule(['--serverdefs', file, log]);
    expect(status).toBe(78);
    expect(stderr.split('\n')).toHaveLength(3);
    expect(stderr).toContain(
      "exact: servers.conf:2: rule one: match: column 1: cannot compile: '(' is never closed\n",
    );
  });

  it('uses the servers files of the configuration', async () => {
    const file = write('servers.conf', [
      '<server zpopd>',
      ' program zpopd',
      ' match ^%{WORD}: LOGIN OK u="%{USER}" peer=%{PEER}(?: tls)?$',
      '</server>',
    ]);
    configure(`serverdefs ${file}`);
    const { stdout } = await testRule([log]);
    expect(stdout).toContain('zpopd.log:1: match, rule zpopd\n');
    const list = await testRule(['--list']);
    expect(list.stdout).toMatch(/^dovecot {2,}imap-login pop3-login {2,}2\.2 to 2\.4, .* built in$/m);
    expect(list.stdout).toMatch(/\nzpopd {2,}zpopd {2,}servers\.conf:1\n/);
    const shown = await testRule(['--show', 'zpopd']);
    expect(shown.stdout).toMatch(/^<server zpopd>\n program zpopd\n match .*\n<\/server>\n$/);
  });
});

describe('a verdict', () => {
  const dovecot = (address: string, time = '10:04:26', user = 'bob') =>
    `Nov 22 ${time} mx dovecot: imap-login: Login: user=<${user}>, method=PLAIN, rip=${address}, lip=192.0.2.1, mpid=7`;
  const verdicts = async (lines: readonly string[], ...more: string[]) => {
    const { stdout } = await testRule(['--limit', '0', ...more, write('mail.log', lines)]);
    return stdout.split('\n').flatMap((line) => /^ {2}(verdict .*)$/.exec(line)?.[1] ?? []);
  };

  it('says why a login does not count', async () => {
    configure('ignore 10.0.0.0/8', 'timeout 1h', 'max-addresses-per-user 2');
    const lines = [
      dovecot('127.0.0.1'),
      dovecot('10.1.2.3'),
      dovecot('192.0.2.7'),
      dovecot('192.0.2.8'),
      dovecot('192.0.2.9'),
      dovecot('192.0.2.7'),
      dovecot('192.0.2.9', '11:10:00'),
    ];
    expect(await verdicts(lines)).toEqual([
      'verdict at that time: refused: a loopback address',
      "verdict at that time: refused: in 'ignore 10.0.0.0/8' (exact.conf:3)",
      'verdict at that time: authorised until 11:04:26',
      'verdict at that time: authorised until 11:04:26',
      'verdict at that time: refused: over max-addresses-per-user 2',
      'verdict at that time: authorised until 11:04:26',
      'verdict at that time: authorised until 12:10:00',
    ]);
  });

  it('counts logins that are not shown', async () => {
    configure('max-addresses-per-user 4');
    const lines = ['7', '8', '9', '10'].map((last) => dovecot(`192.0.2.${last}`));
    const file = write('servers.conf', [
      '<server other>',
      ' program d',
      ' match ^%{USER} %{ADDRESS}$',
      '</server>',
    ]);
    const fifth = 'Nov 22 10:04:27 mx d: bob 192.0.2.11';
    const words = ['--server', 'auto', '--serverdefs', file, '--limit', '1'];
    const { stdout } = await testRule([...words, write('mail.log', [...lines, fifth])]);
    expect(stdout.match(/verdict.*/g)).toEqual([
      'verdict at that time: authorised until 10:34:26',
      'verdict at that time: refused: over max-addresses-per-user 4',
    ]);
  });

  it('is that of now with --now, and for the configured log', async () => {
    expect(await verdicts([dovecot('192.0.2.7')], '--now', '2026-11-22T09:20:00Z')).toEqual([
      'verdict now: authorised until 10:34:26',
    ]);
    writeFileSync(host.log, `${dovecot('192.0.2.7', '12:40:00')}\n${dovecot('192.0.2.7', '12:20:00')}\n`);
    const { stdout } = await testRule([]);
    expect(stdout).toContain('  verdict now: authorised until 13:10:00\n');
    expect(stdout).toContain('  verdict now: refused: the login is older than the timeout of 30m\n');
  });

  it('mentions open sessions where they count', async () => {
    configure('sessions on');
    expect(await verdicts([dovecot('192.0.2.7')])).toEqual([
      'verdict at that time: authorised until 10:34:26, and while its session stays open',
    ]);
  });

  it('is none for what is no address, and says what to write', async () => {
    const match = '^u=%{USER} a=%{ADDRESS}$';
    const line = 'Nov 22 10:04:26 mx d: u=bob a=192.0.2.1:993';
    const { status, stdout } = await testRule(['--program', 'd', '--match', match, '--line', line]);
    expect(status).toBe(1);
    expect(stdout).toBe(
      '--line:1: match, but no login: not an address\n' +
        `  ${line}\n` +
        "  user bob, address '192.0.2.1:993'\n" +
        '  hint: %{PEER} takes 192.0.2.10, 192.0.2.10:41822 and [2001:db8::10]:50112\n' +
        '1 line, 0 logins, 1 refused\n' +
        'lint: ok\n',
    );
  });
});

describe('lines', () => {
  const login = 'Nov 22 10:04:26 mx dovecot: imap-login: Login: user=<bob>, rip=192.0.2.7, lip=192.0.2.1';

  it('come from standard input', async () => {
    const { status, stdout } = await testRule(['-'], { stdin: `${login}\r\n` });
    expect(status).toBe(0);
    expect(stdout).toContain('-:1: match, rule dovecot\n');
  });

  it('end at LF and nowhere else, and none of them reaches a terminal raw', async () => {
    const forged = `Nov 22 10:04:26 mx dovecot: imap-login: Aborted login: user=<x\u2028${login}\x1b[31m`;
    const { stdout } = await testRule(['--server', 'dovecot', '--line', forged], { columns: 200 });
    expect(stdout).toContain('\\u2028');
    expect(stdout).toContain('\\x1b');
    expect(stdout).toContain('1 line, 0 logins, 1 near miss');
  });

  it('of another program are told so', async () => {
    const { stdout } = await testRule(['--server', 'dovecot', '--line', login.replace('dovecot', 'dovecox')]);
    expect(stdout).toContain(
      '--line:1: no match, nearest rule dovecot: the message matches, the program does not\n',
    );
    expect(stdout).toContain("  program: the line is of 'dovecox', the rule is for dovecot dovecot-*\n");
  });

  it('in no known form are told so', async () => {
    const { stdout } = await testRule(['--line', 'hello']);
    expect(stdout).toBe(
      '--line:1: no match: not a log line in a known form (stamp, host, program, message), got to column 1 of the line\n' +
        "  hello\n  ^ wanted a stamp, as in 'Nov 22 10:04:26' or '2026-11-22T10:04:26Z', saw 'hello'\n" +
        '1 line, 0 logins, 1 line in no known form\n',
    );
  });

  it('over 8 KiB are counted', async () => {
    const { stdout } = await testRule([write('mail.log', [login, login + 'x'.repeat(8192)])]);
    expect(stdout).toContain('2 lines, 1 login, 1 line over 8 KiB\n');
  });

  it('that two rules read differently are no login', async () => {
    const file = write('servers.conf', [
      '<server one>',
      ' program d',
      ' match ^(?<user>\\w+) from %{ADDRESS} as \\w+$',
      '</server>',
      '<server two>',
      ' program d',
      ' match ^\\w+ from %{ADDRESS} as (?<user>\\w+)$',
      '</server>',
    ]);
    const line = 'Nov 22 10:04:26 mx d: bob from 192.0.2.1 as carol';
    const { status, stdout } = await testRule(['--serverdefs', file, '--line', line]);
    expect(status).toBe(1);
    expect(stdout).toContain('--line:1: no login: rules one and two read it differently\n');
  });

  it('of two-line logins and the ends of sessions are told as what they are', async () => {
    const lines = [
      'Nov 22 10:04:26 mx ypopd[7]: Session from 192.0.2.1',
      'Nov 22 10:04:27 mx ypopd[7]: Authentication passed for bob',
      'Nov 22 10:04:28 mx ypopd[7]: closed',
    ];
    const file = write('servers.conf', [
      '<server ypopd>',
      ' program ypopd',
      ' connect ^Session from %{ADDRESS}$',
      ' match ^Authentication passed for %{USER}$',
      ' logout ^closed$',
      '</server>',
    ]);
    const { stdout } = await testRule(['--serverdefs', file, write('mail.log', lines)]);
    expect(stdout).toContain('mail.log:1: connect line: the login follows on another line\n');
    expect(stdout).toContain('mail.log:2: match\n');
    expect(stdout).toContain('mail.log:3: logout: the end of a session\n');
    expect(stdout).toContain('3 lines, 1 login, 1 connect line, 1 logout\n');
  });

  it('of a kind are shown three times, or as --limit says', async () => {
    const file = write(
      'mail.log',
      Array.from({ length: 10 }, () => login),
    );
    expect((await testRule([file])).stdout).toMatch(
      /\n7 more lines like these are not shown; all: --limit 0\n10 /,
    );
    expect((await testRule(['--limit', '9', file])).stdout).toContain('1 more line like these is not shown');
    expect((await testRule(['--limit', '0', file])).stdout.match(/: match/g)).toHaveLength(10);
    expect((await testRule(['--limit', 'x', file])).status).toBe(64);
  });

  it('are cut to a terminal around the caret, and coloured there unless NO_COLOR says not', async () => {
    const line = `Nov 22 10:04:26 mx d: ${'a'.repeat(100)} u=bob ${'z'.repeat(100)}`;
    const words = ['--match', '^a* u=%{USER} %{ADDRESS}$', '--program', 'd', '--line', line];
    const plain = await testRule(words, { columns: 80, env: { NO_COLOR: '1' } });
    const [, text = '', caret = ''] = plain.stdout.split('\n');
    expect(text).toMatch(/^ {2}….*…$/);
    expect([...text].length).toBeLessThanOrEqual(80);
    expect(caret.indexOf('^')).toBeGreaterThan(10);
    expect(plain.stdout).not.toContain('\x1b');
    expect((await testRule(words, { columns: 80 })).stdout).toContain('\x1b[31m^');
    expect((await testRule([...words, '--color', 'never'], { columns: 80 })).stdout).not.toContain('\x1b');
    expect((await testRule(words)).stdout).not.toContain('\x1b');
  });

  it('that match have each part in its own colour', async () => {
    const { stdout } = await testRule(['--color', 'always', '--server', 'dovecot', '--line', login]);
    const [, line = ''] = stdout.split('\n');
    const parts = [...line.matchAll(/\x1b\[(\d+)m(.*?)\x1b\[39m/g)].map(([, colour, text]) => [text, colour]);
    expect(parts.map(([text]) => text)).toEqual(['Nov 22 10:04:26', 'mx', 'dovecot', 'bob', '192.0.2.7']);
    expect(new Set(parts.map(([, colour]) => colour)).size).toBe(5);
  });

  it('since a time are read from the configured log', async () => {
    writeFileSync(host.log, `${login}\n${login.replace('10:04', '12:04').replace('bob', 'carol')}\n`);
    const { stdout } = await testRule(['--since', '2h']);
    expect(stdout).toContain('user carol');
    expect(stdout).not.toContain('user bob');
    expect((await testRule(['--since', 'tomorrow'])).status).toBe(64);
  });
});

describe('exact test-rule --unmatched', () => {
  it('prints the lines that hold an address and a user and match nothing, as they are', async () => {
    const others = [
      'Nov 22 10:04:26 mx dovecot: imap-login: Login: user=<bob>, rip=192.0.2.7, lip=192.0.2.1',
      'Nov 22 10:04:27 mx zpopd[1]: connection from 192.0.2.7',
      'Nov 22 10:04:27 mx zpopd[1]: user "x" unknown',
      'Nov 22 10:04:28 mx postfix/smtpd[1]: NOQUEUE: reject from x[192.0.2.7]: from=<a@example.org>',
    ];
    const { status, stdout } = await testRule(['--unmatched', write('mail.log', [...zpopd, ...others])]);
    expect(stdout).toBe(`${zpopd.join('\n')}\n`);
    expect(status).toBe(0);
  });
});

describe('exact test-rule --matched', () => {
  it('prints the lines that a rule has a use for, as they are', async () => {
    const rule = ['--program', 'zpopd', '--match', '^%{WORD}: LOGIN OK u="%{USER}" peer=%{PEER}(?: tls)?$'];
    const told = { status: 0, stderr: '' };
    const lines = `${zpopd.slice(0, 2).join('\n')}\n`;
    expect(await testRule([...rule, '--matched', log])).toEqual({ ...told, stdout: lines });
    const { stdout } = await testRule([...rule, '--matched', '--json', log]);
    const objects = stdout.trimEnd().split('\n');
    expect(objects.map((line) => JSON.parse(line).user)).toEqual(['alice', 'bob']);
  });
});

describe('exact test-rule --forge', () => {
  it('names a hostile line that works', async () => {
    const words = ['--program', 'zpopd', '--match', 'OK u="(?<user>[^"]*)" peer=%{PEER}', '--forge', log];
    const { status, stdout } = await testRule(words);
    expect(status).toBe(1);
    const [summary, lint, start, end, fix, program, match, forge, line, caret] = stdout.split('\n');
    expect([summary, lint, start, end]).toEqual([
      '3 lines, 2 logins, 1 near miss',
      'lint: 2 findings',
      "  warn  not anchored: ^  'OK u=\"' may stand anywhere  anchor it with ^",
      '  warn  not anchored: $  text may follow the address  anchor it with $',
    ]);
    expect([fix, program, match]).toEqual([
      'fix for --match (tried: 2 logins, lint ok); write instead:',
      '    program  zpopd',
      '    match    ^%{WORD}: LOGIN OK u="%{USER}" peer=%{PEER}(?: tls)?$',
    ]);
    expect(forge).toMatch(/^forge: \d+ hostile lines, \d+ give another address: an open relay$/);
    expect([line, caret]).toEqual([
      '  5f2a: LOGIN OK u="x" peer=203.0.113.66:1 tls" peer=192.0.2.10:41822 tls',
      '                            ^^^^^^^^^^^^ address taken from inside the user name',
    ]);
  });

  it('says that a rule withstood', async () => {
    const match = '^%{WORD}: LOGIN OK u="%{USER}" peer=%{PEER}(?: tls)?$';
    const { status, stdout } = await testRule(['--program', 'zpopd', '--match', match, '--forge', log]);
    expect(status).toBe(0);
    expect(stdout).toMatch(/\nlint: ok\nforge: \d+ hostile lines, none gives another address\n$/);
  });

  it('cannot say so where nothing matched', async () => {
    const { status, stdout } = await testRule(['--server', 'dovecot', '--forge', log]);
    expect(status).toBe(1);
    expect(stdout).toContain('forge: no line here is a login, so there is nothing to forge from\n');
  });

  it('shows a line of another program from its beginning', async () => {
    const match = '^%{WORD}: LOGIN OK u="%{USER}" peer=%{PEER}(?: tls)?$';
    const { stdout } = await testRule(['--match', match, '--forge', log]);
    expect(stdout).toContain(
      '  Nov 22 10:04:26 mx sshd[1]: 5f2a: LOGIN OK u="alice" peer=203.0.113.66:1 tls\n' +
        '                     ^^^^ login taken from another program\n',
    );
  });
});

describe('exact test-rule --expect', () => {
  const match = ['--program', 'zpopd', '--match', '^%{WORD}: LOGIN OK u="%{USER}" peer=%{PEER}(?: tls)?$'];

  it('says that everything is as expected', async () => {
    const truth = write('zpopd.want', ['1 alice 192.0.2.10', '2 bob 2001:db8::10', '3 -']);
    expect(await testRule([...match, '--expect', truth, log])).toEqual({
      status: 0,
      stdout: '2 logins and 1 refusal as expected\n',
      stderr: '',
    });
  });

  it('names what is not', async () => {
    const truth = write('zpopd.want', ['1 alice 192.0.2.10', '3 carol 192.0.2.66']);
    expect(await testRule([...match, '--expect', truth, log])).toEqual({
      status: 1,
      stdout:
        'line 2: expected no login, found bob from 2001:db8::10\n' +
        'line 3: expected carol from 192.0.2.66, found no login\n' +
        '1 login and 0 refusals as expected, 2 lines not\n',
      stderr: '',
    });
  });

  it('takes a line by what it says, so that lines may be added to the sample', async () => {
    const truth = write('zpopd.want', [
      '{"text": "5f2a: LOGIN OK u=\\"alice\\" peer=192.0.2.10:41822 tls", "login": true, "user": "alice", "address": "192.0.2.10"}',
      '{"text": "5f2b: LOGIN OK u=\\"bob\\" peer=[2001:db8::10]:50112", "login": true, "user": "bob", "address": "192.0.2.1"}',
      '{"text": "5f2d: bye", "login": false}',
    ]);
    const { status, stdout } = await testRule([...match, '--expect', truth, log]);
    expect([status, stdout]).toEqual([
      1,
      'line 2: expected bob from 192.0.2.1, found bob from 2001:db8::10\n' +
        "'5f2d: bye': expected no login, found no such line\n" +
        '1 login and 0 refusals as expected, 2 lines not\n',
    ]);
    const more = write('more.log', ['Nov 22 10:00:00 mx zpopd[1]: 5f2d: bye', ...zpopd]);
    expect((await testRule([...match, '--expect', truth, more])).stdout).toBe(
      'line 3: expected bob from 192.0.2.1, found bob from 2001:db8::10\n' +
        '1 login and 1 refusal as expected, 1 line not\n',
    );
    const json = await testRule([...match, '--json', '--expect', truth, log]);
    expect(JSON.parse(json.stdout.trimEnd().split('\n').at(-1) ?? '').differences[1]).toEqual({
      text: '5f2d: bye',
      expected: 'no login',
      found: 'no such line',
    });
  });

  it('refuses what it cannot read, and several files', async () => {
    const truth = write('zpopd.want', ['alice']);
    const unreadable = await testRule([...match, '--expect', truth, log]);
    expect([unreadable.status, unreadable.stderr]).toEqual([
      65,
      "exact: zpopd.want:1: cannot read: wanted 'LINE USER ADDRESS', or 'LINE -'\n",
    ]);
    expect((await testRule([...match, '--expect', truth, log, log])).status).toBe(64);
    expect((await testRule([...match, '--expect', join(host.folder, 'none'), log])).status).toBe(66);
  });
});

describe('exact test-rule --suggest', () => {
  it('prints a stanza alone on standard output, and what it is worth on standard error', async () => {
    const words = ['--suggest', '--user', 'alice', '--user', 'bob', log];
    const { status, stdout, stderr } = await testRule(words);
    expect(status).toBe(0);
    expect(stdout).toBe(
      '<server zpopd>\n' +
        '    program  zpopd\n' +
        '    match    ^%{WORD}: LOGIN OK u="%{USER}" peer=%{PEER}(?: tls)?$\n' +
        '</server>\n',
    );
    expect(stderr).toMatch(
      /^suggested from 2 lines; line 3 has neither user and gives no login\nlint ok; \d+ forged lines withstood\n$/,
    );
    const file = write('servers.conf', [stdout]);
    const tried = await testRule(['--serverdefs', file, '--forge', log]);
    expect(tried.status).toBe(0);
    expect(tried.stdout).toMatch(
      /^3 lines, 2 logins, 1 near miss\nlint: ok\nforge: \d+ hostile lines, none /,
    );
  });

  it('suggests nothing on doubt', async () => {
    expect(await testRule(['--suggest', '--user', 'carol', log])).toEqual({
      status: 1,
      stdout: '',
      stderr:
        "exact: --suggest: no stanza: line 3 says 'FAIL', which is no login; give lines in which the users log in\n",
    });
  });

  it('wants to know who logged in', async () => {
    const { status, stderr } = await testRule(['--suggest', log]);
    expect(status).toBe(64);
    expect(stderr).toContain('exact: --suggest: needs --user; add it');
  });
});

describe('exact test-rule --show', () => {
  it('prints a stanza of the catalog, to be tried as it is', async () => {
    const { status, stdout } = await testRule(['--show', 'dovecot']);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^# .*\n/);
    expect(stdout.match(/<server dovecot>/g)).toHaveLength(3);
    expect(stdout).toMatch(/<\/server>\n$/);
  });

  it('prints them as JSON, an object for each', async () => {
    const plain = await testRule(['--show', 'uw-imap']);
    const { status, stdout } = await testRule(['--show', 'uw-imap', '--json']);
    expect(status).toBe(0);
    const stanzas = stdout
      .trimEnd()
      .split('\n')
      .map((line): Record<string, unknown> => JSON.parse(line));
    expect(stanzas).toMatchObject(Array(3).fill({ kind: 'stanza', name: 'uw-imap', origin: 'built in' }));
    expect(plain.stdout).toBe(stanzas.map(({ stanza }) => `${stanza}\n`).join('\n'));
  });

  it('names the nearest rule', async () => {
    const { status, stderr } = await testRule(['--show', 'dovcot']);
    expect(status).toBe(78);
    expect(stderr).toBe('exact: --show dovcot: no such rule: nearest: dovecot; see exact test-rule --list\n');
  });
});

describe('exact test-rule --json', () => {
  const objects = async (words: readonly string[]) => {
    const { stdout } = await testRule([...words, '--json']);
    return stdout
      .trimEnd()
      .split('\n')
      .map((line): Record<string, unknown> => JSON.parse(line));
  };

  it('writes with --unmatched the lines alone that match nothing', async () => {
    const match = '^%{WORD}: LOGIN OK u="%{USER}" peer=%{ADDRESS}:\\d+ tls';
    const found = await objects(['--program', 'zpopd', '--match', match, '--unmatched', log]);
    expect(found.map(({ kind, line }) => [kind, line])).toEqual([
      ['near-miss', 2],
      ['near-miss', 3],
    ]);
  });

  it('writes an object for each line that is something, a summary, and lint', async () => {
    const match = '^%{WORD}: LOGIN OK u="%{USER}" peer=%{ADDRESS}:\\d+ tls';
    const [login, miss, , summary, lint, fix, forge] = await objects([
      ...['--program', 'zpopd', '--match', match, '--forge', log],
    ]);
    expect(login).toEqual({
      kind: 'login',
      ...{ time: '2026-11-22T09:04:26Z', address: '192.0.2.10', user: 'alice', server: '--match' },
      ...{ host: 'mx', program: 'zpopd', pid: '811', source: 'zpopd.log', line: 1 },
      ...{ authorised: true, until: '2026-11-22T09:34:26Z' },
    });
    expect(miss).toEqual({
      kind: 'near-miss',
      ...{
        source: 'zpopd.log',
        line: 2,
        program: 'zpopd',
        message: '5f2b: LOGIN OK u="bob" peer=[2001:db8::10]:50112',
      },
      rules: [
        {
          ...{ server: '--match', programs: ['zpopd'], forProgram: true },
          ...{ subject: 'message', column: 29, wanted: '%{ADDRESS}', saw: "'['" },
          hint: '%{PEER} takes 192.0.2.10, 192.0.2.10:41822 and [2001:db8::10]:50112',
        },
      ],
    });
    expect(summary).toMatchObject({
      kind: 'summary',
      lines: 3,
      logins: 1,
      nearMisses: 2,
      rules: { '--match': 1 },
    });
    expect(lint).toMatchObject({
      kind: 'lint',
      check: 'not-anchored-end',
      isWarning: true,
      expression: match,
    });
    expect(fix).toEqual({
      kind: 'fix',
      server: '--match',
      lines: ['program  zpopd', 'match    ^%{WORD}: LOGIN OK u="%{USER}" peer=%{PEER}(?: tls)?$'],
      logins: 2,
      before: 1,
    });
    expect(forge).toMatchObject({
      kind: 'forge',
      tried: expect.any(Number),
      worked: expect.any(Number),
      breaches: expect.arrayContaining([
        expect.objectContaining({ server: '--match', place: 'other-line', address: '203.0.113.66' }),
      ]),
    });
  });

  it('lists rules', async () => {
    expect((await objects(['--list'])).find(({ name }) => name === 'dovecot')).toMatchObject({
      kind: 'rule',
      programs: ['dovecot', 'dovecot-*'],
      origin: 'built in',
    });
  });
});

describe('a command line', () => {
  it.each([
    ['--program', 'zpopd'],
    ['--order', 'user host'],
    ['--user', 'bob'],
    ['--match', '^%{USER} %{ADDRESS}$', '--server', 'dovecot'],
    ['--list', '--show', 'dovecot'],
    ['--unmatched', '--forge'],
    ['--limit', '5', '--json'],
    ['--list', '--limit', '5'],
  ])('that contradicts itself is refused: %s %s', async (...words) => {
    const { status, stderr } = await testRule([...words, log]);
    expect(status).toBe(64);
    expect(stderr).toMatch(/^exact: --/);
  });

  it('with -q is answered by the exit status alone', async () => {
    expect(await testRule(['-q', log])).toEqual({ status: 1, stdout: '', stderr: '' });
  });
});
