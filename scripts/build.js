// Bundles src/ into dist/: everything inside, split so that a command loads its own code only. And makes the lists of
// servers that the documents have.
//
// In two steps: esbuild splits code into modules alone (ESM), and then makes CommonJS of each. Node's loader of modules
// takes 5 ms for those of an idle `exact update`, which is a tenth of what Node itself starts in; require() takes 1.
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { bundledLicenses } from './build/bundled-licenses.js';
import { joinedRulesForEsbuild } from './build/joined-rules.js';
import { loadedLater } from './build/later.js';
import { leftOut } from './build/left-out.js';
import { inOneChunk } from './build/one-chunk.js';
import { prepared } from './build/prepared.js';
import { rowMachineForEsbuild } from './build/row-machine.js';
import { rowTables } from './build/row-tables.js';
import { writeServerLists } from './build/server-lists.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

const common = {
  absWorkingDir: root,
  platform: 'node',
  target: 'node18.19',
  sourcesContent: false,
  // zsh wants a name without ending.
  loader: { '.conf': 'text', '.bash': 'text', '.fish': 'text', '': 'text' },
  plugins: [joinedRulesForEsbuild(root), rowMachineForEsbuild(root), leftOut()],
  logLevel: 'warning',
};

/** What is loaded at once, as far as it is not loaded before. */
const loadedTogether = {
  // What cron runs each minute.
  minute: { modules: ['src/main.ts', 'src/commands/update/update.ts'] },
  // What recognises lines.
  lines: {
    modules: ['src/config/recognition.ts', 'src/recognize/scan.ts', 'src/syslog/line-stamp.ts'],
    with: [
      'src/rules/servers-files.ts',
      'src/run/careless-rules.ts',
      'src/rule-debugger/proof/taken-lines.ts',
    ],
  },
  // What changes the table.
  pass: { modules: ['src/state/table-run.ts'] },
};

/** Writes the modules of src/main.ts and all that it imports into a folder, split; returns what esbuild knows of them. */
async function splitInto(folder) {
  const options = {
    ...common,
    entryPoints: ['src/main.ts'],
    outdir: folder,
    bundle: true,
    splitting: true,
    format: 'esm',
    sourcemap: 'inline',
    plugins: [...common.plugins, prepared('src/rules/prepared-catalog.ts', 'preparedCatalog', common)],
    define: {
      EXACT_VERSION: JSON.stringify(version),
      // yargs-parser refuses every Node.js before 20, and none of what it does wants that.
      'process.env.YARGS_MIN_NODE_VERSION': "'18'",
    },
  };
  const { metafile } = await build({ ...options, metafile: true, write: false });
  const chunks = inOneChunk(metafile, loadedTogether);
  await build({ ...options, plugins: [...options.plugins, chunks] });
  return metafile;
}

/** Makes a CommonJS file in dist/ of each module in a folder. Source maps lead back to src/. */
function convert(folder) {
  return build({
    ...common,
    entryPoints: [join(folder, '*.js')],
    plugins: [
      {
        name: 'later',
        setup: ({ onLoad }) =>
          onLoad({ filter: /\.js$/ }, ({ path }) => ({
            contents: withOwnUrl(loadedLater(readFileSync(path, 'utf8'))),
          })),
      },
    ],
    outdir: 'dist',
    format: 'cjs',
    supported: { 'dynamic-import': false },
    // Exports are read through functions, since they might change. Here none does, and each login reads some. The mark
    // says that a default export is one; it is not copied, since it cannot be enumerated.
    footer: { js: 'module.exports = { __esModule: true, ...module.exports };' },
    minify: true,
    sourcemap: 'linked',
  });
}

/** CommonJS has no import.meta; a few modules, and yargs, ask where they lie. Where none does, it is not worked out. */
function withOwnUrl(text) {
  return text.replaceAll('import.meta.url', '(require("node:url").pathToFileURL(__filename).href)');
}

/** Makes one module, in a folder, of what is asked before the program is loaded. */
function bundleAlone(folder) {
  return build({
    ...common,
    entryPoints: ['src/gate.ts'],
    entryNames: '[name]',
    outdir: folder,
    bundle: true,
    format: 'esm',
    sourcemap: 'inline',
  });
}

/** Makes the files by which code is kept that V8 has compiled; they know the build by all files of dist/. */
function bundleCompiled() {
  const hash = createHash('sha256');
  for (const name of readdirSync(join(root, 'dist')).sort())
    hash.update(readFileSync(join(root, 'dist', name)));
  const identity = hash.digest('hex').slice(0, 16);
  return build({
    ...common,
    entryPoints: ['src/compiled-code.ts', 'src/compile.ts'],
    outdir: 'dist',
    bundle: true,
    format: 'cjs',
    minify: true,
    sourcemap: 'linked',
    define: { EXACT_BUILD: JSON.stringify(identity) },
  });
}

writeServerLists(root);
// Under one name: source maps have it, and two builds are to be equal.
const modules = join(root, 'dist.unfinished');
rmSync(modules, { recursive: true, force: true });
mkdirSync(modules);
try {
  const metafile = await splitInto(modules);
  await bundleAlone(modules);
  rmSync(join(root, 'dist'), { recursive: true, force: true });
  // Not of the project's type: for files of that type esbuild takes a module's default for all of it.
  writeFileSync(join(modules, 'package.json'), '{}\n');
  await convert(modules);
  writeFileSync(join(root, 'dist', 'package.json'), '{ "type": "commonjs" }\n');
  writeFileSync(join(root, 'dist', 'row-tables.bin'), await rowTables(root, common));
  writeFileSync(join(root, 'dist', 'licenses.txt'), bundledLicenses(metafile, root));
  await bundleCompiled();
} finally {
  rmSync(modules, { recursive: true });
}
