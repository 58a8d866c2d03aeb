import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hostFiles } from '../../src/config/locate.ts';
import { parameters } from '../../src/config/parameters.ts';
import { emptyDraft, parseConfig } from '../../src/config/parse.ts';
import type { Settings } from '../../src/config/settings.ts';
import { settingsText } from '../../src/config/settings-text.ts';
import { settle } from '../../src/config/settle.ts';
import { anyCharacter } from '../any-character.ts';
import { runsOf } from '../seeds.ts';
import { loadOn, outputTypes, settingsOf } from './host.ts';

describe('settingsText()', () => {
  it('gives each setting with its origin', () => {
    expect(
      settingsText(settingsOf('timeout 90m\nserver dovecot\nserver cyrus\nignore 10.0.0.0/8 ::1\n')),
    ).toBe(`\
maillog                 /var/log/mail.log              # default (found)
server                  dovecot                        # /etc/exact/exact.conf:2
server                  cyrus                          # /etc/exact/exact.conf:3
timeout                 90m                            # /etc/exact/exact.conf:1
state                   /var/lib/exact/state           # default
output                  text /var/lib/exact/relay.txt  # default
output                  cdb /var/lib/exact/relay.cdb   # default
ignore                  10.0.0.0/8                     # /etc/exact/exact.conf:4
ignore                  ::1                            # /etc/exact/exact.conf:4
max-addresses-per-user  off                            # default
max-users-per-address   off                            # default
max-entries             1000000                        # default
ipv6-prefix             128                            # default
sessions                off                            # default
session-limit           12h                            # default
connect-window          2m                             # default
warn-repeat             1h                             # default
warn-silent             1d                             # default
logging                 none                           # default
`);
  });

  it('gives an old file in the names of today', () => {
    const text = settingsText(settingsOf('user mail\npidfile /p\nauthtype db\nauthfile /r\nlogging syslog'));
    expect(text).toMatch(/^output +postmap hash:\/r also=\/r +# \/etc\/exact\/exact.conf:4$/m);
    expect(text).toMatch(/^state +\/r\.state +# \/etc\/exact\/exact.conf:4$/m);
    expect(text).not.toMatch(/auth(type|file)|pidfile/);
  });

  it('shows no password, and no control character', () => {
    const given = { '/etc/exact.conf': 'output pgsql postgres://exact:s3cret@db/x' };
    const { settings } = loadOn(given, { stateOption: '/tmp/\x1b[31m\nuser root' });
    const text = settings === undefined ? '' : settingsText(settings);
    expect(text).toMatch(/^output +pgsql postgres:\/\/exact:\*{3}@db\/x +# .*; password not shown$/m);
    expect(text).not.toContain('s3cret');
    expect(text).toContain('/tmp/\\x1b[31m\\nuser root');
  });
});

const path = fc.stringMatching(/^\/[a-z0-9#._-]{1,12}(\/[a-z0-9#._-]{1,12})?$/);
const seconds = fc
  .tuple(fc.integer({ min: 60, max: 3600 }), fc.constantFrom('', 's'))
  .map((parts) => parts.join(''));
const address = fc.oneof(
  fc.ipV4(),
  fc.ipV6(),
  fc.ipV4().map((each) => `${each}/12`),
  fc.ipV6().map((each) => `${each}/56`),
);

/** Values that each name may have; a name that is missing here fails the test. */
const values: Record<string, fc.Arbitrary<string>> = {
  user: fc.constantFrom('exact', 'mail'),
  group: fc.constantFrom('mail', '8'),
  maillog: fc.oneof(path, fc.constantFrom('journal:', 'journal:A=b C=d', 'my log.1')),
  timezone: fc.constantFrom('UTC', 'Europe/Paris'),
  server: fc.constantFrom('dovecot', 'cyrus uw-imap'),
  serverdefs: path,
  timeout: seconds,
  state: path,
  output: fc.oneof(
    path.map((each) => `text ${each} mode=0640 group=mail`),
    path.map((each) => `cdb ${each} ipv4 exim-net`),
    path.map((each) => `postmap hash:${each} also=${each}.x`),
    fc.constant('pgsql postgres://db/x ipv6'),
  ),
  ignore: fc.array(address, { minLength: 1, maxLength: 3 }).map((list) => list.join(' ')),
  only: fc.array(address, { minLength: 1, maxLength: 3 }).map((list) => list.join(' ')),
  users: fc.constantFrom('*@example.org', 'alice b?b é*'),
  'not-users': fc.constantFrom('scanner*@example.org', 'alice b?b *é'),
  'max-addresses-per-user': fc.constantFrom('off', '1', '50'),
  'max-users-per-address': fc.constantFrom('off', '1', '50'),
  'max-entries': fc.integer({ min: 1, max: 1_000_000 }).map(String),
  'ipv6-prefix': fc.integer({ min: 48, max: 128 }).map(String),
  sessions: fc.constantFrom('on', 'off'),
  'session-limit': seconds,
  'connect-window': seconds,
  'warn-repeat': seconds,
  'warn-silent': fc.constantFrom('off', '20m', '2d'),
  logging: fc.constantFrom('none', 'syslog', 'internal'),
  logfile: path,
  metrics: path,
  'on-change': path.map((each) => `${each} a  b`),
  authtype: fc.constantFrom('text', 'db'),
  authfile: path,
  authtemp: path,
  dumpfile: path,
  pidfile: path,
  flush: seconds,
  suspicious: seconds,
};

const line = fc
  .constantFrom(...parameters.map(({ name }) => name))
  .chain((name) => (values[name] ?? fc.constant('')).map((value) => `${name} ${value}`));

/** Reads a configuration of this host, conflicts of paths and the like left aside. */
function read(text: string): Omit<Settings, 'origins'> & { origins?: unknown } {
  const parsed =
    text === ''
      ? { draft: emptyDraft(), problems: [], notes: [] }
      : parseConfig(text, '/c/exact.conf', outputTypes);
  expect(parsed.problems.filter((problem) => !problem.isWarning)).toEqual([]);
  const surroundings = { folder: '/f', maillog: 'journal:', serverdefs: '/c/exact-servers.conf' };
  return settle(parsed, '/c/exact.conf', surroundings, { outputTypes, files: hostFiles });
}

function withoutOrigins(settings: ReturnType<typeof read>): unknown {
  const { origins, outputs, ignore, only, users, notUsers, ...others } = settings;
  return {
    ...others,
    outputs: outputs.map(({ origin, ...output }) => output),
    networks: [ignore, only].map((lines) => lines.map(({ network }) => network.text)),
    patterns: [users, notUsers].map((lines) => lines.map(({ pattern }) => pattern)),
  };
}

describe('properties of the configuration', () => {
  it('settingsText() is read as equal settings, for every name', () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 30 }), (lines) => {
        const settings = read(lines.join('\n'));
        expect(withoutOrigins(read(settingsText(settings as Settings)))).toEqual(withoutOrigins(settings));
      }),
      { numRuns: runsOf(300) },
    );
  });

  it('parseConfig() never throws, whatever the text', () => {
    const name = fc.constantFrom(
      ...parameters.map((parameter) => parameter.name),
      'output postmap',
      'output pgsql',
      '',
      '#',
    );
    const word = fc.oneof(fc.string({ unit: anyCharacter, maxLength: 40 }), fc.string({ maxLength: 10 }));
    const anyLine = fc.tuple(name, fc.array(word)).map(([first, rest]) => [first, ...rest].join(' '));
    const text = fc.oneof(
      fc.string({ unit: anyCharacter }),
      fc.array(anyLine).map((lines) => lines.join('\n')),
    );
    fc.assert(
      fc.property(text, (given) => {
        for (const problem of parseConfig(given, '/c/exact.conf', outputTypes).problems) {
          expect(problem.where).toMatch(/^\/c\/exact\.conf:\d+$/);
        }
      }),
      { numRuns: runsOf(500) },
    );
  });
});
