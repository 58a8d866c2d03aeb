// Makes WebAssembly of src/recognize/rows/machine/, which is AssemblyScript, wherever machine.wasm is imported. The compiler
// takes seconds, so what it makes is kept, under a name that says of which sources, by which options and which compiler.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const imported = /\/machine\.wasm$/;
const name = 'exact:row-machine';
const source = 'src/recognize/rows/machine';
const cache = 'node_modules/.cache/exact-machine';

/** Pages of 64 KiB: 16 MiB, of which the system gives what is touched. */
const pages = 256;

/** Of the memory the machine's own tables have what lies below; it has no data of the compiler's. */
const base = 131_072;

const options = [
  ...['--runtime', 'stub', '--noAssert', '-O3', '--enable', 'simd', '--use', 'abort='],
  ...['--memoryBase', String(base), '--initialMemory', String(pages), '--maximumMemory', String(pages)],
];

let compiled;

/** Returns the machine as WebAssembly. Throws an Error with what the compiler has to say. */
function machine(root) {
  compiled ??= keptOrCompiled(root);
  return compiled;
}

async function keptOrCompiled(root) {
  const hash = createHash('sha256').update(JSON.stringify(options));
  for (const file of readdirSync(join(root, source)).sort())
    hash.update(JSON.stringify([file, readFileSync(join(root, source, file), 'utf8')]));
  hash.update(readFileSync(join(root, 'node_modules/assemblyscript/package.json')));
  const path = join(root, cache, `${hash.digest('hex')}.wasm`);
  if (existsSync(path)) return readFileSync(path);
  const binary = await compile(root);
  mkdirSync(join(root, cache), { recursive: true });
  // Others may be reading it.
  writeFileSync(`${path}.${process.pid}`, binary);
  renameSync(`${path}.${process.pid}`, path);
  return binary;
}

async function compile(root) {
  const { default: asc } = await import('assemblyscript/asc');
  let binary;
  const { error, stderr } = await asc.main(['machine.ts', '--outFile', 'machine.wasm', ...options], {
    readFile: (file) => readIfThere(join(root, source, file)),
    writeFile: (_file, contents) => {
      binary = contents;
    },
    listFiles: () => [],
  });
  if (error) throw new Error(`${source}: ${error.message}\n${stderr}`);
  return Buffer.from(binary);
}

function readIfThere(path) {
  return existsSync(path) ? readFileSync(path, 'utf8') : null;
}

/** Returns a plugin for esbuild, which gets the machine for the import. */
export function rowMachineForEsbuild(root) {
  return {
    name,
    setup({ onLoad, onResolve }) {
      onResolve({ filter: imported }, () => ({ path: source, namespace: name }));
      onLoad({ filter: /.*/, namespace: name }, async () => ({
        contents: await machine(root),
        loader: 'binary',
      }));
    },
  };
}

/** Returns a plugin for Vite, and so for Vitest, which does the same. */
export function rowMachineForVite(root) {
  const marked = `\0${name}`;
  return {
    name,
    enforce: 'pre',
    resolveId: (path) => (imported.test(path) ? marked : undefined),
    load: async (id) =>
      id === marked
        ? `export default Buffer.from('${(await machine(root)).toString('base64')}', 'base64');`
        : undefined,
  };
}
