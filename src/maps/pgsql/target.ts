/** Which table an `output pgsql` line names: the parts of its URL, and under what name this host's rows stand. Pure. */
import type { Output } from '../../config/settings.ts';

/** How the connection is protected, in the words of libpq. */
type SslMode = 'disable' | 'require' | 'verify-full';

/** A table, and whose rows in it are ours. */
export interface Target {
  /** A name, an address, or the folder of a Unix socket. */
  readonly host: string;
  readonly port: number;
  /** undefined: the account that Exact runs as. */
  readonly user: string | undefined;
  readonly database: string;
  /** Only where the URL holds it. */
  readonly password: string | undefined;
  /** undefined: as PGSSLMODE has it, or none. */
  readonly sslMode: SslMode | undefined;
  /** What this host's rows are known by. */
  readonly source: string;
  /** Names the table and the rows in it without a password; tells one configured table from another. */
  readonly key: string;
}

const parameters = ['host', 'user', 'password', 'sslmode'];
const sslModes: readonly string[] = ['disable', 'require', 'verify-full'] satisfies SslMode[];

/** Returns what an output names, or why it names nothing. `hostName` is the source where no option says another. */
export function readTarget(output: Output, hostName: string): Target | { readonly reason: string } {
  const url = new URL(output.path);
  if (!/^postgres(ql)?:$/.test(url.protocol)) return { reason: 'not a URL that begins postgres://' };
  const given = url.searchParams;
  const unknown = [...given.keys()].find((name) => !parameters.includes(name));
  if (unknown !== undefined)
    return { reason: `knows no '${unknown}' in its URL, only ${parameters.join(', ')}` };
  const sslMode = given.get('sslmode') ?? undefined;
  if (sslMode !== undefined && !sslModes.includes(sslMode)) {
    return { reason: `sslmode is ${sslModes.join(', ')}` };
  }
  let parts: string[];
  try {
    parts = [url.pathname.slice(1), url.username, url.password].map(decodeURIComponent);
  } catch {
    return { reason: 'holds a % that begins no %XX' };
  }
  const [database = '', user = '', password = ''] = parts;
  if (database === '') return { reason: 'names no database, as in postgres://user@host/database' };
  const host = given.get('host') ?? url.hostname.replace(/^\[(.*)\]$/, '$1');
  if (host === '') return { reason: 'names no host; a socket is postgres:///database?host=/run/postgresql' };
  const port = url.port === '' ? 5432 : Number(url.port);
  const source =
    output.options.find((word) => word.startsWith('source='))?.slice('source='.length) ?? hostName;
  const name = user || (given.get('user') ?? '');
  return {
    host,
    port,
    database,
    user: name || undefined,
    password: password || (given.get('password') ?? undefined),
    sslMode: sslMode as SslMode | undefined,
    source,
    key: `${name}@${host}:${port}/${database} ${output.families} of ${source}`,
  };
}
