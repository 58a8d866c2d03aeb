/** What is to be said of the configuration itself, and of the account that looks at the host. */

import { dirname } from 'node:path';
import { type Configured, isConfigured, type Misconfigured } from '../config/configured.ts';
import { parameters } from '../config/parameters.ts';
import type { Settings } from '../config/settings.ts';
import { accountById } from '../host/accounts.ts';
import { statIfSeen } from '../maillog/regular-file.ts';
import { type Finding, findingOf } from './finding.ts';

/** Names in the configuration that only the daemon of EXACT 1.41 needed. */
const unusedNames = parameters.filter(({ unused }) => unused !== undefined).map(({ name }) => name);

/** Returns everything that is wrong with the configuration, and what it has that does nothing. */
export function checkConfig(loaded: Configured | Misconfigured): Finding[] {
  if (!isConfigured(loaded)) {
    return [
      ...loaded.problems.map((problem) => findingOf(problem.isWarning ? 'WARN' : 'FAIL', 'config', problem)),
      ...(loaded.assumed === undefined
        ? [{ level: 'note', subject: 'config', text: 'the rest of the host was not checked' } as const]
        : []),
    ];
  }
  const { settings, warnings, notes } = loaded;
  // These are named in one line with the file.
  const telling = notes.filter(({ kind }) => kind !== 'no effect');
  return [
    { level: 'ok', subject: 'config', text: fileWords(settings) },
    ...warnings.map((problem) => findingOf('WARN', 'config', problem)),
    ...telling.map((problem) => findingOf('note', 'config', problem)),
  ];
}

function fileWords({ file, origins }: Settings): string {
  if (file === undefined) return 'no configuration file: the defaults are in use';
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
  const wanted = settings === undefined ? undefined : accountOf(settings);
  const why = wanted === undefined ? '' : ` (${wanted.why})`;
  // Root that could not become the account is told of by itself.
  if (wanted === undefined || wanted.name === name || process.geteuid?.() === 0) {
    const text = `checked as user ${name}${wanted?.name === name ? why : ''}, read-only`;
    return { level: 'ok', subject: 'user', text };
  }
  const text = `checked as user ${name}, not as ${wanted.name}${why}: what ${wanted.name} may do was not checked`;
  return { level: 'WARN', subject: 'user', text, fix: 'sudo exact update --check' };
}

/** Returns whether this process is the account that Exact runs as: what it may do is what that may do. */
export function isAccount(settings: Settings): boolean {
  return process.geteuid?.() === 0 || (accountOf(settings)?.name ?? ownName()) === ownName();
}

/** The account of `user`, or the owner of the state's folder; undefined where neither is there. */
function accountOf({
  user,
  origins,
  state,
}: Settings): { readonly name: string; readonly why: string } | undefined {
  if (user !== undefined) return { name: user, why: `user, ${origins.get('user')}` };
  const folder = dirname(state);
  const owner = statIfSeen(folder)?.uid;
  const name = owner === undefined ? undefined : accountById(owner)?.name;
  return name === undefined ? undefined : { name, why: `owner of ${folder}` };
}

/** Returns the name of the account that this process is. */
export function ownName(): string {
  const uid = process.geteuid?.() ?? 0;
  return accountById(uid)?.name ?? String(uid);
}
