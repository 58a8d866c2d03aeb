/** The syslog daemons of a host, and where their configurations let a client's text begin a line. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Weakness } from '../../../src/check/syslog/daemon.ts';
import { findSyslogDaemons } from '../../../src/check/syslog/daemons.ts';
import { temporaryFolder } from '../../temporary-folder.ts';

/** Returns the folder of a host with these files, and with processes of these names. */
function hostWith(files: Readonly<Record<string, string>>, ...processes: string[]): string {
  const root = temporaryFolder();
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  for (const [path, text] of Object.entries(files)) write(path, text);
  for (const [index, words] of processes.entries()) {
    const [program = ''] = words.split(' ');
    write(`proc/${index + 10}/comm`, `${program.split('/').at(-1)}\n`);
    write(`proc/${index + 10}/cmdline`, `${words.replaceAll(' ', '\0')}\0`);
  }
  return root;
}

/** What is found of the one daemon of a host. */
function weaknesses(files: Readonly<Record<string, string>>, process: string): string[] {
  const [daemon] = findSyslogDaemons(hostWith(files, process));
  return (daemon?.weaknesses ?? []).map(({ where, kind, text }) => `${kind} ${where}: ${text}`);
}

/** Returns a file after the fix of each weakness has been pasted, without what restarts the daemon. */
function mended(path: string, text: string, process: string): string {
  const root = hostWith({ [path]: text }, process);
  const [daemon] = findSyslogDaemons(root);
  const isHere = ({ kind }: Weakness) => kind !== 'relay';
  for (const { fix } of daemon?.weaknesses.filter(isHere) ?? []) {
    const [edit = 'false'] = fix.split(' && ');
    execFileSync('sh', ['-c', edit.replace(new RegExp(`${path}$`), join(root, path))]);
  }
  expect(findSyslogDaemons(root)[0]?.weaknesses.filter(isHere)).toEqual([]);
  return readFileSync(join(root, path), 'utf8');
}

describe('findSyslogDaemons()', () => {
  const installed = { 'usr/sbin/rsyslogd': '', 'usr/sbin/syslog-ng': '' };

  it('finds those that run, and where none does those that are installed', () => {
    const names = (root: string) =>
      findSyslogDaemons(root).map(({ name, isRunning }) => `${name} ${isRunning}`);
    expect(names(hostWith(installed, '/usr/sbin/rsyslogd -n'))).toEqual(['rsyslog true']);
    expect(names(hostWith(installed, 'sh'))).toEqual(['rsyslog false', 'syslog-ng false']);
    expect(names(hostWith({}))).toEqual([]);
    // Another package's syslogd is not known.
    expect(names(hostWith({}, 'syslogd'))).toEqual([]);
    const inetutils = { 'usr/share/doc/inetutils-syslogd/copyright': '' };
    expect(names(hostWith(inetutils, '/usr/sbin/syslogd'))).toEqual(['syslogd of inetutils true']);
  });

  it.each(['/sbin/syslogd -n', 'busybox syslogd -n'])('knows busybox as %s, and not as a shell', (words) => {
    const root = hostWith({}, words, 'sh');
    for (const number of ['10', '11']) symlinkSync('/bin/busybox', join(root, 'proc', number, 'exe'));
    expect(findSyslogDaemons(root).map(({ name }) => name)).toEqual(['syslogd of busybox']);
  });

  it('says that socklog cannot be mended', () => {
    expect(weaknesses({}, 'socklog unix /dev/log')).toEqual([
      'line end socklog: writes line ends within a message as they are, and no setting changes that',
    ]);
  });
});

describe('syslog-ng', () => {
  const path = 'etc/syslog-ng/syslog-ng.conf';
  const found = (text: string, more: Readonly<Record<string, string>> = {}) =>
    weaknesses({ [path]: text, ...more }, 'syslog-ng');
  const rest = 'writes line ends within a message as they are';

  it('finds sources without flags(no-multi-line), in files that are included too', () => {
    const text = [
      '@version: 3.38',
      '@include "scl.conf"',
      '@include "/etc/syslog-ng/conf.d/*.conf"',
      '# source s_old { udp(); };',
      'source s_src {',
      '       system(flags(no-multi-line));',
      '       internal();',
      '};',
      'source s_file { file("/tmp/x" flags(no-parse)); };',
    ].join('\n');
    const net =
      'source s_net { tcp(port(514)); network(transport("udp") flags(syslog-protocol, no-multi-line)); };';
    expect(
      found(text, { 'etc/syslog-ng/conf.d/net.conf': net, 'etc/syslog-ng/conf.d/net.off': net }),
    ).toEqual([
      `line end /etc/syslog-ng/syslog-ng.conf:6: system() of source s_src ${rest}`,
      'relay /etc/syslog-ng/conf.d/net.conf:1: tcp() of source s_net takes a line end within a message for its end',
    ]);
  });

  it('finds a source within a log path', () => {
    expect(found('log { source { unix-dgram("/dev/log"); }; destination(d_mail); };')).toEqual([
      `line end /etc/syslog-ng/syslog-ng.conf:1: unix-dgram() ${rest}`,
    ]);
  });

  it('takes a rewrite in every log path of a source for a cure, and not in some', () => {
    const text = String.raw`
source s_src { system(); };
rewrite r_line { subst("[\\r\\n]", " ", value("MESSAGE"), flags("global")); };
log { source(s_src); rewrite(r_line); destination(d_mail); };
`;
    expect(found(text)).toEqual([]);
    expect(found(`${text}log { source(s_src); destination(d_all); };\n`)).toHaveLength(1);
    expect(found(text.replace('flags("global")', ''))).toHaveLength(1);
  });

  it('has a fix to paste', () => {
    const text = [
      'source s_src { system(); internal(); };',
      'source s_a { unix-dgram("/dev/log"); unix-stream("/var/spool/postfix/dev/log" flags(syslog-protocol)); };',
      'source s_b { udp(); };',
      '',
    ].join('\n');
    expect(mended(path, text, 'syslog-ng').split('\n')).toEqual([
      'source s_src { unix-dgram("/dev/log" flags(no-multi-line)); file("/proc/kmsg" program-override("kernel") flags(kernel)); internal(); };',
      'source s_a { unix-dgram("/dev/log" flags(no-multi-line)); unix-stream("/var/spool/postfix/dev/log" flags(no-multi-line, syslog-protocol)); };',
      'source s_b { udp(flags(no-multi-line)); };',
      '',
    ]);
  });

  it('has a rewrite for a fix where system() is the journal', () => {
    const root = hostWith({ [path]: 'source s { system(); };\n', 'run/systemd/system/x': '' }, 'syslog-ng');
    expect(findSyslogDaemons(root)[0]?.weaknesses[0]?.fix).toContain('rewrite(r_one_line)');
  });
});

describe('rsyslog', () => {
  const path = 'etc/rsyslog.conf';
  const found = (text: string, more: Readonly<Record<string, string>> = {}) =>
    weaknesses({ [path]: text, ...more }, 'rsyslogd');
  const relay = 'imtcp takes a line end within a message for its end, unless the sender counts octets';
  const over = 'imtcp splits a message that is over maxMessageSize (8 KiB)';

  it('is sound as it is installed', () => {
    const text = [
      'module(load="imuxsock") # provides support for local system logging',
      '#module(load="imtcp")',
      '#input(type="imtcp" port="514")',
      '$IncludeConfig /etc/rsyslog.d/*.conf',
      'mail.*\t\t\t-/var/log/mail.log',
    ].join('\n');
    expect(found(text)).toEqual([]);
  });

  it.each([
    { text: 'global(parser.escapeControlCharactersOnReceive="off")' },
    { text: '$EscapeControlCharactersOnReceive off' },
  ])('finds $text, and mends it', ({ text }) => {
    expect(found(`${text}\n`)).toEqual([
      'line end /etc/rsyslog.conf:1: line ends within a message are written as they are',
    ]);
    expect(mended(path, `${text}\n`, 'rsyslogd')).toBe(`${text.replace('off', 'on')}\n`);
  });

  it('finds what TCP goes on with, in files that are included too, and mends it', () => {
    const input = 'module(load="imtcp")\ninput(type="imtcp" port="514")\n';
    expect(found('include(file="/etc/rsyslog.d/*.conf")', { 'etc/rsyslog.d/net.conf': input })).toEqual([
      `rest /etc/rsyslog.d/net.conf:2: ${over}`,
      `relay /etc/rsyslog.d/net.conf:2: ${relay}`,
    ]);
    expect(mended(path, input, 'rsyslogd')).toBe(
      'module(load="imtcp")\ninput(type="imtcp" port="514" discardTruncatedMsg="on")\n',
    );
    expect(mended(path, '$ModLoad imtcp\n$InputTCPServerRun 514\n', 'rsyslogd')).toBe(
      '$ModLoad imtcp\ninput(type="imtcp" port="514" discardTruncatedMsg="on")\n',
    );
    expect(found(input.replace('imtcp")', 'imtcp" discardTruncatedMsg="on")'))).toEqual([
      `relay /etc/rsyslog.conf:2: ${relay}`,
    ]);
    expect(found('module(load="imudp")\ninput(type="imudp" port="514")\n')).toEqual([]);
  });
});

describe('a daemon that is told to cut messages early', () => {
  const rsyslogd = { path: 'etc/rsyslog.conf', process: 'rsyslogd' };
  const syslogNg = { path: 'etc/syslog-ng/syslog-ng.conf', process: 'syslog-ng' };

  it.each([
    {
      ...rsyslogd,
      text: '$MaxMessageSize 480\n',
      name: 'maxMessageSize 480',
      mends: '$MaxMessageSize 8192\n',
    },
    {
      ...rsyslogd,
      text: 'global(workDirectory="/x"\n  maxMessageSize="512")\n',
      name: 'maxMessageSize 512',
      mends: 'global(workDirectory="/x"\n  maxMessageSize="8192")\n',
    },
    {
      ...syslogNg,
      text: 'options { chain_hostnames(off); log-msg-size(500); };\n',
      name: 'log-msg-size() 500',
      mends: 'options { chain_hostnames(off); log-msg-size(8192); };\n',
    },
  ])('$name', ({ path, process, text, name, mends }) => {
    const line = text.slice(0, text.indexOf(name.slice(-3))).split('\n').length;
    expect(weaknesses({ [path]: text }, process)).toEqual([
      `cut /${path}:${line}: ${name} cuts messages at fewer than 600 bytes`,
    ]);
    expect(mended(path, text, process)).toBe(mends);
  });

  it('may be busybox as Alpine builds it', () => {
    const busybox = '/sbin/syslogd -n';
    const root = hostWith({ 'etc/alpine-release': '3.20.3\n' }, busybox);
    symlinkSync('/bin/busybox', join(root, 'proc', '10', 'exe'));
    expect(findSyslogDaemons(root)).toMatchObject([{ isRunning: true, weaknesses: [{ kind: 'cut' }] }]);
  });

  it.each([
    { ...rsyslogd, text: '$MaxMessageSize 1k\nglobal(maxMessageSize="64k")\n# $MaxMessageSize 100\n' },
    { ...syslogNg, text: 'options { log-msg-size(2KiB); log_msg_size(600); };\n' },
  ])('is not one that cuts later: $process', ({ path, process, text }) => {
    expect(weaknesses({ [path]: text }, process)).toEqual([]);
  });
});
