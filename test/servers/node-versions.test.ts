/**
 * The built program on the oldest and the newest Node.js that it is to run on: it says what it says under the Node.js of
 * the tests, and nothing on standard error, which cron would mail each minute. node-versions.all.test.ts has those
 * between, and what takes longer.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { beforeAll, describe, expect, it } from 'vitest';
import { joinedRulesForEsbuild } from '../../scripts/build/joined-rules.js';
import { rowMachineForEsbuild } from '../../scripts/build/row-machine.js';
import { temporaryFolder } from '../temporary-folder.ts';
import { sweep, sweptCommands } from './crash-sweep.ts';
import { runEveryCommand } from './every-command.ts';
import { installPackages } from './install.ts';
import { mapFiles, type Runs } from './map-files.ts';
import { boundNodes, type OtherNode, otherNodes } from './other-nodes.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
let nodes: OtherNode[];
let [oldest, newest]: OtherNode[] = [];

beforeAll(() => {
  nodes = otherNodes(...boundNodes);
  [oldest, newest] = nodes;
});

it('every command on real logs says the same on both, and nothing on standard error', async () => {
  const paths = [process.execPath, ...nodes.map(({ path }) => path)];
  const [usual = [], ...others] = await Promise.all(paths.map(runEveryCommand));
  for (const { words, status, stderr } of usual) {
    expect(status === 0 || status === 1, words).toBe(true);
    // What a proposal rests on is told beside it.
    if (!words.includes('--suggest')) expect(stderr, words).toBe('');
  }
  for (const [index, answers] of others.entries()) {
    expect(answers, nodes[index]?.wanted).toEqual(usual);
  }
}, 300_000);

it('the oldest and the newest keep every line of a log that is rotated', async () => {
  // The bundler takes the place of vitest, which no old Node.js runs.
  const bundle = join(temporaryFolder(), 'rotation.mjs');
  await build({
    stdin: {
      contents:
        "import { checkRotation } from './test/maillog/rotation-property.ts'; await checkRotation(25);",
      resolveDir: root,
    },
    outfile: bundle,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node18.19',
    loader: { '.conf': 'text' },
    plugins: [joinedRulesForEsbuild(root), rowMachineForEsbuild(root)],
  });
  for (const node of [oldest, newest]) {
    const { status, stderr } = spawnSync(node?.path ?? '', [bundle], { encoding: 'utf8' });
    expect({ node: node?.wanted, status, stderr }).toEqual({ node: node?.wanted, status: 0, stderr: '' });
  }
}, 300_000);

it('the oldest and the newest leave whole maps where they are killed before a file is in place', async () => {
  for (const node of [oldest, newest]) {
    expect(await sweep(sweptCommands[0], node?.path ?? '', (name) => name === 'rename')).toEqual([]);
  }
}, 300_000);

it('the oldest and the newest write each map as this one does', async () => {
  installPackages({ postmap: 'postfix' });
  const outputs = [
    ...['text relay.txt', 'cdb relay.cdb', 'cdb exim.cdb exim-net', 'cidr relay.cidr', 'iplsearch relay.ipl'],
    ...[
      'opensmtpd file:relay.list',
      'tcprules tcp.cdb',
      'postmap hash:relay-hash',
      'postmap btree:relay-btree',
    ],
  ];
  const run: Runs = async ([program = '', ...args], input) =>
    spawnSync(program, args, { input, encoding: 'utf8' });
  const written = async (node: string) => mapFiles(run, node, outputs, temporaryFolder());
  const usual = await written(process.execPath);
  expect(Object.keys(usual)).toHaveLength(outputs.length);
  for (const node of [oldest, newest]) expect(await written(node?.path ?? '')).toEqual(usual);
});

describe('a Node.js that is too old', () => {
  it.each(['0.10', '18.18'])('%s says so in one line, and changes nothing', (version) => {
    const [node] = otherNodes(version);
    const { status, stdout, stderr } = spawnSync(node?.path ?? '', [join(root, 'bin/exact'), 'update'], {
      encoding: 'utf8',
    });
    expect({ status, stdout }).toEqual({ status: 69, stdout: '' });
    expect(stderr).toMatch(
      /^exact: \/\S+\/node: is Node\.js [\d.]+: Exact needs 18\.19 or newer; nothing was done; install .*\n$/,
    );
  });
});

it('package.json asks for what the launcher asks for', () => {
  const { engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  expect(engines.node).toBe('>=18.19');
  expect(readFileSync(join(root, 'bin/exact'), 'utf8')).toContain('needs 18.19 or newer');
});
