/** How Exim looks maps up: its lookup types, and what its configuration says to ask each. */
import { eximKey } from '../../maps/cdb.ts';
import { holdsFamily, type Output } from '../../maps/output.ts';
import { typeOf } from '../../maps/publisher.ts';
import { namesUsers } from '../../maps/user-values.ts';
import { addressIn } from '../ask-program.ts';
import type { LookupsByType } from '../mta.ts';

/** A map, and how Exim reads it. */
export interface EximLookup {
  readonly output: Output;
  /** Its lookup type, as `exim -bV` lists them; '' for a plain list, which every Exim has. */
  readonly type: string;
  /** What a configuration that looks it up must hold. */
  readonly name: string;
  /** What people read. */
  readonly words: string;
  /** The condition by which an ACL accepts who is in the map; undefined where exact-maps(7) has more to say of it. */
  readonly condition?: string;
  /** Whether a list of hosts may name it by its lookup type: there it wants `net-` before it. */
  readonly isForHostLists: boolean;
  /** The option of the output without which such a list finds no IPv6 address. */
  readonly ipv6Option?: string;
  /** Returns the expansion that is `yes` if an address or network may relay; undefined where it cannot be asked so. */
  readonly askFor?: (form: string) => string | undefined;
}

/** The output to add where there is none for Exim. */
export const usualOutput = 'cdb /var/lib/exact/relay.cdb';

const ipv6Option = 'exim-net';

/** In the order in which a configuration is told to look one up: what takes no reading of the whole file is first. */
const lookups: LookupsByType<EximLookup> = {
  cdb(output) {
    const { path, options } = output;
    const hasOption = options.includes(ipv6Option);
    const keyOf = (form: string) => (hasOption && form.includes(':') ? eximKey(form) : form);
    return {
      ...keyedFile(output, 'cdb', path),
      ...(hasOption || !holdsFamily(output, 'ipv6') ? {} : { ipv6Option }),
      askFor: (form) =>
        hasOption || !form.includes('/') ? `\${lookup{${keyOf(form)}}cdb{${path}}{yes}{no}}` : undefined,
    };
  },
  // Berkeley's, with NUL after the key, as exim_dbmbuild writes it.
  postmap: (output) =>
    output.kind === 'hash' ? keyedFile(output, 'dbm', typeOf(output).publishedPath(output)) : undefined,
  iplsearch: (output) => ({
    ...keyedFile(output, 'iplsearch', output.path),
    askFor: (form) => `\${lookup{${addressIn(form)}}iplsearch{${output.path}}{yes}{no}}`,
  }),
  pgsql: (output) => queriedTable(output, 'pgsql', 'PostgreSQL'),
  mysql: (output) => queriedTable(output, 'mysql', 'MariaDB'),
  text: (output) => ({
    output,
    type: '',
    name: output.path,
    words: `${output.type} ${output.path}`,
    condition: `hosts = ${output.path}`,
    isForHostLists: false,
    askFor: (form) => `\${if match_ip{${addressIn(form)}}{${output.path}}{yes}{no}}`,
  }),
};

const types = Object.keys(lookups);

/** A table in a database, for which exact-maps(7) has the query. */
function queriedTable(output: Output, type: string, database: string): EximLookup {
  const words = `exact_relay, in ${database}`;
  return { output, type, name: 'exact_relay', words, isForHostLists: false };
}

function keyedFile(output: Output, type: string, name: string): EximLookup {
  return {
    output,
    type,
    name,
    words: `${output.type} ${name}`,
    condition: `condition = \${lookup{$sender_host_address}${type}{${name}}{yes}{no}}`,
    isForHostLists: true,
  };
}

/** Returns how Exim looks up the map of an output; undefined if it does not. */
export function lookupOf(output: Output): EximLookup | undefined {
  return namesUsers(output) ? undefined : lookups[output.type]?.(output);
}

/** Returns which of some maps a configuration is best told to look up; undefined if there are none. */
export function bestOf(some: readonly EximLookup[]): EximLookup | undefined {
  const rankOf = ({ output }: EximLookup) => types.indexOf(output.type);
  return [...some].sort((a, b) => rankOf(a) - rankOf(b))[0];
}
