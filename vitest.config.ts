import { readFileSync } from 'node:fs';
import { defineConfig } from 'vitest/config';
import { joinedRulesForVite } from './scripts/build/joined-rules.js';
import { rowMachineForVite } from './scripts/build/row-machine.js';

/** Lets tests import the rules for refusals and the completions as text, as the bundle does. */
const confAsText = {
  name: 'conf-as-text',
  transform: (code: string, id: string) =>
    /\.conf$|\/completions\/(?:_exact|exact\.\w+)$/.test(id)
      ? { code: `export default ${JSON.stringify(code)};`, map: null }
      : undefined,
};

const { version } = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8'));

const plugins = [joinedRulesForVite(import.meta.dirname), rowMachineForVite(import.meta.dirname), confAsText];

/** Servers that only EXACT_SERVERS=all runs: the usual tests are to end within minutes. */
const rareServers = process.env.EXACT_SERVERS === 'all' ? [] : ['test/servers/**/*.all.test.ts'];

export default defineConfig({
  test: {
    // Half of what a test takes is waiting for programs and disks.
    maxWorkers: '100%',
    projects: [
      {
        plugins,
        define: { EXACT_VERSION: JSON.stringify(version) },
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/servers/**', 'test/next/**', 'test/seconds/**'],
          // To load all modules for each file took a third of the time. So no test leaves anything behind in its process, and
          // what helpers clear away they do by onTestFinished: a hook of theirs would be called for the first file alone.
          isolate: false,
          // What lives shortly is collected for less: a fifth of the processor time.
          execArgv: ['--max-semi-space-size=32'],
          // Against what never ends alone: a busy machine takes ten times as long.
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
      {
        plugins,
        test: {
          name: 'servers',
          include: ['test/servers/**/*.test.ts'],
          exclude: rareServers,
          globalSetup: 'test/servers/run-folder.ts',
          testTimeout: 120_000,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
      {
        plugins,
        test: {
          name: 'next',
          include: ['test/next/**/*.test.ts'],
          globalSetup: 'test/servers/run-folder.ts',
          testTimeout: 1_800_000,
          hookTimeout: 1_800_000,
          fileParallelism: false,
        },
      },
      {
        plugins,
        test: {
          name: 'seconds',
          include: ['test/seconds/**/*.test.ts'],
          globalSetup: 'test/servers/run-folder.ts',
          hookTimeout: 1_800_000,
        },
      },
    ],
  },
});
