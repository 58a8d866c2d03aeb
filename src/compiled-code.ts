/**
 * What V8 has made of the program's code, kept in one file beside it: to make it anew is a quarter of a short run. The file is
 * good for one version of Node.js on one kind of processor: `compile.ts` makes it where Exact is installed. V8 compares version,
 * processor and the length of the source with what is kept, and compiles where they differ; that the source is the same says
 * the build's identity.
 */
import { openSync, readSync } from 'node:fs';
import Module from 'node:module';
import { basename, dirname, join } from 'node:path';
import { Script } from 'node:vm';

/** Differs between two builds that are not equal. */
declare const EXACT_BUILD: string;

/** Under which name it lies beside the code. */
const fileName = 'compiled.bin';

/** In bytes: twice what it is. */
const longestFirstLine = 4096;

/** The first line of the file, as JSON; behind its line end lies what V8 has made. */
interface Contents {
  readonly build: string;
  /** By name of a file of code: where what was made of it begins, and how long it is, in bytes. */
  readonly files: Readonly<Record<string, readonly [begin: number, length: number]>>;
}

/** What Node.js calls for each file that is required; later versions hand a third word, the form of the module. */
type Compile = (this: Module, source: string, path: string, ...more: unknown[]) => unknown;

/** Takes from the file what it has of a folder's code. Where there is none, or it is of another build, all is compiled. */
export function useCompiled(folder: string): void {
  try {
    // Open as long as the process lives: an upgrade in the middle of a run removes the file, and puts another there.
    const fd = openSync(join(folder, fileName), 'r');
    const first = bytesOf(fd, 0, longestFirstLine);
    const end = first.indexOf(0x0a);
    const { build, files }: Contents = JSON.parse(first.toString('latin1', 0, end));
    if (build !== EXACT_BUILD) return;
    compileBy(folder, (name) => {
      const [begin, length] = files[name] ?? [];
      if (begin === undefined || length === undefined) return undefined;
      const kept = bytesOf(fd, end + 1 + begin, length);
      return kept.length === length ? kept : undefined;
    });
  } catch {
    // It is not there, or cannot be read: the code itself is.
  }
}

/**
 * Notes what is compiled of a folder's code from now on. The returned function makes the file of it, which has the functions
 * that were called until then.
 */
export function keepCompiled(folder: string): () => { readonly path: string; readonly data: Buffer } {
  const scripts = new Map<string, Script>();
  compileBy(
    folder,
    () => undefined,
    (name, script) => scripts.set(name, script),
  );
  return () => {
    const made = [...scripts].map(([name, script]) => ({ name, data: script.createCachedData() }));
    let length = 0;
    const files = Object.fromEntries(
      made.map(({ name, data }) => {
        length += data.length;
        return [name, [length - data.length, data.length] as const];
      }),
    );
    const contents: Contents = { build: EXACT_BUILD, files };
    const first = Buffer.from(`${JSON.stringify(contents)}\n`, 'latin1');
    return { path: join(folder, fileName), data: Buffer.concat([first, ...made.map(({ data }) => data)]) };
  };
}

/** Reads a part of a file, which is shorter where the file ends: the whole would be a megabyte more to hold. */
function bytesOf(fd: number, position: number, length: number): Buffer {
  const buffer = Buffer.allocUnsafeSlow(length);
  return buffer.subarray(0, readSync(fd, buffer, 0, length, position));
}

/** Compiles a folder's code with what is kept of each file. */
function compileBy(
  folder: string,
  keptOf: (name: string) => Buffer | undefined,
  note?: (name: string, script: Script) => void,
): void {
  const prototype = Module.prototype as unknown as { _compile: Compile };
  const usual = prototype._compile;
  const [head, tail] = Module.wrap('\0').split('\0') as [string, string];
  prototype._compile = function (source, path, ...more) {
    const name = basename(path);
    const kept = dirname(path) === folder ? keptOf(name) : undefined;
    if (kept === undefined && (note === undefined || dirname(path) !== folder)) {
      return usual.call(this, source, path, ...more);
    }
    // Columns of errors are those of the file.
    const options = { filename: path, columnOffset: -head.length, cachedData: kept };
    const script = new Script(`${head}${source}${tail}`, options);
    note?.(name, script);
    const run = script.runInThisContext();
    return run.call(this.exports, this.exports, (id: string) => this.require(id), this, path, folder);
  };
}
