/** Standard output: gathered into large writes, and quiet about a reader that has seen enough. */
import { writeSync } from 'node:fs';
import { errnoOf, Failure, reasonOf, statusOf } from '../problem.ts';
import { isTerminal } from './is-terminal.ts';

/** The reader of a pipe has gone (`| head`); what was to be said is of no use any more. That is no failure. */
export class OutputClosed extends Error {}

/** Where a command writes its data. */
export interface Output {
  readonly isTerminal: boolean;
  /** Width of the terminal in columns; undefined where there is none. */
  readonly columns: number | undefined;
  write(text: string): void;
  /** Writes what is made already, behind what was written before; the bytes are not kept. */
  writeBytes(bytes: Uint8Array): void;
  flush(): void;
}

const bufferBytes = 64 * 1024;
/** Characters that are gathered before they become bytes: see {@link StandardOutput.write}. */
const pendingCharacters = 1024;

/** Standard output of this process. Throws {@link OutputClosed} when nobody reads on. */
export class StandardOutput implements Output {
  #isTerminal: boolean | undefined;
  readonly #buffer = Buffer.allocUnsafe(bufferBytes);
  #used = 0;
  #pending = '';

  get isTerminal(): boolean {
    this.#isTerminal ??= isTerminal(1);
    return this.#isTerminal;
  }

  get columns(): number | undefined {
    return this.isTerminal ? process.stdout.columns : undefined;
  }

  write(text: string): void {
    // A row of a table is too little for a call of Buffer's; but a string that grows until the next write(2) keeps
    // so many small ones alive that the garbage collector costs more than all else, and takes 10 MB.
    this.#pending += text;
    if (this.#pending.length >= pendingCharacters) this.#encode();
  }

  writeBytes(bytes: Uint8Array): void {
    this.flush();
    writeAll(bytes);
  }

  flush(): void {
    this.#encode();
    this.#writeBuffer();
  }

  #encode(): void {
    const text = this.#pending;
    this.#pending = '';
    // A UTF-16 unit comes to three bytes at most.
    if (text.length * 3 > bufferBytes - this.#used) this.#writeBuffer();
    if (text.length * 3 > bufferBytes) writeAll(Buffer.from(text));
    else this.#used += this.#buffer.write(text, this.#used);
  }

  #writeBuffer(): void {
    const used = this.#used;
    this.#used = 0;
    writeAll(this.#buffer.subarray(0, used));
  }
}

function writeAll(bytes: Uint8Array): void {
  let done = 0;
  while (done < bytes.length) {
    try {
      done += writeSync(1, bytes, done);
    } catch (error) {
      if (errnoOf(error) === 'EPIPE') throw new OutputClosed();
      // A pipe that somebody else set non-blocking is full: its reader needs a moment.
      if (errnoOf(error) !== 'EAGAIN') throw cannotWrite(error);
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2);
    }
  }
}

/** A system call names no path for a descriptor: nobody would know what there was no space for. */
function cannotWrite(error: unknown): Failure {
  const status = statusOf(error, 'writing');
  return new Failure({ status, where: 'standard output', what: 'cannot write', why: reasonOf(error) });
}

/** Writes a line on standard error. Where nobody can read it (closed, full), nothing is left to be done. */
export function tell(line: string): void {
  try {
    writeSync(2, `${line}\n`);
  } catch {
    // The exit status still tells.
  }
}
