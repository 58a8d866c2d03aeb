import { describe, expect, it } from 'vitest';
import { suggestStanza } from '../../src/rule-debugger/suggest/suggest.ts';
import {
  isSuggestion,
  type NoSuggestion,
  type Suggestion,
} from '../../src/rule-debugger/suggest/suggestion.ts';
import { ruleOf, sampleOf, trialOptions, tried, zpopd } from '../rules/rule-of.ts';

function suggested(users: readonly string[], lines: readonly string[]): Promise<Suggestion | NoSuggestion> {
  const options = { ...trialOptions, users, taken: ['dovecot'], timer: () => 0 };
  return suggestStanza(sampleOf(lines), options);
}

/** The lines of the stanza between its name and its end, trimmed; or why there is none. */
async function expressions(users: readonly string[], lines: readonly string[]): Promise<string[]> {
  const result = await suggested(users, lines);
  if (!isSuggestion(result)) return [result.reason];
  return result.stanza
    .split('\n')
    .slice(2, -2)
    .map((line) => line.trim().replace(/^match +/, ''));
}

const from = (program: string, ...messages: string[]) =>
  messages.map((message, index) => `Nov 22 10:04:2${index} mx ${program}[81${index}]: ${message}`);

describe('suggestStanza()', () => {
  it('makes a stanza of lines in which users log in', async () => {
    expect(await suggested(['alice', 'bob'], zpopd)).toEqual({
      stanza:
        '<server zpopd>\n' +
        '    program  zpopd\n' +
        '    match    ^%{WORD}: LOGIN OK u="%{USER}" peer=%{PEER}(?: tls)?$\n' +
        '</server>\n',
      from: 2,
      leftOut: [],
      passed: [3],
      others: 0,
      forged: expect.any(Number),
    });
  });

  it.each<{ name: string; users: readonly string[]; lines: readonly string[]; want: readonly string[] }>([
    {
      name: 'one line: what has digits varies',
      users: ['alice'],
      lines: from('d', 'login ok user=alice ip=192.0.2.10 lip=10.0.0.1 id=5f2a proto=POP3 uid=1000'),
      want: ['^login ok user=%{USER} ip=%{ADDRESS} lip=[0-9A-Fa-f:.]+ id=\\w+ proto=POP3 uid=%{NUMBER}$'],
    },
    {
      name: 'words that differ',
      users: ['alice', 'bob'],
      lines: from(
        'd',
        'user alice logged in from [192.0.2.10] via POP3S (home north)',
        'user bob logged in from [2001:db8::1] via IMAP (home south)',
      ),
      want: ['^user %{USER} logged in from \\[%{ADDRESS}\\] via [\\w.+/-]+ \\(home (?:north|south)\\)$'],
    },
    {
      name: 'a failed login that begins in the same words: cut off behind a long name, it is too long for a login',
      users: ['alice'],
      lines: from('d', 'from 192.0.2.10 user="alice" login ok', 'from 192.0.2.66 user="carol" denied'),
      want: ['^from %{ADDRESS} user="%{USER}" login ok$'],
    },
    {
      name: 'tails that only some lines have',
      users: ['alice', 'bob', 'carol'],
      lines: from(
        'd',
        'login alice 192.0.2.10',
        'login bob 192.0.2.11, tls',
        'login carol 192.0.2.12, tls, quota=12',
      ),
      want: ['^login %{USER} %{ADDRESS}(?:, tls)?(?:, quota=%{NUMBER})?$'],
    },
    {
      name: 'messages of two kinds',
      users: ['alice', 'bob'],
      lines: from(
        'd',
        'Login user=alice host=[192.0.2.10]',
        'Authenticated user=bob host=[192.0.2.11] mech=PLAIN',
      ),
      want: [
        '^Login user=%{USER} host=\\[%{ADDRESS}\\]$',
        '^Authenticated user=%{USER} host=\\[%{ADDRESS}\\] mech=PLAIN$',
      ],
    },
    {
      name: 'the address that is not the server’s',
      users: ['alice'],
      lines: from('d', 'login ok: alice 192.0.2.10:1234->192.0.2.1:110'),
      want: ['^login ok: %{USER} %{PEER}->[0-9A-Fa-f:.]+$'],
    },
    {
      name: 'a host name before the address, which may be an address itself',
      users: ['alice', 'bob'],
      lines: from(
        'd',
        'login: pc.example.org [192.0.2.10] alice ok',
        'login: 203.0.113.66 [192.0.2.11] bob ok',
        'login: [192.0.2.12] bob ok',
      ),
      want: ['^login: (?:[\\w.:-]+ )?\\[%{ADDRESS}\\] (?<user>[^\\s\\[(<].*) ok$'],
    },
    {
      name: 'a name that stands twice',
      users: ['alice'],
      lines: from('d', 'login user=alice home=/home/alice ip=192.0.2.10'),
      want: ['^login user=%{USER} home=/home/\\w+ ip=%{ADDRESS}$'],
    },
    {
      name: 'a name that is a part of another',
      users: ['bob'],
      lines: from(
        'd',
        'login user=<bob>, ip=192.0.2.10',
        'login user=<bobby>, ip=192.0.2.11',
        'login user=<bob x>, ip=192.0.2.11',
      ),
      want: ['^login user=<%{USER}>, ip=%{ADDRESS}$'],
    },
    {
      name: 'a date, a month, a day and the host within the message',
      users: ['alice'],
      lines: from('d', '[Nov 22 10:04:26] mx: login ok alice from 192.0.2.10 on Sun'),
      want: [
        '^\\[[A-Z][a-z]{2} {1,2}\\d{1,2} (?:\\d{4} )?\\d\\d:\\d\\d:\\d\\d(?:[.,]\\d{1,9})?\\] [\\w.:-]+: ' +
          'login ok %{USER} from %{ADDRESS} on [A-Z][a-z]{2}$',
      ],
    },
    {
      name: 'characters that mean something in expressions',
      users: ['alice'],
      lines: from('d', 'login (v1.2) *ok* a|b $x^ {alice} \\ 192.0.2.10?'),
      want: ['^login \\([\\w.-]+\\) \\*ok\\* a\\|b \\$x\\^ \\{%{USER}\\} \\\\ %{ADDRESS}\\?$'],
    },
  ])('$name', async ({ users, lines, want }) => {
    expect(await expressions(users, lines)).toEqual(want);
  });

  it.each<{ name: string; users: readonly string[]; lines: readonly string[]; want: RegExp }>([
    { name: 'a user whom no line names', users: ['zed'], lines: zpopd, want: /^no line names zed$/ },
    { name: 'a failure', users: ['carol'], lines: zpopd, want: /^line 3 says 'FAIL', which is no login$/ },
    {
      name: 'the end of a session',
      users: ['bob'],
      lines: from('d', 'logged out: bob 192.0.2.10'),
      want: /^line 1 says 'logged out', which is no login$/,
    },
    {
      name: 'a line that says nothing of success',
      users: ['bob'],
      lines: from('d', 'bob 192.0.2.10 12 13'),
      want: /^line 1 does not say that a login succeeded$/,
    },
    {
      name: 'a login on two lines',
      users: ['bob'],
      lines: from('d', 'connect from 192.0.2.10', 'login ok: bob'),
      want: /^line 2 names the user and no address$/,
    },
    {
      name: 'two addresses, either of which may be the client’s',
      users: ['bob'],
      lines: from('d', 'login bob 192.0.2.10', 'login bob 192.0.2.10 192.0.2.1'),
      want: /^line 2 holds 192\.0\.2\.10 and 192\.0\.2\.1, and nothing tells which is the client's$/,
    },
    {
      name: 'a place where a user can write an address',
      users: ['alice', 'bob'],
      lines: from('d', 'login ok alice from 192.0.2.10', 'login ok from 192.0.2.11 for bob'),
      want: /^a client can make the server log 203\.0\.113\.66 in such a line: .* from 192\.0\.2\.11 for x from /,
    },
  ])('suggests nothing from $name', async ({ users, lines, want }) => {
    const result = await suggested(users, lines);
    expect(isSuggestion(result) ? `suggested ${result.stanza}` : result.reason).toMatch(want);
  });

  it.each([
    ['Nov 29 19:04:26', 'Dec  1 00:00:01'],
    ['Nov 29 19:04:26', 'Dec 01 00:00:01'],
    ['Nov 29 2026 19:04:26', 'Jan  1 2027 00:00:01'],
    ['Sun Nov 29 19:04:26 2026', 'Fri Jan  1 00:00:01 2027'],
    ['Sun, 29 Nov 2026 19:04:26 +0000', 'Fri, 1 Jan 2027 00:00:01 -0100'],
    ['29/Nov/2026:19:04:26 +0000', '01/Jan/2027:00:00:01 -0100'],
    ['2026-11-29T19:04:26.123Z', '2027-01-01T00:00:01.5Z'],
    ['2026-11-29 19:04:26', '2027-01-01 00:00:01'],
    ['Nov 29', 'Dec  1'],
    ['19:04:26', '00:00:01'],
  ])('suggests a rule that lasts beyond the day: %s', async (then, later) => {
    const line = (stamp: string) =>
      `Nov 29 19:04:26 mx 83d1ccaa4bd9[812]: ${stamp} zpop: login ok alice 192.0.2.10`;
    const [match = ''] = await expressions(['alice'], [line(then)]);
    expect(match).not.toMatch(/Nov|Sun|29|2026/);
    const rule = await ruleOf('program 83d1ccaa4bd9', `match ${match}`);
    const { results } = await tried([rule], sampleOf([line(then), line(later)]));
    expect(results.map((result) => result.kind === 'read' && result.outcome.kind)).toEqual([
      'login',
      'login',
    ]);
  });

  it('writes no control character into a stanza', async () => {
    const [match] = await expressions(['bob'], from('d', 'login\u2028ok bob 192.0.2.10'));
    expect(match).toBe('^login\\x{2028}ok %{USER} %{ADDRESS}$');
  });

  it('takes no name of a rule that there is', async () => {
    const result = await suggested(['bob'], from('dovecot', 'login bob 192.0.2.10'));
    expect(isSuggestion(result) && result.stanza).toContain('<server dovecot-local>');
  });

  it.each([
    { users: ['alice'], fix: 'did you mean alice@example.org?' },
    { users: ['alice', 'lice', 'zed'], fix: 'did you mean alice@example.org?' },
    { users: ['lice', 'zed'], fix: 'give a user as the log writes the name' },
  ])('names the user with its domain who was meant: $users', async ({ users, fix }) => {
    const lines = from('d', 'login ok alice@example.org 192.0.2.10', 'login ok bob@example.org 192.0.2.11');
    expect(await suggested(users, lines)).toMatchObject({ fix });
  });

  it('suggests nothing that would take a failure', async () => {
    const lines = from('d', 'login bob 192.0.2.10', 'login failed carol 192.0.2.10');
    expect(await suggested(['bob'], lines)).toMatchObject({ reason: expect.stringContaining('failed') });
  });

  it('counts logins of other users, and names lines that it left out', async () => {
    const lines = from(
      'd',
      'login bob 192.0.2.10',
      'login carol 192.0.2.11',
      'failed login: bob 192.0.2.10',
      'noise 192.0.2.12',
    );
    expect(await suggested(['bob'], lines)).toMatchObject({ from: 1, others: 1, leftOut: [3], passed: [4] });
  });

  it('suggests a rule that finds those logins, and only those', async () => {
    const [program = '', match = ''] = ['program zpopd', ...(await expressions(['alice', 'bob'], zpopd))];
    const { results } = await tried([await ruleOf(program, `match ${match}`)], sampleOf(zpopd));
    const logins = results.flatMap((result) =>
      result.kind === 'read' && result.outcome.kind === 'login' ? [result.outcome.login] : [],
    );
    expect(logins.map(({ user, address }) => `${user} ${address}`)).toEqual([
      'alice 192.0.2.10',
      'bob 2001:db8::10',
    ]);
  });
});
