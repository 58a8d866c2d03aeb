/** Which servers log here, and what follows from it for `server` lines, the syslog daemon and cautions. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  cautionFindings,
  knownCautions,
  presentServers,
  unheededCautions,
} from '../../src/check/cautions.ts';
import { checkServers, serversInUse } from '../../src/check/servers.ts';
import { checkSyslog } from '../../src/check/syslog/check.ts';
import type { SeenDaemon } from '../../src/check/syslog/daemon.ts';
import { settingsOf } from '../config/host.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const servers = ['a', 'b', 'c'];

const told = (config: string, logins: Readonly<Record<string, number>>) =>
  checkServers(settingsOf(config), { servers, logins: new Map(Object.entries(logins)), read: new Set() }).map(
    ({ level, text, fix }) => [`${level} ${text}`, fix],
  );

describe('checkServers()', () => {
  it("proposes the line for the servers that have logins, in the place of 'auto' where it is written", () => {
    expect(told('', { b: 2, a: 1 })).toEqual([
      [
        "note only a, b had logins in the last week: 'server a b' would shut out the rules of 1 other server, which can only let in what should stay out",
        expect.stringContaining("'server a b' >>/etc/exact/exact.conf"),
      ],
    ]);
    expect(told('timeout 30m\nserver auto', { a: 1 })[0]?.[1]).toBe(
      "sed -i '2s|.*|server a|' /etc/exact/exact.conf",
    );
    expect(told('', {})).toEqual([]);
    expect(told('', { a: 1, b: 1, c: 1 })).toEqual([]);
  });

  it('warns of logins that are shut out, and notes servers without any', () => {
    expect(told('server a b', { a: 1, c: 2 })).toEqual([
      [
        "WARN c: 2 logins in the last week, shut out by 'server'; does this host run c?",
        "printf '%s\\n' 'server c' >>/etc/exact/exact.conf",
      ],
      [
        'note b: no login in the last week: its rules can only let in what should stay out',
        "sed -i '1s|.*|server a|' /etc/exact/exact.conf",
      ],
    ]);
    expect(told('server a\nserver b', { a: 1 })).toEqual([
      [expect.stringMatching(/^note b: no login/), undefined],
    ]);
    expect(told('server a', { a: 1 })).toEqual([]);
  });
});

describe('serversInUse()', () => {
  const day = (...programs: string[]) =>
    ({ byProgram: new Map(programs.map((name) => [name, { lines: 1, nearMisses: 0 }])) }) as never;

  it('are those of which a rule has read a line, and whose program is no other server’s', () => {
    const isInUse = serversInUse(
      { servers, logins: new Map(), read: new Set(['uw-imap']) },
      day('dovecot', 'imapd'),
    );
    expect(['uw-imap', 'dovecot', 'courier', 'cyrus'].filter(isInUse)).toEqual(['uw-imap', 'dovecot']);
  });
});

describe('checkSyslog()', () => {
  const weakness = { where: '/c:3', text: 'leaks', kind: 'line end', fix: 'mend' } as const;
  const daemon: SeenDaemon = { name: 'x', isRunning: true, strength: 'is sound', weaknesses: [] };
  const weak: SeenDaemon = { ...daemon, weaknesses: [weakness] };
  const look = (
    daemons: readonly SeenDaemon[],
    inUse: readonly string[],
    config = 'maillog /var/log/mail.log',
  ) =>
    checkSyslog(settingsOf(config), daemons, { known: ['p', 'q'], inUse }).map(
      ({ level, text }) => `${level} ${text}`,
    );

  it('fails where a server that hands line ends on is in use, and warns where none is', () => {
    expect(look([weak], ['q'])).toEqual([
      'FAIL /c:3: leaks: q here passes on line ends of clients, so anybody can write whole lines',
    ]);
    expect(look([weak], [])).toEqual(['WARN /c:3: leaks: a client of p or q could write whole lines']);
    expect(look([{ ...weak, isRunning: false }], ['q'])).toEqual([
      expect.stringMatching(
        /^note \/c:3: leaks: a client of p or q .*; x is installed, but was not seen running$/,
      ),
    ]);
    expect(look([{ ...daemon, weaknesses: [{ ...weakness, kind: 'rest' }] }], ['q'])).toEqual([
      expect.stringMatching(/^WARN /),
    ]);
    const relay: SeenDaemon = { ...daemon, weaknesses: [{ ...weakness, kind: 'relay' }] };
    expect([...look([relay], []), ...look([relay], ['q'])].map((text) => text.slice(0, 4))).toEqual([
      'note',
      'WARN',
    ]);
  });

  it('says what is sound, what is not known, and nothing where only the journal is read', () => {
    expect(look([daemon], ['q'])).toEqual(['ok x: is sound']);
    expect(look([], [])).toEqual([expect.stringMatching(/^note no known syslog daemon found/)]);
    expect(look([weak], ['q'], 'maillog journal:')).toEqual([]);
  });
});

describe('cautions.conf', () => {
  it('tells of servers that hand line ends on which of them serve mail here', () => {
    const root = temporaryFolder();
    const known = knownCautions(
      'server s\nline-ends of names\nin /s.conf\nhas ^mail\nserver t\nline-ends of names\n',
    );
    expect(known.lineEnds).toEqual(['s', 't']);
    expect(presentServers(root, known)).toEqual([]);
    writeFileSync(join(root, 's.conf'), 'http\nmail {\n');
    expect(presentServers(root, known)).toEqual(['s']);
  });

  const text = 'server s\ncaution is open\nin /etc/s.conf /etc/s.d/*\nunless ^\\s*shut\\s*\\{\nfix shut it\n';
  const unheeded = (files: Readonly<Record<string, string>>) => {
    const root = temporaryFolder();
    mkdirSync(join(root, 'etc/s.d'), { recursive: true });
    for (const [path, content] of Object.entries(files)) writeFileSync(join(root, path), content);
    return unheededCautions(root, knownCautions(text));
  };

  it('says what is wrong with a server in use unless its configuration mends it', () => {
    const [caution] = unheeded({ 'etc/s.conf': '# shut {\n' });
    expect(cautionFindings(settingsOf(''), [caution as never], (server) => server === 's')).toEqual([
      { level: 'FAIL', subject: 'servers', text: 's is open: anybody may relay', fix: 'shut it' },
    ]);
    expect(cautionFindings(settingsOf(''), [caution as never], () => false)).toEqual([]);
    expect(cautionFindings(settingsOf('server t'), [caution as never], () => true)).toMatchObject([
      { level: 'note', text: 's is open; its logins do not count' },
    ]);
    expect(unheeded({})).toHaveLength(1);
    expect(unheeded({ 'etc/s.conf': 'x\n  shut {\n}\n' })).toEqual([]);
    expect(unheeded({ 'etc/s.d/more': 'shut { }\n' })).toEqual([]);
  });

  it('warns of what a configuration has, and notes what is always so', () => {
    const root = temporaryFolder();
    const known = knownCautions(
      'server s\nwarning says too much\nin /s.conf\nhas ^much\nfix say less\nserver t\nnote trusts all\n',
    );
    const told = (settings = '') =>
      cautionFindings(settingsOf(settings), unheededCautions(root, known), () => true);
    const note = { level: 'note', subject: 'servers', text: 't trusts all' };
    expect(told()).toEqual([note]);
    writeFileSync(join(root, 's.conf'), 'much\n');
    const warning = { level: 'WARN', subject: 'servers', text: 's says too much', fix: 'say less' };
    expect(told()).toEqual([warning, note]);
    expect(told('server t')).toEqual([note]);
  });

  it.each([
    { wrong: 'server s\nfix x\n', fault: "cannot read 'fix x'" },
    { wrong: 'server s\ncaution x\n', fault: "wanted 'in' and 'unless'" },
    { wrong: 'server s\nwarning x\nin /s\n', fault: "wanted 'in' and 'has'" },
  ])('is refused for $fault', ({ wrong, fault }) => {
    expect(() => knownCautions(wrong)).toThrow(`src/servers/s/cautions.conf: ${fault}`);
  });
});
