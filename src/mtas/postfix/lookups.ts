/** How Postfix looks maps up: the names that its lists of restrictions call them by. */
import type { Output } from '../../maps/output.ts';
import { postfixKeys } from '../../maps/postfix-keys.ts';
import { namesUsers } from '../../maps/user-values.ts';
import { addressIn } from '../ask-program.ts';
import type { LookupsByType } from '../mta.ts';

/** A map as main.cf names it. */
export interface PostfixLookup {
  readonly output: Output;
  /** The type of the table, as `postconf -m` lists it. */
  readonly type: string;
  /** `cdb:/var/lib/exact/relay`; for a shared table `pgsql:` or `mysql:`, since its file may have any name. */
  readonly name: string;
  /** A table in a database, of which main.cf names a file of settings. */
  readonly isShared: boolean;
  /** The kind of map that is put in the place of one that Postfix reads badly. */
  readonly isUsual: boolean;
  /** Whether it is asked for keys: an IPv6 network is then found by check_client_access alone. */
  readonly isKeyed: boolean;
  /** Returns the key of an address or network. */
  keyOf(form: string): string;
}

/** The output to add where there is none for Postfix. */
export const usualOutput = 'cdb /var/lib/exact/relay.cdb';

const lookups: LookupsByType<PostfixLookup> = {
  // Postfix adds the suffix itself, and opens no cdb that has none.
  cdb: (output) =>
    output.path.endsWith('.cdb')
      ? { ...tableOf(output, 'cdb', output.path.slice(0, -'.cdb'.length)), ...keyed, isUsual: true }
      : undefined,
  postmap: (output) => ({ ...tableOf(output, output.kind, output.path), ...keyed }),
  cidr: (output) => tableOf(output, 'cidr', output.path),
  pgsql: (output) => ({ ...tableOf(output, 'pgsql', ''), isShared: true }),
  mysql: (output) => ({ ...tableOf(output, 'mysql', ''), isShared: true }),
};

const keyed = { isKeyed: true, keyOf: (form: string) => postfixKeys(form)[0] };

function tableOf(output: Output, type: string, path: string): PostfixLookup {
  const name = `${type}:${path}`;
  return { output, type, name, isShared: false, isUsual: false, isKeyed: false, keyOf: addressIn };
}

/** Returns how Postfix looks up the map of an output; undefined if it does not. */
export function lookupOf(output: Output): PostfixLookup | undefined {
  return namesUsers(output) ? undefined : lookups[output.type]?.(output);
}

/** Reports whether a word of a list names a map, through proxymap(8) too. */
export function isNamedBy(word: string, { name, isShared }: PostfixLookup): boolean {
  const plain = word.replace(/^proxy:/, '');
  return isShared ? plain.startsWith(name) : plain === name;
}

/** Returns the word to write into a list; exact-maps(7) has the file of a shared table by this name. */
function wordFor({ type, name, isShared }: PostfixLookup): string {
  return isShared ? `${name}/etc/postfix/exact-${type}.cf` : name;
}

/** The maps that hold one family of addresses, by the words that name them in Postfix's configuration. */
export interface NamedTable {
  readonly lookups: readonly PostfixLookup[];
  /** Whether a word names one of these maps itself. */
  isNamed(word: string): boolean;
  /** Whether a word names a map of ours, be it of the other family. */
  isOurs(word: string): boolean;
  /** Returns what a word makes of an address in the maps, `OK` where it names one itself; undefined for others. */
  answerBy(word: string): string | undefined;
  /** How to name the map in a list that has none of them yet. */
  readonly word: string;
}

/** Returns what names maps; `wanted` is the one to write where none is named, `all` are those of both families. */
export function namedTable(
  lookups: readonly PostfixLookup[],
  wanted: PostfixLookup,
  all: readonly PostfixLookup[] = lookups,
): NamedTable {
  const isNamed = (word: string) => lookups.some((lookup) => isNamedBy(word, lookup));
  return {
    lookups,
    isNamed,
    isOurs: (word) => all.some((lookup) => isNamedBy(word, lookup)),
    answerBy(word) {
      if (isNamed(word)) return 'OK';
      const [, table = '', answer] =
        /^pipemap:\{\s*([^\s,{}]+)[\s,]+inline:\{\s*(.*?)\s*\}\s*\}$/s.exec(word) ?? [];
      if (answer === undefined || !isNamed(table)) return undefined;
      return /^\{?\s*OK\s*=\s*([^{}]*?)\s*\}?$/s.exec(answer)?.[1];
    },
    word: wordFor(wanted),
  };
}

/** Returns a table that makes another answer of the one that maps give. */
export function piped(word: string, answer: string): string {
  return `pipemap:{${word},inline:{OK=${answer}}}`;
}
