// Where code is split, esbuild makes a chunk of each set of modules that the same entry points reach. An idle `exact
// update` came to 27 of them, and to load them took a tenth of its processor time. If every entry point reaches the same
// modules, they are one set and one chunk.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

const name = 'exact:one-chunk';

/**
 * Returns an esbuild plugin that puts some modules of src/, and those that they import, into one chunk, which every
 * command then loads. `metafile` is that of a build without the plugin; `first` are paths as it has them.
 */
export function inOneChunk(metafile, first) {
  const entryPoints = new Set([...first, ...importedLater(metafile)].map((path) => resolve(path)));
  const imports = [...importedBy(first, metafile)].map((path) => `import ${JSON.stringify(resolve(path))};`);
  return {
    name,
    setup({ onLoad, onResolve }) {
      onResolve({ filter: new RegExp(`^${name}$`) }, () => ({ path: name, namespace: name }));
      onLoad({ filter: /.*/, namespace: name }, () => ({
        contents: imports.join('\n'),
        resolveDir: resolve('.'),
      }));
      onLoad({ filter: /\.ts$/ }, ({ path }) =>
        entryPoints.has(path)
          ? { contents: `${readFileSync(path, 'utf8')}\nimport '${name}';\n`, loader: 'ts' }
          : undefined,
      );
    },
  };
}

/** The modules of src/ that are imported while the program runs: entry points to esbuild. */
function importedLater({ inputs }) {
  return Object.values(inputs)
    .flatMap(({ imports }) => imports.filter(({ kind }) => kind === 'dynamic-import'))
    .map(({ path }) => path)
    .filter(isOurs);
}

/** Some modules, and those that they import before they run. */
function importedBy(first, { inputs }) {
  const found = new Set(first);
  for (const path of found) {
    for (const { kind, path: next } of inputs[path].imports) {
      if (kind !== 'dynamic-import' && isOurs(next)) found.add(next);
    }
  }
  return found;
}

function isOurs(path) {
  return path.startsWith('src/');
}
