/** The syslog daemons that are known, and which of them this host has: those that run, else those that are installed. */
import { existsSync, readdirSync, readlinkSync } from 'node:fs';
import { basename, join } from 'node:path';
import { installCommand } from '../../host/install-command.ts';
import { readText } from '../../host/read-text.ts';
import type { SeenDaemon, SyslogDaemon, Weakness } from './daemon.ts';
import { rsyslog } from './rsyslog.ts';
import { syslogNg } from './syslog-ng.ts';

/** How busybox is built there, and by default; Debian builds it with 1,024. */
const shortInAlpine: Weakness = {
  where: "busybox' syslogd of Alpine",
  text: 'cuts messages at 256 bytes, logins too, which are lost then',
  kind: 'cut',
  fix: 'apk add rsyslog && rc-update del syslog boot && rc-update add rsyslog boot && rc-service syslog stop && rc-service rsyslog start',
};

/** Nothing can be set of these. */
const daemons: readonly SyslogDaemon[] = [
  rsyslog,
  syslogNg,
  {
    name: 'socklog',
    process: 'socklog',
    paths: ['/usr/sbin/socklog', '/usr/bin/socklog'],
    strength: '',
    weaknesses: () => [
      {
        where: 'socklog',
        text: 'writes line ends within a message as they are, and no setting changes that',
        kind: 'line end',
        fix: installCommand('rsyslog') ?? 'install rsyslog',
      },
    ],
  },
  {
    name: 'syslogd of inetutils',
    process: 'syslogd',
    // Other packages bring a program of this name.
    paths: ['/usr/share/doc/inetutils-syslogd'],
    strength: 'line ends within a message become blanks',
    weaknesses: () => [],
  },
  {
    name: 'syslogd of busybox',
    process: 'busybox syslogd',
    paths: ['/usr/share/doc/busybox-syslogd', '/etc/alpine-release'],
    strength: 'line ends within a message become blanks',
    weaknesses: (root) => (existsSync(join(root, '/etc/alpine-release')) ? [shortInAlpine] : []),
  },
];

/** Returns the daemons of a host whose files, /proc too, lie below `root`. */
export function findSyslogDaemons(root = '/'): SeenDaemon[] {
  const processes = processNames(root);
  const isInstalled = ({ paths }: SyslogDaemon) => paths.some((path) => existsSync(join(root, path)));
  const running = daemons.filter((daemon) => processes.has(daemon.process) && isOf(daemon, isInstalled));
  const seen = running.length > 0 ? running : daemons.filter(isInstalled);
  return seen.map((daemon) => ({
    name: daemon.name,
    isRunning: running.length > 0,
    strength: daemon.strength,
    weaknesses: daemon.weaknesses(root),
  }));
}

/** A name that programs of several packages have says little by itself. */
function isOf(daemon: SyslogDaemon, isInstalled: (daemon: SyslogDaemon) => boolean): boolean {
  return daemon.process !== 'syslogd' || isInstalled(daemon);
}

/** Names of all processes: of busybox with that of what it is started as, since one program is many. */
function processNames(root: string): Set<string> {
  const proc = join(root, 'proc');
  const numbers = existsSync(proc) ? readdirSync(proc).filter((name) => /^\d+$/.test(name)) : [];
  return new Set(numbers.map((number) => processName(join(proc, number))));
}

function processName(process: string): string {
  try {
    const name = readText(join(process, 'comm')).trim();
    const [first = '', second = ''] = readText(join(process, 'cmdline')).split('\0');
    const program = programOf(process) ?? name;
    if (program !== 'busybox') return name;
    return `busybox ${basename(first) === 'busybox' ? second : basename(first)}`;
  } catch {
    // It has ended since, or is hidden from this account.
    return '';
  }
}

/** The file that a process runs; only root may see that of others. */
function programOf(process: string): string | undefined {
  try {
    return basename(readlinkSync(join(process, 'exe')));
  } catch {
    return undefined;
  }
}
