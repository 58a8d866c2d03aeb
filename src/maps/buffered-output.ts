/** Gathers small pieces into large writes. */
import { writeSync } from 'node:fs';

const bufferBytes = 128 * 1024;

/** Writes all of a run of bytes, however many calls that takes: one write may take only a part of it. */
export function writeAll(fd: number, bytes: Uint8Array, position: number | null = null): void {
  let done = 0;
  while (done < bytes.length) {
    done += writeSync(fd, bytes, done, bytes.length - done, position === null ? null : position + done);
  }
}

/** Appends bytes and text to a file, each write a large one. What is not flushed is not written. */
export class BufferedOutput {
  readonly #write: (bytes: Uint8Array) => void;
  readonly #buffer = Buffer.allocUnsafe(bufferBytes);
  #used = 0;

  /** `write` gets each full buffer, which is reused once it returns. */
  constructor(write: (bytes: Uint8Array) => void) {
    this.#write = write;
  }

  /** Appends bytes. */
  bytes(source: Uint8Array): void {
    const { length } = source;
    if (length > bufferBytes - this.#used) this.flush();
    if (length > bufferBytes) this.#write(source);
    else {
      this.#buffer.set(source, this.#used);
      this.#used += length;
    }
  }

  /** Appends text that has only code points up to U+00FF, one byte each: addresses, digits, hexadecimal. */
  latin1(text: string): void {
    const length = text.length;
    if (length > bufferBytes - this.#used) this.flush();
    // A loop, and not write(): texts are short, and there may be a million of them.
    const buffer = this.#buffer;
    let used = this.#used;
    for (let at = 0; at < length; at++) buffer[used++] = text.charCodeAt(at);
    this.#used = used;
  }

  /** Hands over what is gathered. */
  flush(): void {
    if (this.#used === 0) return;
    const used = this.#used;
    this.#used = 0;
    this.#write(this.#buffer.subarray(0, used));
  }
}
