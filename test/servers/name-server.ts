/** A name server of a test's own, which the resolver inside its namespace asks: for DNS lists, names of clients, SPF. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Namespace } from './namespace.ts';

/** What it knows of a name, by the type of the record. */
export type NameRecords = Readonly<Partial<Record<'A' | 'PTR' | 'MX' | 'TXT', string | readonly string[]>>>;

/** Starts it; no other name exists. /etc is a layer of the namespace's own, by unpackPackages(). */
export async function startNameServer(
  host: Namespace,
  names: Readonly<Record<string, NameRecords>>,
): Promise<void> {
  await host.must(['sh', '-c', 'rm -f /etc/resolv.conf; echo nameserver 127.0.0.1 >/etc/resolv.conf']);
  const script = fileURLToPath(new URL('name-server.js', import.meta.url));
  // The first line says that it listens; what it would say later is of no interest.
  const start = 'mkfifo "$0"; "$@" >"$0" & read -r _ <"$0"';
  const fifo = join(host.folder, 'name-server');
  await host.must(['sh', '-c', start, fifo, process.execPath, script, JSON.stringify(names)]);
}

/** Returns the name under which a DNS list has an IPv4 address. */
export function listedName(address: string, list: string): string {
  return `${address.split('.').reverse().join('.')}.${list}`;
}
