import { defineConfig } from 'vitest/config';

/** Lets tests import the built-in catalog as text, as the bundle does. */
const confAsText = {
  name: 'conf-as-text',
  transform: (code: string, id: string) =>
    id.endsWith('.conf') ? { code: `export default ${JSON.stringify(code)};`, map: null } : undefined,
};

const plugins = [confAsText];

export default defineConfig({
  test: {
    projects: [
      {
        plugins,
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/servers/**'],
          testTimeout: 30_000,
        },
      },
      {
        plugins,
        test: {
          name: 'servers',
          include: ['test/servers/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
