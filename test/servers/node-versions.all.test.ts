/** What takes longer of the built program on the oldest and the newest Node.js: every crash, and every map type. */
import { spawnSync } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { prepareCourier } from './courier.ts';
import { sweep, sweptCommands } from './crash-sweep.ts';
import { runEveryCommand } from './every-command.ts';
import { mapFiles } from './map-files.ts';
import { type Namespace, openNamespace } from './namespace.ts';
import { prepareOpensmtpd } from './opensmtpd.ts';
import { boundNodes, otherNodes } from './other-nodes.ts';
import { startPostgres } from './postgres.ts';
import { prepareSendmail } from './sendmail.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Those of Ubuntu 24.04 and Debian 12, and the newest of each line between the bounds. */
const versions = ['18.19.1', '18.20.4', '20', '22', '24'];

describe.each(boundNodes)('Node.js %s', (version) => {
  it.each(sweptCommands)(
    'leaves whole maps wherever $command.0 is killed or fails',
    async (swept) => {
      const [node] = otherNodes(version);
      expect(await sweep(swept, node?.path ?? '')).toEqual([]);
    },
    1_800_000,
  );
});

it.each(versions)(
  'every command says on %s what it says here',
  async (version) => {
    const [node] = otherNodes(version);
    expect(await runEveryCommand(node?.path ?? '')).toEqual(await runEveryCommand(process.execPath));
  },
  300_000,
);

it.each(['0.12', '4', '6', '8', '10', '12', '14', '16'])('Node.js %s says that it is too old', (version) => {
  const [node] = otherNodes(version);
  const run = spawnSync(node?.path ?? '', [join(root, 'bin/exact'), 'update'], { encoding: 'utf8' });
  expect(run).toMatchObject({ status: 69, stdout: '' });
  expect(run.stderr).toMatch(/^exact: .* needs 18\.19 or newer; .*\n$/);
});

/** The map types that a program of an MTA makes, which conflicts with those of the others. */
const hosts: readonly { name: string; prepare: (host: Namespace) => Promise<unknown>; outputs: string[] }[] =
  [
    {
      name: 'Sendmail',
      prepare: prepareSendmail,
      outputs: ['makemap hash:relay-hash', 'makemap btree:relay-btree', 'sendmail-access access'],
    },
    { name: 'OpenSMTPD', prepare: prepareOpensmtpd, outputs: ['opensmtpd db:relay.db'] },
    { name: 'Courier', prepare: prepareCourier, outputs: ['courier smtpaccess.dat'] },
  ];

describe.each(hosts)('on a host with $name', ({ prepare, outputs }) => {
  it('its maps are written and read back by each', async () => {
    const host = await openNamespace();
    try {
      await prepare(host);
      for (const { wanted, path } of otherNodes(...boundNodes)) {
        const folder = join(host.folder, wanted);
        await mkdir(folder);
        const made = await mapFiles((command, input) => host.run(command, input), path, outputs, folder);
        expect(Object.keys(made)).toHaveLength(outputs.length);
      }
    } finally {
      await host.close();
    }
  });
});

it('rows go into PostgreSQL, and come back, by each', async () => {
  const host = await openNamespace();
  try {
    const server = await startPostgres(host);
    await server.runFile(join(root, 'examples/pgsql.sql'));
    for (const { wanted, path } of otherNodes(...boundNodes)) {
      const folder = join(host.folder, wanted);
      await mkdir(folder);
      const output = `pgsql postgres:///exact?host=${server.socketFolder}&user=exact_writer`;
      expect(await mapFiles((command, input) => host.run(command, input), path, [output], folder)).toEqual(
        {},
      );
      expect(await server.sql('select count(*) from exact_relay')).toBe('240');
      await server.sql('delete from exact_relay');
    }
  } finally {
    await host.close();
  }
});
