// Makes WebAssembly of src/recognize/rows/machine/, which is AssemblyScript, wherever machine.wasm is imported.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import asc from 'assemblyscript/asc';

const imported = /\/machine\.wasm$/;
const name = 'exact:row-machine';
const source = 'src/recognize/rows/machine';

/** Pages of 64 KiB: 16 MiB, of which the system gives what is touched. */
const pages = 256;

/** Of the memory the machine's own tables have what lies below; it has no data of the compiler's. */
const base = 131_072;

let compiled;

/** Returns the machine as WebAssembly. Throws an Error with what the compiler has to say. */
function machine(root) {
  compiled ??= compile(root);
  return compiled;
}

async function compile(root) {
  let binary;
  const options = ['--runtime', 'stub', '--noAssert', '-O3', '--enable', 'simd', '--use', 'abort='];
  const memory = [
    '--memoryBase',
    String(base),
    '--initialMemory',
    String(pages),
    '--maximumMemory',
    String(pages),
  ];
  const { error, stderr } = await asc.main(
    ['machine.ts', '--outFile', 'machine.wasm', ...options, ...memory],
    {
      readFile: (file) => readIfThere(join(root, source, file)),
      writeFile: (_file, contents) => {
        binary = contents;
      },
      listFiles: () => [],
    },
  );
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
