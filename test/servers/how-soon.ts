/** How soon after a new map is in its place a client is let in by it. */
import { statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { hears } from './ask-relay.ts';
import type { RelayHost } from './relay-host.ts';
import { remoteRecipient } from './smtp-probe.ts';
import { type Lookup, mapFile } from './tested-mta.ts';

const rounds = 20;

/**
 * Returns, in words, the median and the worst time between the renaming of the map and the beginning of the first connection
 * that was let in by it, of twenty clients who ask again and again; zero where the next connection always was.
 *
 * @param publish - Makes addresses the relay table, and has the server look where it must be told.
 */
export async function howSoon(
  running: RelayHost,
  lookup: Lookup,
  publish: (addresses: readonly string[]) => Promise<void>,
): Promise<string> {
  const map = join(running.exact.folder, basename(mapFile(lookup)));
  const { port, recipient = remoteRecipient } = lookup;
  const delays: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const client = `198.51.100.${100 + round}`;
    const heard = hears(running.host, { port, recipient }, client, 250);
    await publish([client]);
    const { ctimeMs } = statSync(map);
    delays.push(Math.max(0, (await heard) - ctimeMs));
  }
  const sorted = delays.toSorted((a, b) => a - b);
  const [median, worst] = [sorted[rounds / 2] as number, sorted[rounds - 1] as number];
  return `${Math.round(median)} ms, ${Math.round(worst)} ms`;
}
