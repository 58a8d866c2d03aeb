/**
 * Does systemd's exact.path start a run as soon as the mail log is written to? It must watch what Exact reads, start what
 * the timer starts, and not give up on a log that is busy: systemd's defaults do, for good, and the timer hides it.
 */
import { existsSync } from 'node:fs';
import type { Settings } from '../config/settings.ts';
import { answerOf } from '../host/ask.ts';
import { readText } from '../host/read-text.ts';
import { watchedPaths } from '../maillog/watched-paths.ts';
import type { Finding } from './finding.ts';

/** What is seen of exact.path, and of the service that it starts. */
export interface PathUnit {
  /** Its state, as systemctl(1) has it. */
  readonly state: string;
  /** Why it failed, if it did. */
  readonly result: string;
  readonly watched: readonly string[];
  readonly starts: string;
  /** Whether systemd would fail the path, or the service, if it were started often. */
  readonly hasLimit: boolean;
  /** Whether a start that comes while the service runs is kept until that has ended. */
  readonly isQueued: boolean;
  /** The id of this host in the path of its journal; '' where it has none. */
  readonly machine: string;
}

/** What rsyslog writes at a login, and is watched in the place of the log, where it is set up as exact(8) says. */
const loginStamp = '/var/log/exact-logins';

/** Looks at exact.path; undefined where there is none. */
export function findPathUnit(): PathUnit | undefined {
  const names = 'LoadState,ActiveState,Result,Paths,Unit,TriggerLimitIntervalUSec';
  const shown = answerOf('systemctl', ['show', '-p', names, 'exact.path']) ?? '';
  if (propertyIn(shown, 'LoadState') !== 'loaded') return undefined;
  const service =
    answerOf('systemctl', ['show', '-p', 'Type,StartLimitIntervalUSec,ExecStopPost', 'exact.service']) ?? '';
  return {
    state: propertyIn(shown, 'ActiveState'),
    result: propertyIn(shown, 'Result'),
    watched: [...shown.matchAll(/^Paths=(.*) \(PathModified\)$/gm)].map(([, path = '']) => path),
    starts: propertyIn(shown, 'Unit'),
    hasLimit:
      propertyIn(shown, 'TriggerLimitIntervalUSec') !== '0' ||
      propertyIn(service, 'StartLimitIntervalUSec') !== '0',
    isQueued: propertyIn(service, 'Type') === 'exec' && propertyIn(service, 'ExecStopPost') !== '',
    machine: existsSync('/etc/machine-id') ? readText('/etc/machine-id').trim() : '',
  };
}

function propertyIn(shown: string, name: string): string {
  return new RegExp(`^${name}=(.*)$`, 'm').exec(shown)?.[1] ?? '';
}

/** Says what exact.path does; `settings` have the mail logs that the next run reads, and `hasTimer` is of exact.timer. */
export function checkPathUnit(
  unit: PathUnit | undefined,
  { maillogs }: Pick<Settings, 'maillogs'>,
  hasTimer: boolean,
): Finding[] {
  const slow = 'an address relays up to a minute after its login';
  const found = (level: Finding['level'], text: string, fix?: string): Finding[] => [
    { level, subject: 'path', text, ...(fix === undefined ? {} : { fix }) },
  ];
  if (unit === undefined) return hasTimer ? found('note', `no exact.path: ${slow}`) : [];
  const { state, result, watched, starts, hasLimit, isQueued, machine } = unit;
  if (state === 'failed') {
    const fix = 'systemctl reset-failed exact.path exact.service; systemctl restart exact.path';
    return found('FAIL', `exact.path has failed (${result}): ${slow}`, fix);
  }
  if (state !== 'active') {
    return found('WARN', `exact.path is not active: ${slow}`, 'systemctl enable --now exact.path');
  }
  const unseen = watchedPaths(maillogs, machine).filter((path) => !watched.includes(path));
  if (unseen.length > 0 && !watched.includes(loginStamp)) {
    const text = `exact.path watches ${listed(watched)}, but Exact reads ${listed(unseen)}: ${slow}`;
    return found('FAIL', text, watchFix);
  }
  if (starts !== 'exact.service') {
    const text = `exact.path starts ${starts}, but exact.timer starts exact.service: when both run at once, one does nothing`;
    return found('WARN', text, dropIn('exact.path', 'service', '[Path]', 'Unit=exact.service'));
  }
  if (hasLimit) {
    const text = 'exact.path or exact.service gives up for good on a log that is busy for some seconds';
    const path = dropIn('exact.path', 'limit', '[Path]', 'TriggerLimitIntervalSec=0');
    return found(
      'FAIL',
      text,
      `${dropIn('exact.service', 'limit', '[Unit]', 'StartLimitIntervalSec=0')}; ${path}`,
    );
  }
  if (!isQueued) {
    const text =
      'exact.service does not wait before a run: a line that is written during a run waits for the next minute';
    return found('WARN', text, 'systemctl cat exact.service');
  }
  return found('ok', `exact.path, watches ${listed(watched)}`);
}

function listed(paths: readonly string[]): string {
  return paths.length === 0 ? 'nothing' : paths.join(' and ');
}

/** Has exact.path watch what the next run reads; the package does the same. */
const watchFix = [
  'install -d /etc/systemd/system/exact.path.d',
  'exact dump --path-unit >/etc/systemd/system/exact.path.d/maillog.conf',
  'systemctl daemon-reload',
  'systemctl restart exact.path',
].join('; ');

function dropIn(unit: string, name: string, ...lines: string[]): string {
  const folder = `/etc/systemd/system/${unit}.d`;
  const words = lines.map((line) => `'${line}'`).join(' ');
  const apply = `systemctl daemon-reload; systemctl try-restart exact.path`;
  return `install -d ${folder}; printf '%s\\n' ${words} >${folder}/${name}.conf; ${apply}`;
}
