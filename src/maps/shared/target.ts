/**
 * Which table an `output` line names: the parts of its URL, which are the same for each database but for some words, and
 * under what name this host's rows stand. Pure.
 */
import type { Output } from '../output.ts';
import { type Server, serverOf, splitServers } from './servers.ts';
import { longestName, wholeName } from './stored-name.ts';

/** How the connection is protected, in the words of libpq. */
type SslMode = 'disable' | 'require' | 'verify-full';

/** A table, and whose rows in it are ours. */
export interface Target {
  /** A name, an address, or the path of a Unix socket: for PostgreSQL of its folder. */
  readonly host: string;
  readonly port: number;
  /** Servers that are tried after it, in their order. */
  readonly others: readonly Server[];
  /** Whether a server that takes no writes is passed over. */
  readonly isWriterSought: boolean;
  /** undefined: the account that Exact runs as. */
  readonly user: string | undefined;
  readonly database: string;
  /** Only where the URL holds it. */
  readonly password: string | undefined;
  readonly sslMode: SslMode;
  /** The file of the authorities that may sign the server's certificate; undefined: those that Node.js knows. */
  readonly sslRootCert: string | undefined;
  /** The file with the password, in place of the usual one. */
  readonly passwordFile: string | undefined;
  /** What this host's rows are known by. */
  readonly source: string;
  /**
   * Names the table and the rows in it without a password; tells one configured table from another. Of several servers
   * the first: they have the same table.
   */
  readonly key: string;
}

/** What URLs of one database have of their own. */
export interface UrlForm {
  /** As it begins: `postgres`. */
  readonly scheme: string;
  /** Other words for that. */
  readonly otherSchemes: readonly string[];
  /** The port where the URL names none. */
  readonly port: number;
  /** A socket, for one who has named no host. */
  readonly socket: string;
  /** What tells tables from those of another database, before the name of one. */
  readonly keyPrefix: string;
}

const parameters = [
  ...['host', 'user', 'password', 'passfile', 'sslmode', 'sslrootcert'],
  'target_session_attrs',
];
/** Of target_session_attrs: what asks for a server that takes writes, and what for none in particular. */
const writer: readonly string[] = ['read-write', 'primary'];
const anyServer = 'any';
/** Those that are paths; Exact may be started anywhere. */
const pathParameters = ['passfile', 'sslrootcert'];
const sslModes: readonly string[] = ['disable', 'require', 'verify-full'] satisfies SslMode[];

/** Returns what an output names, or why it names nothing. `ownName` is the source where no option says another. */
export function readUrl(
  form: UrlForm,
  output: Output,
  ownName: string,
): Target | { readonly reason: string } {
  const { scheme } = form;
  const { first, others } = splitServers(output.path);
  const url = new URL(first);
  if (![scheme, ...form.otherSchemes].includes(url.protocol.slice(0, -1)))
    return { reason: `not a URL that begins ${scheme}://` };
  const given = url.searchParams;
  const unknown = [...given.keys()].find((name) => !parameters.includes(name));
  if (unknown !== undefined)
    return { reason: `does not know '${unknown}' in its URL, only ${parameters.join(', ')}` };
  const relative = pathParameters.find((name) => given.get(name)?.startsWith('/') === false);
  if (relative !== undefined) return { reason: `${relative} is not an absolute path` };
  let parts: string[];
  try {
    parts = [url.pathname.slice(1), url.username, url.password, url.hostname].map(decodeURIComponent);
  } catch {
    return { reason: 'holds a % without two hexadecimal digits after it' };
  }
  const [database = '', user = '', password = '', hostName = ''] = parts;
  if (database === '') return { reason: `names no database, as in ${scheme}://user@host/database` };
  const host = given.get('host') ?? hostName.replace(/^\[(.*)\]$/, '$1');
  if (host === '') return { reason: `names no host; a socket is ${scheme}:///database?host=${form.socket}` };
  const servers = others.map((text) => serverOf(text, form.port));
  const wrong = others[servers.indexOf(undefined)];
  if (wrong !== undefined) return { reason: `names a server '${wrong}', which is none` };
  if (servers.length > 0 && (given.has('host') || hostName === ''))
    return { reason: 'names several servers and host= or an empty one' };
  const attributes = given.get('target_session_attrs') ?? (servers.length > 0 ? writer[0] : anyServer);
  if (attributes !== anyServer && !writer.includes(attributes ?? ''))
    return { reason: `target_session_attrs is ${[...writer, anyServer].join(', ')}, since Exact writes` };
  const sslMode = given.get('sslmode') ?? 'disable';
  const sslRootCert = given.get('sslrootcert') ?? undefined;
  const sslReason = sslRefusal(host, sslMode, sslRootCert);
  if (sslReason !== undefined) return { reason: sslReason };
  const port = url.port === '' ? form.port : Number(url.port);
  const source =
    output.options.find((word) => word.startsWith('source='))?.slice('source='.length) ?? ownName;
  // As a part of a key in the table it has to fit there.
  if (source.length > longestName || wholeName(source) !== source)
    return { reason: `source= has more than ${longestName} characters, or some that are none of a name` };
  const name = user || (given.get('user') ?? '');
  return {
    host,
    port,
    others: servers.filter((server) => server !== undefined),
    isWriterSought: attributes !== anyServer,
    database,
    user: name || undefined,
    password: password || (given.get('password') ?? undefined),
    sslMode: sslMode as SslMode,
    sslRootCert,
    passwordFile: given.get('passfile') ?? undefined,
    source,
    key: `${form.keyPrefix}${name}@${host}:${port}/${database} ${output.families} of ${source}`,
  };
}

/** What would be read and have no effect leaves a connection open to whoever stands between. */
function sslRefusal(host: string, mode: string, rootCert: string | undefined): string | undefined {
  if (!sslModes.includes(mode)) return `sslmode is ${sslModes.join(', ')}`;
  if (rootCert !== undefined && mode !== 'verify-full') return 'sslrootcert wants sslmode=verify-full';
  if (host.startsWith('/') && mode !== 'disable') return `a socket has no TLS; remove sslmode=${mode}`;
  return undefined;
}
