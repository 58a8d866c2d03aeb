import { appendFileSync, readFileSync, renameSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { KeptHost, sharedHost } from './kept-host.ts';
import { dovecotEnd, dovecotLogin, type MailHost } from './run-exact.ts';

const at = (time: string) => ({ now: `2026-11-22T${time}Z`, env: { LOGNAME: 'root' } });
const login = (time: string, user: string, address: string) =>
  dovecotLogin(`2026-11-22T${time}Z`, user, address);

/** A session of a webmail host, which may not relay: the log shows that sessions end. */
const webSession = (time: string) =>
  login(time, 'web', '10.0.0.5') + dovecotEnd(`2026-11-22T${time}Z`, 'web', '10.0.0.5');

const lived = async (host: MailHost) => {
  appendFileSync(
    host.log,
    login('10:00:00', 'alice@example.org', '192.0.2.10') +
      login('10:01:00', 'alice@example.org', '198.51.100.7') +
      login('10:02:00', 'bob', '198.51.100.7') +
      login('10:03:00', 'carol', '2001:db8::10'),
  );
  await host.run(['update'], at('10:05:00'));
};
const makeHost = sharedHost(() => new KeptHost('ignore 10.0.0.0/8'), lived);
let host: KeptHost;
beforeEach(async () => {
  host = await makeHost();
});

const relay = () => readFileSync(host.relay, 'utf8');

describe('exact expire', () => {
  it('U06 revokes a user at once, and leaves addresses that others have logged in from', async () => {
    const { stdout, status } = await host.run(['expire', '--user', 'alice@example.org'], at('10:06:00'));
    expect(status).toBe(0);
    expect(stdout).toBe(
      'revoked 2 addresses of alice@example.org\n' +
        '  198.51.100.7 stays: bob logged in from it too\n' +
        '  maps published; SMTP sessions already open keep the right until they end\n',
    );
    expect(relay()).toBe('198.51.100.7\n2001:db8::10\n');
  });

  it('lets no reading of the log bring a revoked login back, and takes the next one', async () => {
    await host.run(['expire', '192.0.2.10'], at('10:06:00'));
    await host.run(['update', '--rebuild'], at('10:07:00'));
    expect(relay()).toBe('198.51.100.7\n2001:db8::10\n');
    appendFileSync(host.log, login('10:07:30', 'alice@example.org', '192.0.2.10'));
    await host.run(['update'], at('10:08:00'));
    expect(relay()).toContain('192.0.2.10\n');
  });

  it('keeps revocations when everything else is lost', async () => {
    await host.run(['expire', '192.0.2.10'], at('10:06:00'));
    for (const name of ['state', 'state.cursors']) host.replace(join(host.folder, name), 'damaged');
    await host.run(['update'], at('10:07:00'));
    expect(relay()).toBe('198.51.100.7\n2001:db8::10\n');
  });

  it('refuses coming logins with --for, counts them, and takes them again after --undo', async () => {
    const { stdout } = await host.run(['expire', '192.0.2.0/24', '--for', '24h'], at('10:06:00'));
    expect(stdout).toContain('revoked 1 address in 192.0.2.0/24, refused until Mon 10:06\n');
    appendFileSync(host.log, login('10:07:00', 'alice@example.org', '192.0.2.99'));
    await host.run(['update'], at('10:08:00'));
    expect(relay()).not.toContain('192.0.2.');
    const revoked = await host.run(['dump', '--revoked'], at('10:08:00'));
    expect(revoked.stdout).toBe(
      'WHAT          UNTIL      SINCE     REFUSED  BY\n192.0.2.0/24  Mon 10:06  10:06:00        1  root\n',
    );
    const undone = await host.run(['expire', '--undo', '192.0.2.0/24'], at('10:09:00'));
    expect(undone.stdout).toBe('no longer refused: 192.0.2.0/24; its clients return with their next login\n');
    appendFileSync(host.log, login('10:09:30', 'alice@example.org', '192.0.2.99'));
    await host.run(['update'], at('10:10:00'));
    expect(relay()).toContain('192.0.2.99\n');
  });

  it('says that nothing matched, and whom a slip may have meant', async () => {
    const { status, stderr } = await host.run(['expire', '--user', 'alice'], at('10:06:00'));
    expect(status).toBe(1);
    expect(stderr).toBe("exact: no entry of user 'alice'; did you mean 'alice@example.org' (2 addresses)?\n");
  });

  it('does not look like success when a variable was empty', async () => {
    const { status, stdout } = await host.run(['expire', ''], at('10:06:00'));
    expect(status).toBe(0);
    expect(stdout).toBe('expired 0 entries; nothing revoked (no ADDRESS given)\n');
    expect(relay().split('\n')).toHaveLength(4);
    // Unquoted, it is no word at all; cron, which has no terminal, is told nothing of expiry.
    const typed = await host.run(['expire'], { ...at('10:06:00'), columns: 80 });
    expect(typed.stdout).toBe('expired 0 entries; nothing revoked (no ADDRESS given)\n');
    expect((await host.run(['expire'], at('10:06:00'))).stdout).toBe('');
  });

  it('changes nothing with --dry-run', async () => {
    const { stdout } = await host.run(['expire', '--all', '--dry-run'], at('10:06:00'));
    expect(stdout).toBe('would revoke 3 addresses\n');
    expect(relay().split('\n')).toHaveLength(4);
  });

  it.each([
    { words: ['no-address'], told: 'no-address: neither an address nor a network' },
    { words: ['192.0.2.1', '--for', 'ever'], told: "--for: 'ever' is not a duration" },
    { words: ['--undo'], told: '--undo: needs ADDRESS, --user or --all; add one of them' },
    { words: ['', '--for', '1h'], told: '--for: needs ADDRESS, --user or --all' },
    { words: ['--undo', '192.0.2.1', '--for', '1h'], told: '--undo: cannot be given with --for: it takes ' },
  ])('refuses $words and changes nothing', async ({ words, told }) => {
    const { status, stderr } = await host.run(['expire', ...words], at('10:06:00'));
    expect(status).toBe(64);
    expect(stderr).toContain(told);
  });
});

describe('exact dump', () => {
  it('shows a table, one row an address, and no footer in a pipe', async () => {
    const { stdout } = await host.run(['dump'], at('10:06:00'));
    expect(stdout).toBe(
      [
        'ADDRESS       USER               SERVER   LEFT    LAST LOGIN  LOGINS',
        '192.0.2.10    alice@example.org  dovecot  24 min  10:00:00         1',
        '198.51.100.7  bob +1             dovecot  26 min  10:02:00         2',
        '2001:db8::10  carol              dovecot  27 min  10:03:00         1',
        '',
      ].join('\n'),
    );
  });

  it('shows the part of a user where it is asked for by what a table takes', async () => {
    const answer = await host.run(['dump', '--user', 'alice@example.org'], at('10:06:00'));
    expect(answer.stdout).toContain('192.0.2.10: yes: ');
    const table = await host.run(
      ['dump', '--user', 'alice@example.org', '--server', 'dovecot'],
      at('10:06:00'),
    );
    expect(table.stdout).toMatch(/^ADDRESS .*\n192\.0\.2\.10 /);
    expect(table.stdout).not.toContain('carol');
    const other = await host.run(
      ['dump', '--user', 'alice@example.org', '--server', 'cyrus'],
      at('10:06:00'),
    );
    expect(other).toEqual({ status: 1, stdout: '', stderr: '' });
  });

  it('closes with the count on a terminal, colours what is left, and heeds NO_COLOR', async () => {
    const coloured = await host.run(['dump'], { ...at('10:29:00'), columns: 80 });
    expect(coloured.stdout).toContain('\x1b[31m60 s\x1b[39m');
    expect(coloured.stdout.trimEnd().split('\n').at(-1)).toBe('3 addresses of 3 users, 10:29 UTC');
    const plain = await host.run(['dump'], { now: at('10:29:00').now, columns: 80, env: { NO_COLOR: '1' } });
    expect(plain.stdout).not.toContain('\x1b');
  });

  it.each([
    { sort: 'address', want: ['192.0.2.10', '198.51.100.7', '2001:db8::10'] },
    { sort: 'user', want: ['192.0.2.10', '198.51.100.7', '2001:db8::10'] },
    { sort: 'left', want: ['192.0.2.10', '198.51.100.7', '2001:db8::10'] },
    { sort: 'login', want: ['2001:db8::10', '198.51.100.7', '192.0.2.10'] },
    { sort: 'logins', want: ['198.51.100.7', '192.0.2.10', '2001:db8::10'] },
  ])('sorts by $sort, for people and for scripts', async ({ sort, want }) => {
    const { stdout } = await host.run(['dump', '--sort', sort], at('10:06:00'));
    expect(stdout.split('\n').slice(1, 4)).toEqual(
      want.map((address) => expect.stringContaining(`${address} `)),
    );
    const { stdout: json } = await host.run(['dump', '--sort', sort, '--json'], at('10:06:00'));
    const addresses = json
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).address);
    expect(addresses).toEqual(want);
  });

  it('gives a terminal the newest first, a pipe the order of the table', async () => {
    const first = async (columns?: number) => {
      const where = columns === undefined ? {} : { columns };
      return (await host.run(['dump'], { ...at('10:06:00'), ...where })).stdout.split('\n')[1];
    };
    expect(await first()).toContain('192.0.2.10 ');
    expect(await first(80)).toContain('2001:db8::10 ');
  });

  it('fits 80 columns with the longest address and names', async () => {
    const long = 'very.long.name.of.a.user@an.extremely.long.domain.example.org';
    appendFileSync(host.log, login('10:05:30', long, '2001:db8:7123:1234:5678:9abc:def0:1234'));
    await host.run(['update'], at('10:06:00'));
    const { stdout } = await host.run(['dump', '--color', 'never'], { ...at('10:06:00'), columns: 80 });
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
    const wide = await host.run(['dump', '--color', 'never'], { ...at('10:06:00'), columns: 200 });
    expect(wide.stdout).toContain(` ${long} `);
    expect(wide.stdout).toContain('LOGINS');
  });

  it('shows a terminal the newest with --limit, and how to see all', async () => {
    const { stdout } = await host.run(['dump', '--limit', '1'], at('10:06:00'));
    expect(stdout.split('\n').slice(1)).toEqual([
      '2001:db8::10  carol  dovecot  27 min  10:03:00         1',
      '1 of 3 addresses of 3 users; all: exact dump --limit 0 | less',
      '',
    ]);
  });

  it('writes entries as JSON, one a line', async () => {
    const { stdout } = await host.run(['dump', '--json'], at('10:06:00'));
    const entries = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(entries[1]).toEqual({
      address: '198.51.100.7',
      expires: '2026-11-22T10:32:00Z',
      users: [
        {
          user: 'bob',
          server: 'dovecot',
          first: '2026-11-22T10:02:00Z',
          last: '2026-11-22T10:02:00Z',
          expires: '2026-11-22T10:32:00Z',
          logins: 1,
        },
        expect.objectContaining({ user: 'alice@example.org', expires: '2026-11-22T10:31:00Z' }),
      ],
    });
  });

  it('writes tab-separated rows of users that a pattern names', async () => {
    const { stdout } = await host.run(['dump', '--tsv', '--user', '*@EXAMPLE.org'], at('10:06:00'));
    expect(stdout.split('\n').map((line) => line.split('\t')[0])).toEqual(['192.0.2.10', '198.51.100.7', '']);
  });

  it.each([
    {
      words: ['192.0.2.10'],
      status: 0,
      answer: '192.0.2.10: yes: alice@example.org (dovecot), login 10:00:00, until 10:30:00 (24 min)',
    },
    {
      words: ['198.51.100.99'],
      status: 1,
      answer: '198.51.100.99: no: no login from this address in the last 24 h',
    },
    { words: ['10.0.0.5'], status: 1, answer: "10.0.0.5: no: in 'ignore 10.0.0.0/8' (" },
    { words: ['127.0.0.1'], status: 1, answer: '127.0.0.1: no: a loopback address' },
    { words: ['--user', 'BOB'], status: 0, answer: '198.51.100.7: yes: bob (dovecot)' },
    { words: ['--user', 'mallory'], status: 1, answer: 'mallory: no address may relay now' },
    { words: ['192.0.2.0/24'], status: 0, answer: '192.0.2.10: yes' },
    { words: ['192.0.2.10', '192.0.2.99'], status: 1, answer: '192.0.2.99: no' },
  ])('answers $words', async ({ words, status, answer }) => {
    const ran = await host.run(['dump', ...words], at('10:06:00'));
    expect(ran.status).toBe(status);
    expect(ran.stdout).toContain(answer);
    expect(await host.run(['dump', '-q', ...words], at('10:06:00'))).toEqual({
      status,
      stdout: '',
      stderr: '',
    });
  });

  it('remembers for a day what has expired, was revoked or refused', async () => {
    appendFileSync(host.log, webSession('10:05:30'));
    await host.run(['update'], at('10:06:00'));
    await host.run(['expire', '2001:db8::10'], at('10:07:00'));
    await host.run(['update'], at('10:30:00'));
    const answers = async (...words: string[]) => (await host.run(['dump', ...words], at('10:40:00'))).stdout;
    expect(await answers('192.0.2.10')).toBe(
      '192.0.2.10: no: login of alice@example.org (dovecot) 10:00:00, expired 10:30:00, 10 min ago\n' +
        "  its session is still open (40 min): 'sessions on' would keep it\n",
    );
    expect(await answers('2001:db8::10')).toContain(
      'login of carol (dovecot) 10:03:00, was revoked 10:07:00, 33 min ago; the next login counts',
    );
    await host.run(['update'], at('10:41:00'));
    expect(await answers('--user', 'Alice@example.org')).toBe(
      'Alice@example.org: no address may relay now\n' +
        '  192.0.2.10    login 10:00:00 (dovecot), expired 10:30:00, 10 min ago\n' +
        "                its session is still open (40 min): 'sessions on' would keep it\n" +
        '  198.51.100.7  login 10:01:00 (dovecot), expired 10:31:00, 9 min ago\n' +
        "                its session is still open (39 min): 'sessions on' would keep it\n",
    );
    await host.run(['update'], { now: '2026-11-23T10:31:00Z' });
    const later = await host.run(['dump', '192.0.2.10'], { now: '2026-11-24T11:00:00Z' });
    expect(later.stdout).toBe('192.0.2.10: no: no login from this address in the last 24 h\n');
  });

  it('agrees with the maps, and says where one differs', async () => {
    const agreed = await host.run(['dump', '--maps'], at('10:06:00'));
    expect(agreed).toMatchObject({ status: 0 });
    // A program of an MTA that is installed here says so too, in the same line.
    expect(agreed.stdout).toContain(`text ${host.relay}: agrees, 3 addresses`);
    host.replace(host.relay, '192.0.2.10\n203.0.113.66\n');
    const differs = await host.run(['dump', '--maps'], at('10:06:00'));
    expect(differs.status).toBe(1);
    expect(differs.stdout).toContain(
      'lacks 198.51.100.7, 2001:db8::10; has 203.0.113.66, which may not relay',
    );
  });
});

describe('exact dump, in sums,', () => {
  it('shows users, those with the most addresses first', async () => {
    const { stdout } = await host.run(['dump', '--by-user'], at('10:06:00'));
    expect(stdout).toBe(
      [
        'USER               ADDRESSES  REFUSED  LOGINS  NEWEST',
        'alice@example.org          2        0       2  5 min ago',
        'carol                      1        0       1  3 min ago',
        'bob                        1        0       1  4 min ago',
        '',
      ].join('\n'),
    );
    const limited = await host.run(['dump', '--by-user', '--limit', '1'], at('10:06:00'));
    expect(limited.stdout).toContain('1 of 3 users; all: exact dump --by-user --limit 0\n');
  });

  it('counts addresses that are over the limit apart', async () => {
    appendFileSync(host.config, 'max-addresses-per-user 1\n');
    const { stdout } = await host.run(['dump', '--by-user', '--tsv'], at('10:06:00'));
    expect(stdout).toContain('alice@example.org\t1\t1\t2\t2026-11-22T10:01:00Z\n');
    appendFileSync(host.log, login('10:05:30', 'carol', '192.0.2.11'));
    await host.run(['update'], at('10:06:00'));
    expect((await host.run(['dump', '--stats'], at('10:06:00'))).stdout).toContain(
      'refused      24 h: 1 over limit\n',
    );
  });

  it('shows what the table and its runs come to', async () => {
    const written = (time: string) => {
      const seconds = Date.parse(`2026-11-22T${time}Z`) / 1000;
      utimesSync(host.log, seconds, seconds);
    };
    appendFileSync(host.log, login('10:05:30', 'web', '127.0.0.1'));
    written('10:05:31');
    await host.run(['update'], at('10:06:00'));
    const { stdout } = await host.run(['dump', '--stats'], at('10:06:22'));
    const rows = [
      'entries      4 of 3 users (max-entries 1,000,000)',
      'addresses    3',
      'by server    dovecot 4',
      'last run     22 s ago, exit 0, 0.00 s',
      `maillog      ${host.log}, read to the end, last line 51 s ago`,
      'last login   52 s ago',
      'published    24 h: no login',
      'refused      24 h: 1 loopback',
      'near miss    24 h: none',
      'maps         text agrees  cdb agrees',
      '',
    ];
    expect(stdout.split('\n')).toEqual(rows);
    const near = 'imap-login: Logged on: user=<alice>, rip=192.0.2.10';
    const line = `2026-11-22T10:06:30+00:00 mx dovecot: ${near}\n`;
    appendFileSync(host.log, line);
    written('10:06:30');
    host.replace(host.relay, '');
    const later = (await host.run(['dump', '--stats'], at('10:06:40'))).stdout.split('\n');
    expect(later[4]).toBe(`maillog      ${host.log}, ${line.length} bytes not read yet, last line 10 s ago`);
    expect(later[8]).toBe(
      'near miss    24 h: 1 line of dovecot with a user and an address that no rule reads; see exact test-rule --unmatched',
    );
    expect(later[9]).toBe('maps         text differs  cdb agrees');
    renameSync(host.log, `${host.log}.1`);
    const missing = (await host.run(['dump', '--stats'], at('10:06:50'))).stdout;
    expect(missing).toContain(`maillog      ${host.log}, missing\n`);
    const { stdout: json } = await host.run(['dump', '--stats', '--json'], at('10:06:22'));
    expect(JSON.parse(json)).toMatchObject({
      pairs: 4,
      byServer: { dovecot: 4 },
      lastLogin: '2026-11-22T10:05:30Z',
      maillogs: [{ maillog: host.log, state: 'missing', unread: null, written: null }],
      maps: [{ agrees: false }, { agrees: true }],
    });
  });
});

describe('exact expire with a damaged state', () => {
  it.each([{ words: ['expire'] }, { words: ['expire', '192.0.2.10'] }])(
    'C08 $words lets nobody relay whose end is not known, and the next update rebuilds the table',
    async ({ words }) => {
      host.replace(join(host.folder, 'state'), 'exact-state 1\ncut');
      const { stderr } = await host.run(words, at('10:06:00'));
      expect(stderr).toContain('does not begin as a state file: moved to');
      expect(relay()).toBe('');
      await host.run(['update'], at('10:07:00'));
      expect(relay()).toContain('198.51.100.7\n');
    },
  );
});

describe('--json', () => {
  it('has an object for each setting and its origin', async () => {
    const { stdout } = await host.run(['dump', '--settings', '--json'], at('10:06:00'));
    const rows = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(rows).toContainEqual({ name: 'ignore', value: '10.0.0.0/8', origin: `${host.config}:5` });
    expect(rows).toContainEqual({ name: 'timeout', value: '30m', origin: 'default' });
  });

  it('has an object for what expire revoked, and for what it undid', async () => {
    const revoked = await host.run(['expire', '192.0.2.10', '--for', '1h', '--json'], at('10:06:00'));
    expect(JSON.parse(revoked.stdout)).toMatchObject({ outcome: 'revoked', address: '192.0.2.10' });
    const undone = await host.run(['expire', '--undo', '192.0.2.10', '--json'], at('10:07:00'));
    expect(JSON.parse(undone.stdout)).toEqual({ outcome: 'undone', what: '192.0.2.10' });
  });
});

describe('exact dump, asked for two things at once or for an exit status alone,', () => {
  it.each([
    {
      words: ['192.0.2.10', '--user', 'bob'],
      told: 'ADDRESS: cannot be given with --user: it takes --json alone; leave',
    },
    { words: ['192.0.2.10', '--tsv'], told: 'ADDRESS: cannot be given with --tsv: ' },
    {
      words: ['--by-user', '--sort', 'user'],
      told: '--by-user: cannot be given with --sort: it takes --user, ',
    },
    { words: ['--maps', '--revoked'], told: '--revoked: cannot be given with --maps: it takes --json alone' },
  ])('refuses $words', async ({ words, told }) => {
    const { status, stderr } = await host.run(['dump', ...words], at('10:06:00'));
    expect(status).toBe(64);
    expect(stderr).toContain(told);
  });

  it.each([['dump'], ['dump', '--maps'], ['dump', '--by-user'], ['expire', '--all'], ['update', '-v']])(
    'prints nothing for %s with -q',
    async (...words) => {
      const ran = await host.run([...words, '-q'], at('10:06:00'));
      expect(ran).toEqual({ status: 0, stdout: '', stderr: '' });
    },
  );
});
