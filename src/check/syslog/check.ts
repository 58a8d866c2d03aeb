/**
 * Does the syslog daemon of this host keep a message in one line? Where it does not, clients may write whole lines. And
 * does it keep all of them?
 */
import type { Settings } from '../../config/settings.ts';
import { isJournal } from '../../maillog/journal-name.ts';
import type { LossCause } from '../../syslog/dropped-lines.ts';
import { countWords } from '../../terminal/words.ts';
import type { Finding } from '../finding.ts';
import type { SeenDaemon, Weakness } from './daemon.ts';

const conjunction = new Intl.ListFormat('en-GB', { type: 'conjunction' });
const alternatives = new Intl.ListFormat('en-GB', { type: 'disjunction' });

/** Servers that hand line ends of clients on to syslog, and those of them that log here. */
export interface LineEndServers {
  readonly known: readonly string[];
  readonly inUse: readonly string[];
}

/** Returns what is to be said of the daemons that were seen. */
export function checkSyslog(
  { maillogs }: Settings,
  daemons: readonly SeenDaemon[],
  servers: LineEndServers,
): Finding[] {
  // The journal keeps each message as it is, and is read as it is.
  if (maillogs.every(isJournal)) return [];
  if (daemons.length === 0) {
    const text = 'no known syslog daemon found: whether it keeps each message on one line was not checked';
    return [{ level: 'note', subject: 'syslog', text, fix: 'man 8 exact' }];
  }
  return daemons.flatMap((daemon) => daemonFindings(daemon, servers));
}

/** Returns what is to be said of lines that a daemon has dropped in the last day, by how many lines say so. */
export function checkLosses(losses: ReadonlyMap<LossCause, number>): Finding[] {
  return [...losses].map(([{ name, fix }, lines]): Finding => {
    const says = `${countWords(lines, 'line')} of the last day ${lines === 1 ? 'says' : 'say'} so`;
    const text = `lines were dropped by ${name} (${says}): logins may be among them`;
    return { level: 'WARN', subject: 'syslog', text, fix };
  });
}

function daemonFindings(
  { name, isRunning, strength, weaknesses }: SeenDaemon,
  servers: LineEndServers,
): Finding[] {
  const state = isRunning ? '' : `; ${name} is installed, but was not seen running`;
  if (weaknesses.length === 0)
    return [{ level: 'ok', subject: 'syslog', text: `${name}: ${strength}${state}` }];
  return weaknesses.map(
    (weakness): Finding => ({
      level: isRunning ? levelOf(weakness, servers) : 'note',
      subject: 'syslog',
      text: `${weakness.where}: ${weakness.text}: ${consequence(weakness, isRunning ? servers : { ...servers, inUse: [] })}${state}`,
      fix: weakness.fix,
    }),
  );
}

function levelOf({ kind }: Weakness, { inUse }: LineEndServers): Finding['level'] {
  const isUsed = inUse.length > 0;
  if (kind === 'line end') return isUsed ? 'FAIL' : 'WARN';
  return kind === 'relay' && !isUsed ? 'note' : 'WARN';
}

function consequence({ kind }: Weakness, { known, inUse }: LineEndServers): string {
  if (kind === 'rest') return 'a client that can make a line so long can write whole lines after it';
  if (kind === 'cut') return 'a client can make the line of a failed login end like that of a login';
  if (kind === 'relay')
    return 'if a sender leaves line ends of clients in its messages, clients can write whole lines';
  if (inUse.length === 0) return `a client of ${alternatives.format(known)} could write whole lines`;
  const pass = inUse.length === 1 ? 'passes' : 'pass';
  return `${conjunction.format(inUse)} here ${pass} on line ends of clients, so anybody can write whole lines`;
}
