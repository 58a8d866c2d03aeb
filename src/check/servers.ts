/** Which servers serve here, by the last week of the log, and what the `server` lines say of them. */
import { addLines, setLine } from '../config/fixes.ts';
import type { Settings } from '../config/settings.ts';
import { preparedCatalog } from '../rules/prepared-catalog.ts';
import { programMatcher } from '../rules/program.ts';
import { countWords } from '../terminal/words.ts';
import type { Day } from './day.ts';
import type { Finding } from './finding.ts';
import type { ServersOfWeek } from './week.ts';

/** Every further rule is one more that a line could be made for: proposes the lines that shut them out. */
export function checkServers(settings: Settings, { logins, servers: names }: ServersOfWeek): Finding[] {
  const found = [...logins.keys()].sort();
  if (found.length === 0) return [];
  const { servers, origins } = settings;
  if (servers.includes('auto')) {
    const others = names.filter((name) => !found.includes(name)).length;
    if (others === 0) return [];
    const line = `server ${found.join(' ')}`;
    const origin = origins.get('server auto');
    const fix = origin === undefined ? addLines(settings, [line]) : setLine(settings, origin, line);
    const text =
      `only ${found.join(', ')} had logins in the last week: '${line}' would shut out the rules of ` +
      `${countWords(others, 'other server')}, which can only let in what should stay out`;
    return [{ level: 'note', subject: 'rules', text, fix }];
  }
  return [...shutOut(settings, logins), ...needless(settings, found)];
}

function shutOut(settings: Settings, logins: ServersOfWeek['logins']): Finding[] {
  return [...logins]
    .filter(([name]) => !settings.servers.includes(name))
    .map(([name, count]): Finding => {
      const text = `${name}: ${countWords(count, 'login')} in the last week, shut out by 'server'; does this host run ${name}?`;
      return { level: 'WARN', subject: 'rules', text, fix: addLines(settings, [`server ${name}`]) };
    });
}

function needless(settings: Settings, found: readonly string[]): Finding[] {
  const { servers, origins } = settings;
  if (!servers.some((name) => found.includes(name))) return [];
  return servers
    .filter((name) => !found.includes(name))
    .map((name): Finding => {
      const text = `${name}: no login in the last week: its rules can only let in what should stay out`;
      const origin = origins.get(`server ${name}`);
      const kept = servers.filter((each) => found.includes(each) && origins.get(`server ${each}`) === origin);
      return kept.length === 0
        ? { level: 'note', subject: 'rules', text }
        : {
            level: 'note',
            subject: 'rules',
            text,
            fix: setLine(settings, origin, `server ${kept.join(' ')}`),
          };
    });
}

/**
 * Returns what tells whether a server of the catalog logs here: a rule of it has read a line of the last week, or in the
 * last day a program has logged that only its rules are for.
 */
export function serversInUse(week: ServersOfWeek, { byProgram }: Day): (server: string) => boolean {
  const programs = [...byProgram.keys()];
  return (server) => week.read.has(server) || programs.some((program) => isItsAlone(server, program));
}

function isItsAlone(server: string, program: string): boolean {
  const its = preparedCatalog.filter(
    ({ programs }) => programs.length > 0 && programMatcher(programs)(program),
  );
  return its.length > 0 && its.every(({ name }) => name === server);
}
