// Where code is split, esbuild makes a chunk of each set of modules that the same entry points reach. An idle `exact
// update` came to 27 of them, and to load them took a tenth of its processor time; one that finds a login came to 36. If
// the same entry points reach all modules of a group, they are one set and one chunk.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

/**
 * Returns an esbuild plugin that puts some modules of src/, and those that they import, into one chunk for each group, by its
 * name. The first group is loaded by every command; each other one, which lacks what is in those before, as a whole by
 * each entry point that imports one of its `modules`, and by those that are loaded `with` it. `metafile` is that of a build
 * without the plugin; paths are as it has them.
 */
export function inOneChunk(metafile, groups) {
  const [everywhere] = Object.keys(groups);
  const entryPoints = importedLater(metafile);
  const grouped = new Set();
  const contents = new Map();
  const imports = new Map();
  for (const [group, { modules, with: later = [] }] of Object.entries(groups)) {
    const members = [...importedBy(modules, metafile)].filter((path) => !grouped.has(path));
    for (const path of members) grouped.add(path);
    contents.set(`exact:${group}`, members.map(importOf).join('\n'));
    for (const path of new Set([...modules, ...entryPoints])) {
      const reached = importedBy([path], metafile);
      const isLoaded = later.includes(path) || modules.some((one) => reached.has(one));
      if (group !== everywhere && !isLoaded) continue;
      imports.set(resolve(path), [...(imports.get(resolve(path)) ?? []), `import 'exact:${group}';`]);
    }
  }
  return {
    name: 'one-chunk',
    setup({ onLoad, onResolve }) {
      onResolve({ filter: /^exact:/ }, ({ path }) =>
        contents.has(path) ? { path, namespace: 'one-chunk' } : undefined,
      );
      onLoad({ filter: /.*/, namespace: 'one-chunk' }, ({ path }) => ({
        contents: contents.get(path),
        resolveDir: resolve('.'),
      }));
      onLoad({ filter: /\.ts$/ }, ({ path }) =>
        imports.has(path)
          ? { contents: `${readFileSync(path, 'utf8')}\n${imports.get(path).join('\n')}\n`, loader: 'ts' }
          : undefined,
      );
    },
  };
}

function importOf(path) {
  return `import ${JSON.stringify(resolve(path))};`;
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
