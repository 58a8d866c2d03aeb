/**
 * What must hold of every map on every MTA, checked on the running server: who is in the table relays, IPv4 and IPv6,
 * nobody else does, and the table may change at any time. Exact runs as it is installed, with an account of its own.
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { askRelay, repliesWith, watchRelay } from './ask-relay.ts';
import { howSoon } from './how-soon.ts';
import { installPackages } from './install.ts';
import { openNamespace } from './namespace.ts';
import { mapFolder, openRelayHost, type RelayHost } from './relay-host.ts';
import { type Check, type Row, replacements, tellResults } from './relay-results.ts';
import { remoteRecipient } from './smtp-probe.ts';
import { type Lookup, mapFile, type TestedMta } from './tested-mta.ts';

/** At most this part of the connections meets the moment of a replacement. */
const rarely = 0.03;

/** So many are chance where few replacements, and so few connections, are made: some 60 see 40 of them. */
const chance = 3;

const clients = {
  inTable: ['198.51.100.7', '203.0.113.90', '2001:db8:7::4d', '2001:db8:9:0:1::1'],
  // What a lookup by prefix, by part or by another spelling would take for one of those.
  others: ['198.51.100.70', '198.51.100.0', '203.0.113.9', '2001:db8:7::4', '2001:db8:9::1', '2001:db8:7::'],
} as const;

/** A client whose address, as it is written, begins with that of one in the table. */
const beginsAlike = '2001:db8:7::4d:1';

/** Registers the tests of an MTA; `more` adds its own, which run after those for all. */
export function checkRelay(mta: TestedMta, more: (running: () => RelayHost) => void = () => {}): void {
  describe(mta.name, () => {
    let running: RelayHost;
    let usual: string;
    const rows = new Map<Lookup, Row>();

    beforeAll(async () => {
      installPackages({ strace: 'strace' });
      const host = await openNamespace();
      const version = await mta.prepare(host);
      running = await openRelayHost(host);
      const outputs = mta.lookups.map(({ output }) => output).concat(mta.moreOutputs ?? []);
      usual = await running.configure('exact.conf', [...new Set(outputs)]);
      await running.publish([], usual);
      await mta.start(host);
      for (const lookup of mta.lookups) {
        const { name, output, refresh } = lookup;
        const seen = refresh === undefined ? 'next connection' : `after \`${refresh.name}\``;
        rows.set(lookup, { mta: `${mta.name} ${version}`, lookup: name, output, seen, results: {} });
      }
    });

    afterAll(async () => {
      tellResults(mta.name, [...rows.values()]);
      await running?.host.close();
    });

    /** Enters what a check of a lookup came to. */
    const note = (lookup: Lookup, name: Check, result: string) => {
      const row = rows.get(lookup);
      if (row !== undefined) row.results[name] = result;
    };

    /** Registers a test, and enters what it comes to. */
    const check = (lookup: Lookup, name: Check, test: () => Promise<void>, passed = 'yes') => {
      it(`${lookup.name}: ${name}`, async () => {
        note(lookup, name, 'NO');
        await test();
        note(lookup, name, passed);
      });
    };

    /** Checks what clients at some addresses hear; of a server that has to be told, within seconds. */
    const expectReplies = async (
      lookup: Lookup,
      code: number,
      sources: readonly string[],
      recipient = recipientOf(lookup),
    ) => {
      const want = Object.fromEntries(sources.map((source) => [source, repliesWith(code)]));
      const ask = async () =>
        expect(await askRelay(running.host, { port: lookup.port, recipient }, sources)).toEqual(want);
      if (lookup.refresh === undefined) await ask();
      else await vi.waitFor(ask, { timeout: 10_000 });
    };

    const publish = async (lookup: Lookup, addresses: readonly string[], configuration = usual) => {
      await running.publish(addresses, configuration);
      if (lookup.refresh !== undefined) await running.host.must(lookup.refresh.command);
    };

    /** Publishes and has every server look, or, while many replacements follow each other, those that it must follow. */
    const publishAll = async (addresses: readonly string[], isOneOfMany = false) => {
      await running.publish(addresses, usual);
      for (const { refresh } of mta.lookups) {
        if (refresh !== undefined && (refresh.each || !isOneOfMany)) await running.host.must(refresh.command);
      }
    };

    for (const lookup of mta.lookups) {
      const all = [...clients.inTable, ...clients.others];
      check(lookup, 'empty', async () => {
        await publish(lookup, []);
        await expectReplies(lookup, mta.refusal, all);
        if (mta.localRecipient !== undefined) {
          await expectReplies(lookup, 250, clients.inTable, mta.localRecipient);
        }
      });

      const alike = lookup.asksBeginnings === true ? ', but for what begins alike' : '';
      const relays = async () => {
        await publish(lookup, clients.inTable);
        await expectReplies(lookup, 250, clients.inTable);
        await expectReplies(lookup, mta.refusal, clients.others);
        await expectReplies(lookup, alike === '' ? mta.refusal : 250, [beginsAlike]);
      };
      check(lookup, 'relays', relays, `yes${alike}`);

      check(lookup, 'gone', async () => {
        const [gone, kept] = [clients.inTable.slice(1, 3), [clients.inTable[0], clients.inTable[3]]];
        await publish(lookup, clients.inTable);
        await expectReplies(lookup, 250, clients.inTable);
        await publish(lookup, kept);
        await expectReplies(lookup, mta.refusal, gone);
        await expectReplies(lookup, 250, kept);
        await publish(lookup, []);
        await expectReplies(lookup, mta.refusal, all);
      });
    }

    if (process.env.EXACT_SERVERS === 'all') {
      it('a new map is seen, at some time', async () => {
        for (const lookup of mta.lookups) {
          note(lookup, 'soon', await howSoon(running, lookup, (addresses) => publish(lookup, addresses)));
        }
      }, 600_000);
    }

    const ofNetworks = mta.lookups.filter(({ holdsNetworks }) => holdsNetworks === true);
    for (const lookup of ofNetworks) {
      check(lookup, 'networks', async () => {
        const outputs = ofNetworks.map(({ output }) => output);
        const wide = await running.configure('networks.conf', [...new Set(outputs)], 'ipv6-prefix 64');
        await publish(lookup, ['198.51.100.7', '2001:db8:7:8::1', '2001:db8:9::1'], wide);
        await expectReplies(lookup, 250, [
          '198.51.100.7',
          '2001:db8:7:8:9:a:b:c',
          '2001:db8:7:8::',
          '2001:db8:9::f',
        ]);
        await expectReplies(lookup, mta.refusal, [
          '198.51.100.8',
          '2001:db8:7:9::1',
          '2001:db8:7::1',
          '2001:db8::1:1',
        ]);
        await publish(lookup, []);
      });
    }

    it(`replaced ${replacements} times, a map never gives a wrong answer`, async () => {
      const [kept, never] = [
        ['198.51.100.7', '2001:db8:7::4d'],
        ['198.51.100.200', '2001:db8:7::4'],
      ];
      for (const lookup of mta.lookups) note(lookup, 'replaced', 'NO');
      await publishAll(kept);
      for (const lookup of mta.lookups) await expectReplies(lookup, 250, kept);
      // Whoever has opened a map reads it to its end, however long that takes.
      const opened = mta.lookups.map((lookup) =>
        openSync(join(running.exact.folder, basename(mapFile(lookup))), 'r'),
      );
      const before = opened.map(contentOf);
      const watched = mta.lookups.map((lookup) => ({
        name: `${lookup.name} ${lookup.output}`,
        port: lookup.port,
        recipient: recipientOf(lookup),
        clients: [
          ...kept.map((source) => ({ source, code: 250 })),
          ...never.map((source) => ({ source, code: mta.refusal })),
        ],
      }));
      const seen = await watchRelay(running.host, watched, async () => {
        for (let i = 1; i <= replacements; i++) {
          await publishAll([...kept, `198.51.100.${(i % 190) + 8}`, `2001:db8:a::${i.toString(16)}`], true);
        }
      });
      const after = opened.map(contentOf);
      for (const fd of opened) closeSync(fd);
      const inTime = seen.map(({ name, connections, wrong }, index) => {
        const { atTimes } = mta.lookups[index] as Lookup;
        const told = wrong.filter((each) => each.endsWith(`: ${atTimes}`));
        const rest =
          told.length > Math.max(connections * rarely, chance)
            ? wrong
            : wrong.filter((each) => !told.includes(each));
        // A client that got no turn has seen nothing.
        const isLeftAlone = after[index] === before[index];
        return { name, isEnough: connections >= replacements, isLeftAlone, wrong: rest };
      });
      for (const [index, { isEnough, isLeftAlone, wrong }] of inTime.entries()) {
        const lookup = mta.lookups[index] as Lookup;
        const but = lookup.atTimes === undefined ? '' : `, but for a rare ${lookup.atTimes.slice(-3)}`;
        if (wrong.length === 0 && isEnough && isLeftAlone)
          note(lookup, 'replaced', `${replacements} times${but}`);
      }
      expect(inTime).toEqual(
        watched.map(({ name }) => ({ name, isEnough: true, isLeftAlone: true, wrong: [] })),
      );
    }, 600_000);

    it('an update that is killed leaves every map as it was, and the next one is right', async () => {
      const { host, nextUpdate } = running;
      for (const lookup of mta.lookups) note(lookup, 'killed', 'NO');
      await publishAll(clients.inTable);
      const maps = mta.lookups.map(mapFile);
      const sums = () => host.must(['sha1sum', ...maps]);
      const before = await sums();
      // All maps are complete beside their old selves when the first is renamed.
      const [trace, update] = [join(host.folder, 'trace'), await nextUpdate(clients.others, usual)];
      const killing = ['-e', 'signal=none', '-e', 'trace=rename', '-e', 'inject=rename:signal=KILL:when=1'];
      await host.run(['strace', '-o', trace, ...killing, ...update]);
      // The one call that it did not come back from.
      const killed = new RegExp(`^rename\\("${mapFolder}/[.](?!state).* = [?]\\n$`);
      expect(await readFile(trace, 'utf8')).toMatch(killed);
      expect(await sums()).toBe(before);
      for (const { refresh } of mta.lookups) if (refresh !== undefined) await host.must(refresh.command);
      for (const lookup of mta.lookups) {
        await expectReplies(lookup, 250, clients.inTable);
        await expectReplies(lookup, mta.refusal, clients.others);
      }
      // One of them has a key that tcpserver would take for a network.
      const others = clients.others.filter((address) => !address.endsWith(':'));
      await publishAll(clients.others);
      for (const lookup of mta.lookups) {
        await expectReplies(lookup, 250, others);
        await expectReplies(lookup, mta.refusal, clients.inTable);
        note(lookup, 'killed', 'yes');
      }
    });

    it('exact dump --maps says what is in each map, and what the program of the MTA finds in it', async () => {
      const dump = async () => {
        const answer = await running.exact.run('dump', '--maps', '-c', usual, ...running.replay());
        return { ...answer, stdout: answer.stdout.trimEnd().split('\n') };
      };
      await running.publish(clients.inTable, usual);
      // That of another MTA may be on this system, and read the same map.
      const too = mta.program === undefined ? '' : `; (?:[^;]* and )?${mta.program} too`;
      const agrees = new RegExp(`: agrees, 4 addresses(?:, \\d more left out)?${too}$`);
      const outputs = new Set([...mta.lookups.map(({ output }) => output), ...(mta.moreOutputs ?? [])]);
      expect(await dump()).toEqual({
        status: 0,
        stdout: [...outputs].map(() => expect.stringMatching(agrees)),
        stderr: '',
      });
      // Maps of a time before others logged in: of 'postmap -q too' nothing is believed that is not in the map.
      const { host } = running;
      const saved = join(host.folder, 'saved-maps');
      await host.must(['sh', '-c', `cp -a ${mapFolder} ${saved}; rm ${saved}/state*`]);
      await running.publish([clients.inTable[0], clients.others[0]], usual);
      await host.must(['sh', '-c', `cp -a ${saved}/. ${mapFolder}/; rm -r ${saved}`]);
      const differs = new RegExp(
        `: differs, 4 addresses.*: lacks ${clients.others[0]}; has .*, which may not relay${too}; exact update -c \\S+ --state \\S+ publishes it anew$`,
      );
      expect(await dump()).toEqual({
        status: 1,
        stdout: [...outputs].map(() => expect.stringMatching(differs)),
        stderr: '',
      });
      await running.publish([], usual);
    });

    more(() => running);
  });
}

/** Returns all that is in an open file, from its start. */
function contentOf(fd: number): string {
  const bytes = Buffer.alloc(fstatSync(fd).size);
  readSync(fd, bytes, 0, bytes.length, 0);
  return bytes.toString('latin1');
}

function recipientOf({ recipient }: Lookup): string {
  return recipient ?? remoteRecipient;
}
