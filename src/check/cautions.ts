/**
 * What a host must know whose log has lines of a server: the folders in src/servers say it, each in a cautions.conf that
 * the build joins (scripts/build/joined-rules.js).
 */
import texts from '../servers/*/cautions.conf';
import { readConfiguration } from './config-text.ts';
import type { Finding } from './finding.ts';

/** What is wrong with a server unless its configuration mends it. */
export interface Caution {
  /** Name of the server's folder. */
  readonly server: string;
  /** To follow the server's name. */
  readonly text: string;
  readonly fix: string;
}

/** A caution, and how to see that it is heeded. */
interface WatchedCaution extends Caution {
  /** Paths of the server's configuration, with `*` in their last part perhaps. */
  readonly files: readonly string[];
  /** What one of these files then has. */
  readonly unless: RegExp;
}

/** What is known of servers by which clients can do harm. */
export interface KnownCautions {
  /** Of what a server hands line ends on to syslog, by the name of its folder. */
  readonly lineEnds: ReadonlyMap<string, string>;
  readonly cautions: readonly WatchedCaution[];
}

/** Reads what the folders say; throws an Error for a line that is wrong: the files are the project's own. */
export function knownCautions(text: string = texts): KnownCautions {
  const lineEnds = new Map<string, string>();
  const cautions: Record<string, string>[] = [];
  let server = '';
  for (const line of text.split('\n')) {
    const [, name = '', value = ''] = /^(\S+)\s+(.*)$/.exec(line) ?? [];
    if (line === '' || line.startsWith('#')) continue;
    if (name === 'server') server = value;
    else if (name === 'line-ends') lineEnds.set(server, value);
    else if (name === 'caution') cautions.push({ server, caution: value });
    else if (['in', 'unless', 'fix'].includes(name) && cautions.at(-1)?.server === server)
      Object.assign(cautions.at(-1) ?? {}, { [name]: value });
    else throw new Error(`src/servers/${server}/cautions.conf: cannot read '${line}'`);
  }
  return { lineEnds, cautions: cautions.map(watched) };
}

function watched({ server = '', caution, fix, in: files, unless }: Record<string, string>): WatchedCaution {
  if (caution === undefined || fix === undefined || files === undefined || unless === undefined)
    throw new Error(`src/servers/${server}/cautions.conf: a caution wants 'in', 'unless' and 'fix'`);
  return { server, text: caution, fix, files: files.split(/\s+/), unless: new RegExp(unless, 'm') };
}

/** Returns the cautions that the configurations of a host do not heed; its files lie below `root`. */
export function unheededCautions(root = '/', { cautions }: KnownCautions = knownCautions()): Caution[] {
  return cautions
    .filter(({ files, unless }) => {
      const read = files.flatMap((path) => readConfiguration(root, path, () => []));
      return !read.some(({ text }) => unless.test(text));
    })
    .map(({ server, text, fix }) => ({ server, text, fix }));
}

/** Returns what is to be said of the servers that are in use. */
export function cautionFindings(
  cautions: readonly Caution[],
  isInUse: (server: string) => boolean,
): Finding[] {
  return cautions
    .filter(({ server }) => isInUse(server))
    .map(
      ({ server, text, fix }): Finding => ({
        level: 'FAIL',
        subject: 'servers',
        text: `${server} ${text}`,
        fix,
      }),
    );
}
