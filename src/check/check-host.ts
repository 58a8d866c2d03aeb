/**
 * `exact update --check`: everything that can be wrong with this host, found and said in one go, as the account
 * that Exact runs as, and without changing anything.
 */

import { isConfigured, loadConfiguration } from '../config/configured.ts';
import { withNextMaillogs } from '../config/kept-maillog.ts';
import type { Settings } from '../config/settings.ts';
import { ExitStatus } from '../exit-status.ts';
import type { Invocation } from '../host/invocation.ts';
import { findNeighbours } from '../host/neighbours.ts';
import { ownAddresses } from '../host/own-addresses.ts';
import { shellWord } from '../terminal/shell-word.ts';
import { cautionFindings, knownCautions } from './cautions.ts';
import { checkClients } from './clients.ts';
import { checkConfig, checkedAs } from './config.ts';
import { attempt, type Finding } from './finding.ts';
import { checkMaillogs } from './maillogs.ts';
import { checkPathUnit } from './path-unit.ts';
import { findProxies } from './proxies.ts';
import { reportFindings } from './report.ts';
import { becomeAccount, lookAsRoot } from './root-view.ts';
import { checkRules } from './rules.ts';
import { checkServers, serversInUse } from './servers.ts';
import { checkSessions } from './sessions.ts';
import { checkState } from './state.ts';
import { checkLosses, checkSyslog } from './syslog/check.ts';
import { checkTimer } from './timer.ts';
import { readWeek } from './week.ts';

/** Looks at everything, says what it found, and returns 1 if anything keeps Exact from its work. */
export async function checkHost(invocation: Invocation): Promise<ExitStatus> {
  const loaded = loadConfiguration(invocation);
  const settings = isConfigured(loaded) ? loaded.settings : loaded.assumed;
  const config = checkConfig(loaded);
  const found = settings === undefined ? config : await checkSettings(invocation, config, settings);
  const findings = [checkedAs(settings), ...found].map(asGiven(invocation));
  if (!invocation.has('quiet')) reportFindings(invocation, findings);
  return findings.some(({ level }) => level === 'FAIL') ? ExitStatus.no : ExitStatus.ok;
}

async function checkSettings(
  invocation: Invocation,
  config: readonly Finding[],
  settings: Settings,
): Promise<Finding[]> {
  const view = await lookAsRoot(config, settings, invocation.world.env);
  const account = await attempt('user', () => {
    becomeAccount(settings, view);
    return [];
  });
  const accounts = account.map(withAccountFix(settings));
  const { findings: maillogs, day } = await checkMaillogs(invocation, settings);
  const week = await readWeek(invocation, settings);
  const isInUse = serversInUse(week, day);
  const { lineEnds } = knownCautions();
  const inUse = lineEnds.filter((server) => isInUse(server) || view.lineEndServers.includes(server));
  const syslog = checkSyslog(settings, view.syslogDaemons, { known: lineEnds, inUse });
  const cautions = cautionFindings(settings, view.cautions, isInUse);
  const rules = await attempt('rules', () => checkRules(settings, day));
  const proposed = checkServers(settings, week);
  const clients = checkClients(settings, day.clients, {
    ...findNeighbours(),
    proxies: findProxies(),
    ownAddresses: ownAddresses(),
  });
  const sessions = await attempt('sessions', () => checkSessions(invocation, settings, day));
  const { findings: state, lastRun } = await checkState(invocation, settings, day.lastLine);
  const timer = checkTimer(view.jobs, settings, lastRun, invocation.now);
  const next = withNextMaillogs(settings, invocation.now);
  const path = checkPathUnit(view.pathUnit, next, view.jobs.hasTimer);
  return [
    ...view.config,
    ...accounts,
    ...maillogs,
    ...syslog,
    ...checkLosses(day.losses),
    ...cautions,
    ...rules,
    ...proposed,
    ...clients,
    ...sessions,
    ...state,
    ...timer,
    ...path,
    ...view.mtas,
  ];
}

/** An account as README has it made. */
function withAccountFix({ user }: Settings): (finding: Finding) => Finding {
  return (finding) => {
    if (user === undefined || finding.kind !== 'no such user') return finding;
    const home = '--home-dir /var/lib/exact --shell /usr/sbin/nologin';
    return { ...finding, fix: `useradd --system ${home} --groups adm ${shellWord(user)}` };
  };
}

/** What a fix has Exact do is to be done with what was looked at. */
function asGiven(invocation: Invocation): (finding: Finding) => Finding {
  return (finding) =>
    finding.fix === undefined
      ? { ...finding, ...lastResort(finding) }
      : { ...finding, fix: invocation.repeat(finding.fix) };
}

/** Where nothing better is known, what fails still says where to begin. */
function lastResort({ level, subject }: Finding): Pick<Finding, 'fix'> {
  if (level !== 'FAIL') return {};
  if (subject === 'config') return { fix: 'correct that line; exact.conf(5) lists every name and value' };
  if (subject === 'maillog')
    return { fix: "write 'maillog PATH' for the log that is written to; ls -ltr /var/log shows it" };
  return { fix: 'exact(8) says what must be there' };
}
