/** What is to be said of the configuration itself, and of the account that looks at the host. */
import { accountById } from '../../accounts.ts';
import { parameters } from '../../config/parameters.ts';
import type { Settings } from '../../config/settings.ts';
import { type Configured, isConfigured, type Misconfigured } from '../configured.ts';
import { type Finding, findingOf } from './finding.ts';

/** Names in the configuration that only the daemon of EXACT 1.41 needed. */
const unusedNames = parameters.filter(({ unused }) => unused !== undefined).map(({ name }) => name);

/** Returns everything that is wrong with the configuration, and what it has that does nothing. */
export function checkConfig(loaded: Configured | Misconfigured): Finding[] {
  if (!isConfigured(loaded)) {
    return [
      ...loaded.problems.map((problem) => findingOf(problem.isWarning ? 'WARN' : 'FAIL', 'config', problem)),
      ...(loaded.assumed === undefined
        ? [{ level: 'note', subject: 'config', text: 'the rest of the host was not looked at' } as const]
        : []),
    ];
  }
  const { settings, warnings, notes } = loaded;
  const telling = notes.filter(({ what }) => !unusedNames.some((name) => what === `${name} has no effect`));
  return [
    { level: 'ok', subject: 'config', text: fileWords(settings) },
    ...warnings.map((problem) => findingOf('WARN', 'config', problem)),
    ...telling.map((problem) => findingOf('note', 'config', problem)),
  ];
}

function fileWords({ file, origins }: Settings): string {
  if (file === undefined) return 'no configuration file: defaults serve';
  const isInFile = ({ name }: { name: string }) => origins.get(name)?.startsWith(`${file}:`);
  const named = parameters.filter(isInFile).filter(({ name }) => !isMeantByAuthfile(name, origins));
  const unused = unusedNames.filter((name) => named.some((each) => each.name === name));
  if (unused.length === 0) return file;
  const have = unused.length === 1 ? 'has' : 'have';
  const names = [unused.slice(0, -1).join(', '), unused.at(-1)].filter(Boolean).join(' and ');
  return `${file}: ${named.length - unused.length} of ${named.length} names in use; ${names} ${have} no effect`;
}

/** `authfile` also says where the state and the output are. */
function isMeantByAuthfile(name: string, origins: Settings['origins']): boolean {
  return (name === 'state' || name === 'output') && origins.get(name) === origins.get('authfile');
}

/** Returns as whom the host is looked at: what another account may do was not tried. */
export function checkedAs(settings: Settings | undefined): Finding {
  const name = ownName();
  const origin = settings?.origins.get('user');
  const wanted = settings?.user;
  if (wanted !== undefined && wanted !== name) {
    const text = `checked as user ${name}, not as ${wanted} (user, ${origin}): what ${wanted} may do was not tried`;
    return { level: 'WARN', subject: 'user', text, fix: 'sudo exact update --check' };
  }
  const why = wanted === undefined ? '' : ` (user, ${origin})`;
  return { level: 'ok', subject: 'user', text: `checked as user ${name}${why}, read-only` };
}

/** Returns the name of the account that this process is. */
export function ownName(): string {
  const uid = process.geteuid?.() ?? 0;
  return accountById(uid)?.name ?? String(uid);
}
