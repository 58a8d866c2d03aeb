/** What must hold of a map that merges a file of the admin's own: what stands there wins, now and after it is edited. */
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { askRelay, repliesWith } from './ask-relay.ts';
import { mapFolder, type RelayHost } from './relay-host.ts';
import { remoteRecipient } from './smtp-probe.ts';

/** A map that merges, in the usual configuration of the host under test. */
export interface MergedMap {
  /** The file of the admin's own. */
  readonly own: string;
  /** The map, relative to the folder of the maps. */
  readonly map: string;
  /** The port of a server that looks up in it. */
  readonly port: number;
  readonly refusal: number;
  /** What makes the server look at a new map. */
  readonly refresh?: readonly string[];
}

/** Clients of the admin's own rules, beside those that log in. */
export const ruled = { relays: '192.0.2.200', isDenied: '203.0.113.90', denied: '203.0.113' } as const;

/**
 * Registers the test.
 *
 * @param rules - The text of the admin's file: it refuses {@link ruled} `denied`, and lets `relays` relay if asked to.
 */
export function checkMerge(
  running: () => RelayHost,
  merged: MergedMap,
  rules: (relays: boolean) => string,
): void {
  const { own, map, port, refusal, refresh = [] } = merged;
  const loggedIn = '198.51.100.7';

  it("a merged file of the admin's has the last word, also once it is edited", async () => {
    const { host, exact, publish, replay, configuration } = running();
    const write = (relays: boolean) => host.must(['tee', own], rules(relays));
    const expectReply = (source: string, replies: RegExp) =>
      vi.waitFor(
        async () => {
          const answers = await askRelay(host, { port, recipient: remoteRecipient }, [source]);
          expect(answers[source]).toMatch(replies);
        },
        { timeout: 10_000 },
      );
    const [yes, no] = [repliesWith(250), repliesWith(refusal)].map(
      (replies) => new RegExp(`^${replies}$`),
    ) as [RegExp, RegExp];
    const refreshed = async () => {
      if (refresh.length > 0) await host.must(refresh);
    };

    await write(true);
    await publish([loggedIn, ruled.isDenied]);
    await refreshed();
    await expectReply(loggedIn, yes);
    await expectReply(ruled.relays, yes);
    await expectReply(ruled.isDenied, /^(?!220 250 250 250$)/);

    // Nobody logs in, nothing expires: the file alone is another.
    const before = await host.must(['sha1sum', join(mapFolder, map)]);
    await write(false);
    const outcome = await exact.run('update', '-c', configuration(), '--logins', '/dev/null', ...replay());
    expect(outcome).toEqual({ status: 0, stdout: '', stderr: '' });
    expect(await host.must(['sha1sum', join(mapFolder, map)])).not.toBe(before);
    await refreshed();
    await expectReply(loggedIn, yes);
    await expectReply(ruled.relays, no);

    // What cannot be merged leaves the map as it is, and is told.
    await host.must(['tee', own], 'nonsense\n');
    const refused = await exact.run('update', '-c', configuration(), '--logins', '/dev/null', ...replay());
    expect(refused).toMatchObject({
      status: 78,
      stderr: expect.stringContaining(`${own}:1: cannot be merged`),
    });
    await expectReply(loggedIn, yes);
    await write(false);
    const recovered = await exact.run('update', '-c', configuration(), '--logins', '/dev/null', ...replay());
    expect(recovered).toMatchObject({ status: 0, stderr: expect.stringContaining('recovered') });
  });
}
