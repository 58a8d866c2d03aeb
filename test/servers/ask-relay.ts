/** Asks servers whether they would relay, as clients at real addresses: once, or over and over while something happens. */
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hostAddress, type Namespace } from './namespace.ts';

/** A server, and the recipient elsewhere that it is asked for. */
export interface AskedServer {
  readonly port: number;
  readonly recipient: string;
}

/** The replies that a client gets up to that to RCPT: with 250 as the last code, the server relays. */
export function repliesWith(code: number): string {
  return `220 250 250 ${code}`;
}

/** Asks a server as each client once, all at the same time; returns the reply codes, or how it went wrong, by address. */
export async function askRelay(
  host: Namespace,
  server: AskedServer,
  sources: readonly string[],
): Promise<Record<string, string>> {
  const target = { ...server, clients: sources.map((source) => ({ source, server: metBy(source) })) };
  const answers = JSON.parse(await runScript(host, [], [target])) as Record<string, string>[];
  return answers[0] ?? {};
}

/** A server that is watched, and the reply code that each client has to hear. */
export interface WatchedServer extends AskedServer {
  readonly name: string;
  readonly clients: readonly { readonly source: string; readonly code: number }[];
}

/** What the clients of one server saw. */
export interface Seen {
  readonly name: string;
  readonly connections: number;
  /** Address and replies that were other than wanted; at most a hundred. */
  readonly wrong: readonly string[];
}

/** Has the clients of each server ask in turn, every 50 ms for as long as `step` takes; returns what they saw. */
export async function watchRelay(
  host: Namespace,
  servers: readonly WatchedServer[],
  step: () => Promise<void>,
): Promise<Seen[]> {
  const end = join(host.folder, 'watched-enough');
  const targets = servers.map((server) => ({
    ...server,
    clients: server.clients.map(({ source, code }) => ({
      source,
      server: metBy(source),
      want: repliesWith(code),
    })),
  }));
  const watching = runScript(host, [end], targets);
  try {
    await step();
  } finally {
    await writeFile(end, '');
    await watching.catch(() => {});
    await rm(end);
  }
  return JSON.parse(await watching) as Seen[];
}

/**
 * Asks as a client, over and over, until the server's last reply has a code, and returns when that connection was begun, in
 * milliseconds since 1970.
 */
export async function hears(
  host: Namespace,
  server: AskedServer,
  source: string,
  code: number,
): Promise<number> {
  const target = { ...server, clients: [{ source, server: metBy(source) }], until: repliesWith(code) };
  const [when] = JSON.parse(await runScript(host, [], [target])) as [number];
  return when;
}

function metBy(source: string): string {
  return source.includes(':') ? hostAddress.ipv6 : hostAddress.ipv4;
}

function runScript(host: Namespace, args: readonly string[], targets: unknown): Promise<string> {
  const script = fileURLToPath(new URL('ask-relay.js', import.meta.url));
  return host.must([process.execPath, script, ...args], JSON.stringify(targets));
}
