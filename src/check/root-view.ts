/**
 * What only root may see of a host, and is looked at first: whether root can trust the configuration, the configurations
 * of an MTA, of the syslog daemon and of POP and IMAP servers, and other accounts' cron jobs.
 */
import type { Settings } from '../config/settings.ts';
import { dropPrivileges } from '../host/privileges.ts';
import { type Caution, presentServers, unheededCautions } from './cautions.ts';
import { attempt, type Finding } from './finding.ts';
import { checkMtas } from './mtas.ts';
import { findPathUnit, type PathUnit } from './path-unit.ts';
import type { SeenDaemon } from './syslog/daemon.ts';
import { findSyslogDaemons } from './syslog/daemons.ts';
import { findJobs, type Jobs } from './timer.ts';

/** What was seen before root was given up. */
export interface RootView {
  readonly config: readonly Finding[];
  readonly mtas: readonly Finding[];
  readonly jobs: Jobs;
  readonly pathUnit?: PathUnit;
  readonly syslogDaemons: readonly SeenDaemon[];
  readonly cautions: readonly Caution[];
  /** Servers that hand line ends of clients on, as far as their configurations tell. */
  readonly lineEndServers: readonly string[];
}

/** The variable by which a process of root hands its view to the one that goes on as the account. */
const handedView = 'EXACT_SEEN_BY_ROOT';

/** Looks as whoever this process is, unless a process of root has looked before it. */
export async function lookAsRoot(
  config: readonly Finding[],
  settings: Settings,
  env: Readonly<Record<string, string | undefined>>,
): Promise<RootView> {
  const handed = env[handedView];
  if (handed !== undefined && process.geteuid?.() !== 0) return JSON.parse(handed) as RootView;
  const pathUnit = findPathUnit();
  return {
    config,
    mtas: await attempt('mta', () => checkMtas(settings)),
    jobs: findJobs(),
    ...(pathUnit === undefined ? {} : { pathUnit }),
    syslogDaemons: findSyslogDaemons(),
    cautions: unheededCautions(),
    lineEndServers: presentServers(),
  };
}

/** Becomes the account of Exact, as dropPrivileges() does; what was seen is seen still. */
export function becomeAccount(settings: Settings, view: RootView): void {
  dropPrivileges(settings, { [handedView]: JSON.stringify(view) });
}
