/** The servers that a URL names: `postgres://user@a,b:5433/database`, each perhaps with a port, as libpq has it. Pure. */

/** A server: a name, an address, or the folder of a Unix socket. */
export interface Server {
  readonly host: string;
  readonly port: number;
}

/** Returns a URL with its first server alone, and what it says of the others. */
export function splitServers(url: string): { readonly first: string; readonly others: readonly string[] } {
  const [, head = '', login = '', servers = '', rest = ''] =
    /^([a-z]+:\/\/)((?:[^/?#]*@)?)([^/?#]*)(.*)$/is.exec(url) ?? [];
  if (!servers.includes(',')) return { first: url, others: [] };
  const [first = '', ...others] = servers.split(',');
  return { first: `${head}${login}${first}${rest}`, others };
}

/** Returns the server that a text such as `b:5433` or `[2001:db8::5]` names, or undefined. */
export function serverOf(text: string, usualPort: number): Server | undefined {
  const [, address, name, port] = /^(?:\[([\da-f:.]+)\]|([^:[\]@\s]+))(?::(\d{1,5}))?$/i.exec(text) ?? [];
  const host = address ?? name;
  if (host === undefined || Number(port ?? 0) > 65_535) return undefined;
  try {
    return { host: decodeURIComponent(host), port: Number(port ?? usualPort) };
  } catch {
    return undefined;
  }
}

/** How a server is called where there are several: `b:5433`. */
export function serverName({ host, port }: Server): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
