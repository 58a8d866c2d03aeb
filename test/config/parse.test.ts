import { describe, expect, it } from 'vitest';
import { load, problemsOf, settingsOf } from './host.ts';

describe('G08 exact.conf, its form', () => {
  const forms = [
    { name: 'blanks', given: 'timeout 10m\nmaillog /a' },
    { name: 'tabs, and blanks at both ends', given: '\t timeout\t\t 10m \t\n maillog /a\t\n' },
    { name: 'CRLF', given: 'timeout 10m\r\nmaillog /a\r\n' },
    { name: 'a byte order mark', given: '\ufefftimeout 10m\nmaillog /a\n' },
    { name: 'no last newline', given: 'maillog /a\ntimeout 10m' },
    { name: 'comments', given: '# head\ntimeout 10m # why\n\t#\nmaillog /a\t# c\n#timeout 1h' },
    { name: 'a long line', given: `timeout 10m${' '.repeat(100_000)}# ${'x'.repeat(100_000)}\nmaillog /a` },
  ];
  for (const { name, given } of forms) {
    it(`takes ${name}`, () => {
      const settings = settingsOf(given);
      expect([settings.timeout, settings.maillogs]).toEqual([600, ['/a']]);
    });
  }

  it('keeps a # that follows no blank, and blanks within a path', () => {
    expect(settingsOf('maillog /srv/c#/my log#1 # comment').maillogs).toEqual(['/srv/c#/my log#1']);
  });

  it('takes any number of lines, and names of any length in paths', () => {
    const paths = Array.from({ length: 500 }, (_, index) => `/log/${'x'.repeat(2000)}${index}`);
    expect(settingsOf(paths.map((path) => `maillog ${path}\n`).join('')).maillogs).toEqual(paths);
  });

  it('takes an empty file: defaults serve', () => {
    expect(settingsOf('')).toMatchObject({ timeout: 1800, file: '/etc/exact/exact.conf' });
  });
});

describe('G01 G05 exact.conf, its problems', () => {
  const cases = [
    { given: 'time-out 30m', want: "exact.conf:1: unknown name 'time-out', nearest: timeout" },
    { given: 'Timeout 30m', want: "exact.conf:1: unknown name 'Timeout', nearest: timeout" },
    { given: 'mialog /a', want: "exact.conf:1: unknown name 'mialog', nearest: maillog" },
    { given: 'zzz 1', want: "exact.conf:1: unknown name 'zzz'; see exact.conf(5)" },
    { given: 'timeout', want: 'exact.conf:1: timeout: no value; write timeout duration' },
    { given: 'timeout=30m', want: "exact.conf:1: name and value are separated by blanks, not by '='" },
    { given: 'timeout = 30m', want: "exact.conf:1: name and value are separated by blanks, not by '='" },
    {
      given: 'timeout\u00a030m',
      want: 'exact.conf:1: the line holds a control character, a no-break space, or bytes that are not UTF-8',
    },
    {
      given: 'maillog /var/log/\0mail',
      want: 'exact.conf:1: the line holds a control character, a no-break space, or bytes that are not UTF-8',
    },
    {
      given: 'match ^x',
      want: "exact.conf:1: 'match' belongs in a servers file: rules stand in stanzas, <server NAME> to </server>; write the stanza into another file and name that by serverdefs; see exact-servers.conf(5)",
    },
    { given: 'sessions yes', want: "exact.conf:1: sessions 'yes': neither on nor off" },
    { given: 'logging file', want: "exact.conf:1: logging 'file': none of none, syslog, internal" },
    { given: 'user mail daemon', want: "exact.conf:1: user 'mail daemon': more than one word" },
    {
      given: 'maillog ~/log',
      want: "exact.conf:1: maillog '~/log': no shell reads this file; write the whole path, without quotes",
    },
    {
      given: 'maillog journal:--file=/x',
      want: "exact.conf:1: maillog '--file=/x': not a match of the journal, FIELD=VALUE",
    },
    {
      given: 'timezone Europe/Pariss',
      want: "exact.conf:1: timezone 'Europe/Pariss': unknown time zone, nearest: Europe/Paris",
    },
    { given: 'timezone +01:00', want: "exact.conf:1: timezone '+01:00': unknown time zone" },
    { given: 'on-change smtpctl update', want: "exact.conf:1: on-change 'smtpctl': not an absolute path" },
    {
      given: 'ignore 10.0.0.5 10.0.0/8 2001:db8::/129',
      want: [
        "exact.conf:1: ignore '10.0.0/8': neither an address nor a network; write an address or a network such as 192.0.2.0/24",
        "exact.conf:1: ignore '2001:db8::/129': prefix length 129 is over 128; write an address or a network such as 192.0.2.0/24",
      ],
    },
    {
      given: 'only 192.0.2.0/33',
      want: "exact.conf:1: only '192.0.2.0/33': prefix length 33 is over 32; write an address or a network such as 192.0.2.0/24",
    },
    { given: 'max-entries 0', want: "exact.conf:1: max-entries '0': less than 1" },
    { given: 'max-entries 1e3', want: "exact.conf:1: max-entries '1e3': not a whole number" },
    { given: 'ipv6-prefix 47', want: "exact.conf:1: ipv6-prefix '47': less than 48" },
    { given: 'ipv6-prefix 129', want: "exact.conf:1: ipv6-prefix '129': more than 128" },
    {
      given: 'authtype dbm',
      want: "exact.conf:1: authtype 'dbm': neither text nor db; write an output line instead",
    },
  ];
  for (const { given, want } of cases) {
    it(JSON.stringify(given), () => expect(problemsOf(given)).toEqual([want].flat()));
  }

  for (const value of ['abc', '0', '-1', '1e9', '1800.5', 'NaN', '5', '8d', '30 m', '1h30m', '0x10']) {
    it(`refuses timeout ${value}`, () => {
      expect(problemsOf(`timeout ${value}`)).toEqual([
        expect.stringMatching(
          /^exact\.conf:1: timeout '.+': (not a duration|zero|less than 10s|more than 7d)/,
        ),
      ]);
    });
  }

  it('tells all of them at once, each with its line, and gives no settings', () => {
    const loaded = load('time-out 1m\n\ntimeout x\nignore y\noutput hash:/x\n');
    expect(loaded.settings).toBeUndefined();
    expect(loaded.problems.map((problem) => [problem.where, problem.status])).toEqual(
      [1, 3, 4, 5].map((line) => [`/etc/exact/exact.conf:${line}`, 78]),
    );
  });
});

describe('G02 exact.conf, lines given twice', () => {
  it('uses the first of a single value, with a warning, as EXACT 1.41 did', () => {
    const loaded = load('timeout 10m\ntimeout 1h\nflush 5\nflush 6\n');
    expect(loaded.settings?.timeout).toBe(600);
    expect(loaded.problems.map(({ where, what, why, isWarning }) => [where, what, why, isWarning])).toEqual([
      ['/etc/exact/exact.conf:2', "timeout '1h'", 'already given on line 1, which is used', true],
      ['/etc/exact/exact.conf:4', "flush '6'", 'already given on line 3, which is used', true],
    ]);
    expect(loaded.settings?.origins.get('timeout')).toBe('/etc/exact/exact.conf:1');
  });

  it('adds up what may repeat, and takes the same value once', () => {
    const settings = settingsOf('maillog /a\nmaillog b\nmaillog /a\nserver dovecot cyrus\nserver cyrus\n');
    expect(settings.maillogs).toEqual(['/a', '/etc/exact/b']);
    expect(settings.servers).toEqual(['dovecot', 'cyrus']);
    expect(settings.origins.get('server cyrus')).toBe('/etc/exact/exact.conf:4');
  });
});

describe('exact.conf, every name', () => {
  it('is read', () => {
    const settings = settingsOf(`
      user exact
      group mail
      maillog journal:SYSLOG_IDENTIFIER=dovecot _TRANSPORT=syslog
      timezone Europe/Paris
      server dovecot
      serverdefs rules.conf
      timeout 90s
      state ../lib/state
      ignore 10.0.0.5 192.0.2.77/24
      max-addresses-per-user 50
      max-entries 1000
      ipv6-prefix 128
      sessions on
      session-limit 6h
      connect-window 30
      warn-repeat 2h
      warn-silent off
      logging internal
      logfile /var/log/exact.log
      metrics /var/lib/node/exact.prom
      on-change /usr/sbin/smtpctl  update table relay
      output text relay.txt
      only 192.0.2.0/24
      users *@example.org
      not-users scanner*@example.org root
      max-users-per-address 60
    `);
    expect(settings).toMatchObject({
      user: 'exact',
      group: 'mail',
      maillogs: ['journal:SYSLOG_IDENTIFIER=dovecot _TRANSPORT=syslog'],
      timezone: 'Europe/Paris',
      servers: ['dovecot'],
      serverdefs: ['/etc/exact/rules.conf'],
      timeout: 90,
      state: '/etc/lib/state',
      maxAddressesPerUser: 50,
      maxUsersPerAddress: 60,
      maxEntries: 1000,
      ipv6Prefix: 128,
      sessions: true,
      sessionLimit: 21_600,
      connectWindow: 30,
      warnRepeat: 7200,
      logging: 'internal',
      logfile: '/var/log/exact.log',
      metrics: '/var/lib/node/exact.prom',
      onChange: [['/usr/sbin/smtpctl', 'update', 'table', 'relay']],
    });
    expect(settings.ignore.map(({ network, origin }) => [network.text, origin])).toEqual([
      ['10.0.0.5', '/etc/exact/exact.conf:10'],
      ['192.0.2.0/24', '/etc/exact/exact.conf:10'],
    ]);
    expect(settings.only.map(({ network, origin }) => [network.text, origin])).toEqual([
      ['192.0.2.0/24', '/etc/exact/exact.conf:24'],
    ]);
    expect(settings.users).toEqual([{ pattern: '*@example.org', origin: '/etc/exact/exact.conf:25' }]);
    expect(settings.notUsers.map(({ pattern }) => pattern)).toEqual(['scanner*@example.org', 'root']);
    expect(settings).not.toHaveProperty('warnSilent');
  });
});
