/** A file in memory for a cdb writer. */
import { CdbWriter } from '../../src/cdb-ts/writer.ts';

/** What was written, as one run of bytes; bytes that were never written are 0xEE. */
export class MemorySink {
  bytes = Buffer.alloc(0);
  /** Size of each write, in order. */
  readonly writes: number[] = [];

  writeAt(bytes: Uint8Array, position: number): void {
    const end = position + bytes.length;
    if (end > this.bytes.length) {
      this.bytes = Buffer.concat([this.bytes, Buffer.alloc(end - this.bytes.length, 0xee)]);
    }
    this.bytes.set(bytes, position);
    this.writes.push(bytes.length);
  }
}

/** Returns the constant database that a writer makes of what `fill` adds. */
export function written(fill: (writer: CdbWriter) => void): Buffer {
  const sink = new MemorySink();
  const writer = new CdbWriter(sink);
  fill(writer);
  writer.finish();
  return sink.bytes;
}
