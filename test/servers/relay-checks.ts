/**
 * What must hold of every map on every MTA, checked on the running server: who is in the table relays, IPv4 and IPv6,
 * nobody else does, and the table may change at any time. Exact runs as it is installed, with an account of its own.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { askRelay, repliesWith, watchRelay } from './ask-relay.ts';
import { type InstalledExact, installExact } from './installed-exact.ts';
import { type Namespace, openNamespace } from './namespace.ts';
import { type Check, type Row, tellResults } from './relay-results.ts';
import { remoteRecipient } from './smtp-probe.ts';

/** A way in which an MTA looks the relay table up. */
export interface Lookup {
  /** As in its configuration, for the table of results. */
  readonly name: string;
  /** The `output` line's value, its path relative to {@link mapFolder}. */
  readonly output: string;
  /** The port of a server that looks up in this way alone. */
  readonly port: number;
  /** A recipient elsewhere, where the port alone does not tell the way. */
  readonly recipient?: string;
  readonly holdsNetworks?: boolean;
  /** What makes the server look at a new map, where it does not do so at the next connection. */
  readonly refresh?: {
    readonly name: string;
    readonly command: readonly string[];
    /** Whether it follows each of many replacements. */
    readonly each: boolean;
  };
  /**
   * The replies that a client gets at times, when its connection meets the very moment of a replacement, of an MTA
   * that then refuses to open the map; never leave to relay.
   */
  readonly atTimes?: string;
}

/** An MTA under test. */
export interface TestedMta {
  readonly name: string;
  /** The reply code for whoever may not relay. */
  readonly refusal: number;
  /** A recipient here, whom everybody may send mail to; undefined: the server has none. */
  readonly localRecipient?: string;
  readonly lookups: readonly Lookup[];
  /** Its own program that looks addresses up in a map, as `dump --maps` names it; undefined: it has none. */
  readonly program?: string;
  /** More `output` lines, of maps that tests of its own look at. */
  readonly moreOutputs?: readonly string[];
  /** Brings the MTA's files into the namespace, by {@link unpackPackages}, and returns its version. */
  prepare(host: Namespace): Promise<string>;
  /** Starts it; its maps are in place, empty. */
  start(host: Namespace): Promise<void>;
}

/** Where the maps are, as it is by default and in exact-maps(7). Sendmail reads none below /tmp: everybody may write there. */
export const mapFolder = '/var/lib/exact';

/** What tests of an MTA's own work with. */
export interface RelayHost {
  readonly host: Namespace;
  readonly exact: InstalledExact;
  /** Makes these addresses the relay table, all that were in it before having timed out, and publishes it. */
  publish(addresses: readonly string[], configuration?: string): Promise<void>;
  /** Writes a configuration with these outputs (paths relative to {@link mapFolder}) and returns its name. */
  configure(name: string, outputs: readonly string[], ...lines: readonly string[]): Promise<string>;
  /** The configuration of the last {@link RelayHost.publish}. */
  configuration(): string;
  /** The time of the last {@link RelayHost.publish}, as `--now` takes it, with the state. */
  replay(): readonly string[];
}

/** How often the map is replaced while clients connect. */
const replacements = process.env.EXACT_SERVERS === 'all' ? 200 : 40;

/** At most this part of the connections meets the moment of a replacement. */
const rarely = 0.03;

/** Seconds. */
const timeout = 60;

const clients = {
  inTable: ['198.51.100.7', '203.0.113.90', '2001:db8:7::4d', '2001:db8:9:0:1::1'],
  // What a lookup by prefix, by part or by another spelling would take for one of those.
  others: ['198.51.100.70', '198.51.100.0', '203.0.113.9', '2001:db8:7::4', '2001:db8:9::1', '2001:db8:7::'],
} as const;

/** Registers the tests of an MTA; `more` adds its own, which run after those for all. */
export function checkRelay(mta: TestedMta, more: (running: () => RelayHost) => void = () => {}): void {
  describe(mta.name, () => {
    let running: RelayHost;
    let usual: string;
    const rows = new Map<Lookup, Row>();

    beforeAll(async () => {
      const host = await openNamespace();
      const version = await mta.prepare(host);
      running = await relayHost(host);
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

    /** Registers a test, and enters what it comes to. */
    const check = (lookup: Lookup, name: Check, test: () => Promise<void>, passed = 'yes') => {
      it(`${lookup.name}: ${name}`, async () => {
        const results = rows.get(lookup)?.results ?? {};
        results[name] = 'NO';
        await test();
        results[name] = passed;
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

    for (const lookup of mta.lookups) {
      const all = [...clients.inTable, ...clients.others];
      check(lookup, 'empty', async () => {
        await publish(lookup, []);
        await expectReplies(lookup, mta.refusal, all);
        if (mta.localRecipient !== undefined) {
          await expectReplies(lookup, 250, clients.inTable, mta.localRecipient);
        }
      });

      check(lookup, 'relays', async () => {
        await publish(lookup, clients.inTable);
        await expectReplies(lookup, 250, clients.inTable);
        await expectReplies(lookup, mta.refusal, clients.others);
      });

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
      const publishAll = async (addresses: readonly string[]) => {
        await running.publish(addresses, usual);
        for (const { refresh } of mta.lookups) {
          if (refresh?.each === true) await running.host.must(refresh.command);
        }
      };
      await publishAll(kept);
      for (const lookup of mta.lookups) {
        if (lookup.refresh !== undefined) await running.host.must(lookup.refresh.command);
        await expectReplies(lookup, 250, kept);
      }
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
          await publishAll([...kept, `198.51.100.${(i % 190) + 8}`, `2001:db8:a::${i.toString(16)}`]);
        }
      });
      const inTime = seen.map(({ name, connections, wrong }, index) => {
        const { atTimes } = mta.lookups[index] as Lookup;
        const told = wrong.filter((each) => each.endsWith(`: ${atTimes}`));
        const rest =
          told.length > connections * rarely ? wrong : wrong.filter((each) => !told.includes(each));
        // A client that got no turn has seen nothing.
        return { name, isEnough: connections >= replacements, wrong: rest };
      });
      for (const [index, { isEnough, wrong }] of inTime.entries()) {
        const lookup = mta.lookups[index] as Lookup;
        const results = rows.get(lookup)?.results ?? {};
        const but = lookup.atTimes === undefined ? '' : `, but for a rare ${lookup.atTimes.slice(-3)}`;
        results.replaced = wrong.length === 0 && isEnough ? `${replacements} times${but}` : 'NO';
      }
      expect(inTime).toEqual(watched.map(({ name }) => ({ name, isEnough: true, wrong: [] })));
    }, 600_000);

    it('exact dump --maps says what is in each map, and what the program of the MTA finds in it', async () => {
      const dump = async () => {
        const answer = await running.exact.run('dump', '--maps', '-c', usual, ...running.replay());
        return { ...answer, stdout: answer.stdout.trimEnd().split('\n') };
      };
      await running.publish(clients.inTable, usual);
      // That of another MTA may be on this system, and read the same map.
      const too = mta.program === undefined ? '' : `; (?:[^;]* and )?${mta.program} too`;
      const agrees = new RegExp(`: agrees, 4 addresses(?:, \\d more left to merged files)?${too}$`);
      const outputs = new Set([...mta.lookups.map(({ output }) => output), ...(mta.moreOutputs ?? [])]);
      expect(await dump()).toEqual({
        status: 0,
        stdout: [...outputs].map(() => expect.stringMatching(agrees)),
        stderr: '',
      });
      // A state in which others relay: of 'postmap -q too' nothing is believed that is not in the map.
      const elsewhere = await running.configure('elsewhere.conf', ['text elsewhere.txt']);
      await running.publish([clients.inTable[0], clients.others[0]], elsewhere);
      const differs = new RegExp(
        `: differs, 4 addresses.*: lacks ${clients.others[0]}; has .*, which may not relay${too}; exact update publishes it anew$`,
      );
      expect(await dump()).toEqual({
        status: 1,
        stdout: [...outputs].map(() => expect.stringMatching(differs)),
        stderr: '',
      });
    });

    more(() => running);
  });
}

function recipientOf({ recipient }: Lookup): string {
  return recipient ?? remoteRecipient;
}

async function relayHost(host: Namespace): Promise<RelayHost> {
  const exact = await installExact(host);
  await host.must(['mkdir', '-p', mapFolder]);
  await host.cover(mapFolder, exact.folder);
  const state = join(mapFolder, 'state');
  let now = Date.parse('2026-11-22T10:00:00Z') / 1000;
  let configuration = '';
  const stamp = () => new Date(now * 1000).toISOString();
  const replay = () => ['--state', state, '--now', stamp()];
  return {
    host,
    exact,
    replay,
    configuration: () => configuration,
    async configure(name, outputs, ...lines) {
      const settings = outputs.map((output) => {
        const [type = '', place = '', ...options] = output.split(' ');
        const path = place.replace(/^([a-z]+:)?/, (kind) => `${kind}${mapFolder}/`);
        return ['output', type, path, ...options].join(' ');
      });
      // The log is not read; it is named so that none is looked for.
      const log = join(host.folder, 'no-mail.log');
      return exact.configure(
        name,
        [`maillog ${log}`, `timeout ${timeout}`, ...settings, ...lines, ''].join('\n'),
      );
    },
    async publish(addresses, named = configuration) {
      configuration = named;
      now += timeout;
      const logins = join(host.folder, 'logins.json');
      const login = (address: string) =>
        JSON.stringify({ time: stamp(), address, user: 'alice', server: 'dovecot' });
      await writeFile(logins, addresses.map((address) => `${login(address)}\n`).join(''));
      const outcome = await exact.run('update', '-c', configuration, '--logins', logins, ...replay());
      expect(outcome).toEqual({ status: 0, stdout: '', stderr: '' });
    },
  };
}
