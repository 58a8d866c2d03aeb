/** A mail host with Exact on it and a relay table that tests set: what every test of maps on servers works with. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { type InstalledExact, installExact } from './installed-exact.ts';
import type { Namespace } from './namespace.ts';

/** Where the maps are, as it is by default and in exact-maps(7). Sendmail reads none below /tmp: everybody may write there. */
export const mapFolder = '/var/lib/exact';

/** Seconds. */
const timeout = 60;

/** What tests of an MTA's own work with. */
export interface RelayHost {
  readonly host: Namespace;
  readonly exact: InstalledExact;
  /** Makes these addresses the relay table, all that were in it before having timed out, and publishes it. */
  publish(addresses: readonly string[], configuration?: string): Promise<void>;
  /** Returns the command that does so, which this time nobody has run yet. */
  nextUpdate(addresses: readonly string[], configuration: string): Promise<string[]>;
  /** Writes a configuration with these outputs (paths relative to {@link mapFolder}) and returns its name. */
  configure(name: string, outputs: readonly string[], ...lines: readonly string[]): Promise<string>;
  /** The configuration of the last {@link RelayHost.publish}. */
  configuration(): string;
  /** The time of the last {@link RelayHost.publish}, as `--now` takes it, with the state. */
  replay(): readonly string[];
}

/** Installs Exact, with maps in {@link mapFolder}, and its clock at a time of its own. */
export async function openRelayHost(host: Namespace): Promise<RelayHost> {
  const exact = await installExact(host);
  await host.must(['mkdir', '-p', mapFolder]);
  await host.cover(mapFolder, exact.folder);
  const state = join(mapFolder, 'state');
  let now = Date.parse('2026-11-22T10:00:00Z') / 1000;
  let configuration = '';
  const stamp = () => new Date(now * 1000).toISOString();
  const replay = () => ['--state', state, '--now', stamp()];
  const nextUpdate = async (addresses: readonly string[], named: string) => {
    configuration = named;
    now += timeout;
    const logins = join(host.folder, 'logins.json');
    const login = { time: stamp(), user: 'alice', server: 'dovecot' };
    await writeFile(
      logins,
      addresses.map((address) => `${JSON.stringify({ ...login, address })}\n`).join(''),
    );
    return exact.command('update', '-c', configuration, '--logins', logins, ...replay());
  };
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
    nextUpdate,
    async publish(addresses, named = configuration) {
      const outcome = await host.run(await nextUpdate(addresses, named));
      // The maps of the last configuration are emptied where this one has others, and that is said.
      const stderr = outcome.stderr.replace(
        /^exact: output .*: is no longer configured; it was emptied\n/gm,
        '',
      );
      expect({ ...outcome, stderr }).toEqual({ status: 0, stdout: '', stderr: '' });
    },
  };
}
