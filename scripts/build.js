// Bundles src/ into dist/: everything inside, one chunk per command, so that a command loads its own code only.
import { readFileSync, rmSync } from 'node:fs';
import { build } from 'esbuild';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
const root = new URL('..', import.meta.url).pathname;

rmSync(`${root}dist`, { recursive: true, force: true });
await build({
  absWorkingDir: root,
  entryPoints: ['src/main.ts'],
  outdir: 'dist',
  bundle: true,
  splitting: true,
  minifySyntax: true,
  minifyWhitespace: true,
  platform: 'node',
  format: 'esm',
  target: 'node20.19',
  sourcemap: 'linked',
  sourcesContent: false,
  loader: { '.conf': 'text' },
  define: { EXACT_VERSION: JSON.stringify(version) },
  // yargs and tail-file reach CommonJS code, which asks for require().
  banner: {
    js: "import { createRequire as exactRequire } from 'node:module';const require = exactRequire(import.meta.url);",
  },
  logLevel: 'warning',
});
