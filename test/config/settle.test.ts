import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadSettings } from '../../src/config/load.ts';
import { problemText } from '../../src/terminal/problem-text.ts';
import {
  filesBelow,
  load,
  outputTypes,
  problemsOf,
  settingsOf,
  temporaryFolder,
  writeFiles,
} from './host.ts';

describe('defaults', () => {
  it('serve for what the file does not say', () => {
    const { origins, ...settings } = settingsOf('');
    expect(settings).toEqual({
      file: '/etc/exact/exact.conf',
      maillogs: ['/var/log/mail.log'],
      servers: ['auto'],
      serverdefs: [],
      timeout: 1800,
      state: '/var/lib/exact/state',
      outputs: [
        {
          type: 'text',
          path: '/var/lib/exact/relay.txt',
          kind: '',
          families: 'both',
          mode: 0o644,
          options: [],
          origin: 'default',
        },
        {
          type: 'cdb',
          path: '/var/lib/exact/relay.cdb',
          kind: '',
          families: 'both',
          mode: 0o644,
          options: [],
          origin: 'default',
        },
      ],
      ignore: [],
      only: [],
      users: [],
      notUsers: [],
      maxEntries: 1_000_000,
      ipv6Prefix: 128,
      sessions: false,
      sessionLimit: 43_200,
      connectWindow: 120,
      warnRepeat: 3600,
      warnSilent: 86_400,
      logging: 'none',
      onChange: [],
    });
    expect(origins.get('timeout')).toBe('default');
    expect(origins.get('maillog')).toBe('default (found)');
  });
});

/** As an admin of 2004 had it. */
const oldFile = `user\tmail
group\tmail
pidfile\t/var/run/exact.pid
maillog\t/var/log/maillog
server\tuw-imap
serverdefs\t/usr/local/etc/exact-servers.conf
authtype\tdb
authfile\t/usr/local/var/relay
authtemp\t/usr/local/var/relay.tmp
dumpfile\t/tmp/exact.dump
timeout\t1800
flush\t60
suspicious\t10
logging\tsyslog
logfile\t/var/log/exact`;

describe('a file for EXACT 1.41', () => {
  it('works unchanged', () => {
    const { settings, problems, notes } = load(oldFile);
    expect(problems).toEqual([]);
    expect(settings).toMatchObject({
      user: 'mail',
      maillogs: ['/var/log/maillog'],
      servers: ['uw-imap'],
      timeout: 1800,
      logging: 'syslog',
      state: '/usr/local/var/relay.state',
      outputs: [
        {
          type: 'postmap',
          kind: 'hash',
          path: '/usr/local/var/relay',
          options: ['also=/usr/local/var/relay'],
          origin: '/etc/exact/exact.conf:8',
        },
      ],
    });
    expect(notes.map((note) => problemText(note).replaceAll('/etc/exact/exact.conf:', ''))).toEqual([
      '3: pidfile has no effect: nothing stays resident',
      '9: authtemp has no effect: a new table is written beside the old one under a name of its own',
      '10: dumpfile has no effect: exact dump prints the table',
      '12: flush has no effect: each run takes out what has expired',
      '13: suspicious has no effect: max-addresses-per-user bounds what one user may open',
      '8: authfile: means output postmap hash:/usr/local/var/relay also=/usr/local/var/relay',
      '15: logfile has no effect: logging is syslog, not internal',
    ]);
  });

  const outputs = [
    { given: 'authfile /r', want: { type: 'text', path: '/r', kind: '', options: [] } },
    {
      given: 'authtype text\nauthfile r',
      want: { type: 'text', path: '/etc/exact/r', kind: '', options: [] },
    },
    {
      given: 'authfile /r.db\nauthtype db',
      want: { type: 'postmap', path: '/r', kind: 'hash', options: [] },
    },
  ];
  for (const { given, want } of outputs) {
    it(`publishes by ${JSON.stringify(given)}`, () =>
      expect(settingsOf(given).outputs).toMatchObject([want]));
  }

  it('publishes by output lines where there are any, and keeps its state where it was', () => {
    const { settings, notes } = load('authfile /r\noutput cdb /x\n');
    expect(settings?.outputs.map(({ path }) => path)).toEqual(['/x']);
    expect(settings?.state).toBe('/r.state');
    expect(notes.map(problemText)).toEqual([
      '/etc/exact/exact.conf:1: authfile has no effect: output lines say where to publish',
    ]);
  });
});

describe('G09 conflicts', () => {
  const cases = [
    {
      name: 'networks in a map that holds none',
      given: 'ipv6-prefix 64\noutput cdb /x\noutput cdb /y ipv4\noutput cdb /z ipv6\noutput cidr /c ipv6',
      want: [
        'exact.conf:2: output cdb /x: cannot hold networks, which ipv6-prefix 64 publishes; give it the option ipv4, and IPv6 an output of another type (text, cidr, pgsql, mysql)',
        'exact.conf:4: output cdb /z ipv6: cannot hold networks, which ipv6-prefix 64 publishes; give it the option ipv4, and IPv6 an output of another type (text, cidr, pgsql, mysql)',
      ],
    },
    {
      name: 'networks in a default map',
      given: '\nipv6-prefix 64',
      want: [
        'exact.conf:2: output cdb /var/lib/exact/relay.cdb: cannot hold networks, which ipv6-prefix 64 publishes; give it the option ipv4, and IPv6 an output of another type (text, cidr, pgsql, mysql)',
      ],
    },
    {
      name: 'a map in the place of the mail log',
      given: 'maillog /var/log/mail.log\noutput text /var/./log/x/../mail.log',
      want: ['exact.conf:2: output text /var/log/mail.log: is maillog too (exact.conf:1)'],
    },
    {
      name: 'the state in the place of the mail log that was found',
      given: 'state /var/log/mail.log',
      want: ['exact.conf:1: state /var/log/mail.log: is maillog too (default (found))'],
    },
    {
      name: 'a map among the files of the state',
      given: 'state /s\noutput text /s.revoked',
      want: ['exact.conf:2: output text /s.revoked: is state too (exact.conf:1)'],
    },
    {
      name: 'two maps in one file',
      given: 'output text /x\noutput cdb /x',
      want: ['exact.conf:2: output cdb /x: is output text too (exact.conf:1)'],
    },
    {
      name: 'two maps that are published as one file',
      given: 'output text /x.db\noutput postmap hash:/x',
      want: ['exact.conf:2: output postmap /x.db: is output text too (exact.conf:1)'],
    },
    {
      name: 'one database twice',
      given: 'output pgsql postgres://a:b@h/d\noutput pgsql postgres://a:b@h/d',
      want: ['exact.conf:2: output pgsql postgres://a:***@h/d: is output pgsql too (exact.conf:1)'],
    },
    {
      name: 'a map in the place of the configuration, of rules, of a merged file',
      given: 'output text exact.conf\nserverdefs r\noutput text r\noutput tcprules /t merge=/t',
      want: [
        'exact.conf:1: output text exact.conf: is this configuration too (exact.conf)',
        'exact.conf:3: output text r: is serverdefs too (exact.conf:2)',
        'exact.conf:4: output tcprules /t: is merge= too (exact.conf:4)',
      ],
    },
    {
      name: 'a log, figures and a map in one file',
      given: 'logging internal\nlogfile /x\nmetrics /x\noutput text /x',
      want: [
        'exact.conf:3: metrics /x: is logfile too (exact.conf:2)',
        'exact.conf:4: output text /x: is logfile too (exact.conf:2)',
      ],
    },
    {
      name: 'auto beside a name',
      given: 'server dovecot\nserver auto',
      want: [
        'exact.conf:2: server auto: already means every rule, so naming dovecot adds nothing; remove auto, or the others',
      ],
    },
    {
      name: 'a log without a file',
      given: 'logging internal',
      want: ['exact.conf:1: logging internal: needs a logfile; write logfile PATH'],
    },
  ];
  for (const { name, given, want } of cases) {
    it(`refuse ${name}`, () => expect(problemsOf(given)).toEqual(want));
  }

  it('see through symbolic links, to files and in folders', () => {
    const root = temporaryFolder();
    writeFiles(root, {
      '/data/log/mail.log': '',
      '/etc/exact.conf':
        'maillog /var/log/current\noutput text /var/log/mail.log\noutput cdb /var/log/current\n',
    });
    writeFiles(root, { '/var/x': '' });
    symlinkSync(join(root, '/data/log'), join(root, '/var/log'));
    symlinkSync('mail.log', join(root, '/data/log/current'));
    const { problems } = loadSettings({ env: {}, uid: 1000, outputTypes, files: filesBelow(root) });
    expect(problems.map(problemText)).toEqual([
      '/etc/exact.conf:2: output text /var/log/mail.log: is maillog too (/etc/exact.conf:1)',
      '/etc/exact.conf:3: output cdb /var/log/current: is maillog too (/etc/exact.conf:1)',
    ]);
  });

  it('are told beside the problems of single lines, and none on account of a line that was refused', () => {
    expect(
      problemsOf('ipv6-prefix 64\noutput cdx /x\ntimeout x\nlogging internal').map((line) =>
        line.slice(0, 40),
      ),
    ).toEqual([
      "exact.conf:2: output 'cdx': unknown type",
      "exact.conf:3: timeout 'x': not a duratio",
      'exact.conf:4: logging internal: needs a ',
    ]);
  });
});
