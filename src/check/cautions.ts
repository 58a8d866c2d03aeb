/**
 * What a host must know whose log has lines of a server: the folders in src/servers say it, each in a cautions.conf that
 * the build joins (scripts/build/joined-rules.js).
 */
import type { Settings } from '../config/settings.ts';
import type { Level } from '../mtas/mta.ts';
import texts from '../servers/*/cautions.conf';
import { readConfiguration } from './config-text.ts';
import type { Finding } from './finding.ts';

/** What is wrong with a server, or must be known of it. */
export interface Caution {
  /** Name of the server's folder. */
  readonly server: string;
  /** FAIL where it opens the relay to anybody. */
  readonly level: Level;
  /** To follow the server's name. */
  readonly text: string;
  /** '' where there is nothing to be done. */
  readonly fix: string;
}

/** What the configuration of a server may have. */
interface Trait {
  readonly server: string;
  /** Paths of the configuration, with `*` in their last part perhaps. */
  readonly files: readonly string[];
  /** What one of these files then has. */
  readonly pattern: RegExp;
}

/** What is known of servers by which clients can do harm. */
export interface KnownCautions {
  /** Servers that hand line ends of clients on to syslog. */
  readonly lineEnds: readonly string[];
  /** Which of them serve mail here, where their configurations tell. */
  readonly present: readonly Trait[];
  /** What a configuration has may mend what is wrong, or be it; where none is asked it always applies. */
  readonly cautions: readonly (Caution & { readonly trait?: Trait })[];
}

/** Lines of a folder's cautions.conf that belong together, by their names. */
type Entry = Readonly<Record<string, string>>;

/** Reads what the folders say; throws an Error for a line that is wrong: the files are the project's own. */
export function knownCautions(text: string = texts): KnownCautions {
  const entries = entriesOf(text);
  const lineEnds = entries.filter((entry) => entry['line-ends'] !== undefined);
  return {
    lineEnds: lineEnds.map(({ server = '' }) => server),
    present: lineEnds.flatMap((entry) => (entry.has === undefined ? [] : [traitOf(entry, 'has')])),
    cautions: entries.flatMap(cautionsOf),
  };
}

function cautionsOf(entry: Entry): KnownCautions['cautions'] {
  const { server = '', caution, warning, note, fix = '' } = entry;
  if (caution !== undefined)
    return [{ server, level: 'FAIL', text: caution, fix, trait: traitOf(entry, 'unless') }];
  const text = warning ?? note;
  if (text === undefined) return [];
  const level = warning === undefined ? 'note' : 'WARN';
  return [{ server, level, text, fix, ...(entry.in === undefined ? {} : { trait: traitOf(entry, 'has') }) }];
}

const kinds: readonly string[] = ['line-ends', 'caution', 'warning', 'note'];

function entriesOf(text: string): Entry[] {
  const entries: Record<string, string>[] = [];
  let server = '';
  for (const line of text.split('\n')) {
    const [, name = '', value = ''] = /^(\S+)\s+(.*)$/.exec(line) ?? [];
    const last = entries.at(-1);
    if (line === '' || line.startsWith('#')) continue;
    if (name === 'server') server = value;
    else if (kinds.includes(name)) entries.push({ server, [name]: value });
    else if (['in', 'has', 'unless', 'fix'].includes(name) && last?.server === server) last[name] = value;
    else throw new Error(`src/servers/${server}/cautions.conf: cannot read '${line}'`);
  }
  return entries;
}

function traitOf(entry: Entry, name: string): Trait {
  const { server = '', in: files, [name]: pattern } = entry;
  if (files === undefined || pattern === undefined)
    throw new Error(`src/servers/${server}/cautions.conf: wanted 'in' and '${name}'`);
  return { server, files: files.split(/\s+/), pattern: new RegExp(pattern, 'm') };
}

/** Returns the cautions that apply to a host by its configurations; its files lie below `root`. */
export function unheededCautions(root = '/', { cautions }: KnownCautions = knownCautions()): Caution[] {
  return cautions
    .filter(({ level, trait }) => trait === undefined || hasTrait(root, trait) !== (level === 'FAIL'))
    .map(({ server, level, text, fix }) => ({ server, level, text, fix }));
}

/** Returns the servers that hand line ends on and, by their configurations below `root`, serve mail here. */
export function presentServers(root = '/', { present }: KnownCautions = knownCautions()): string[] {
  return present.filter((trait) => hasTrait(root, trait)).map(({ server }) => server);
}

function hasTrait(root: string, { files, pattern }: Trait): boolean {
  const read = files.flatMap((path) => readConfiguration(root, path, () => []));
  return read.some(({ text }) => pattern.test(text));
}

/** Returns what is to be said of the servers that are in use; where their logins count, it opens the relay. */
export function cautionFindings(
  { servers }: Settings,
  cautions: readonly Caution[],
  isInUse: (server: string) => boolean,
): Finding[] {
  const counts = (server: string) => servers.includes('auto') || servers.includes(server);
  return cautions
    .filter(({ server, level }) => isInUse(server) && (level === 'FAIL' || counts(server)))
    .map(({ server, level, text, fix }): Finding => {
      const mends = fix === '' ? {} : { fix };
      if (level !== 'FAIL') return { level, subject: 'servers', text: `${server} ${text}`, ...mends };
      const told = counts(server) ? `${text}: anybody may relay` : `${text}; its logins do not count`;
      return {
        level: counts(server) ? 'FAIL' : 'note',
        subject: 'servers',
        text: `${server} ${told}`,
        ...mends,
      };
    });
}
