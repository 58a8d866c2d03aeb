/**
 * What a writer remembers of each record until the end, when the hash tables are made: hash and position,
 * eight bytes. No object per record, and no large array that is copied as it grows: each table has a chain of small
 * blocks, and all blocks lie in a few large chunks. The first of these begins small, since most tables are.
 */
import { firstSlot, slotBytes, tableCount, tableOf } from './format.ts';

/** Numbers in a block: 64 records of one table. */
const blockLength = 2 ** 7;

/** Numbers in a chunk, 1 MB: 2048 blocks. Indices are split by bits; division and `%` cost 5 % of the whole. */
const chunkBits = 18;
const chunkLength = 2 ** chunkBits;

/** Numbers in the first chunk as it begins, 16 KB: to clear a whole one takes longer than to write a small table. */
const firstLength = 2 ** 12;

/** Hash and position of records, by hash table, each table's in the order of their coming. */
export class SlotLists {
  readonly #chunks: Uint32Array[] = [];
  #blockCount = 0;
  /** For each table, the indices, over all chunks, at which its blocks begin. */
  readonly #blocks: number[][] = Array.from({ length: tableCount }, () => []);
  /** For each table, the index of its next record; a multiple of the block length where it needs a new block. */
  readonly #next = new Uint32Array(tableCount);
  /** Reused for each table: a million records would take 16 MB of fresh pages. */
  #bytes = Buffer.alloc(0);

  /** Remembers a record; the hash is 32 bits, of either sign. */
  add(hash: number, position: number): void {
    const table = tableOf(hash);
    let index = this.#next[table] as number;
    if ((index & (blockLength - 1)) === 0) index = this.#newBlock(table);
    const chunk = this.#chunks[index >>> chunkBits] as Uint32Array;
    const at = index & (chunkLength - 1);
    chunk[at] = hash;
    chunk[at + 1] = position;
    this.#next[table] = index + 2;
  }

  /** Returns the number of slots that a table has: two for each record, as in D. J. Bernstein's cdbmake. */
  slots(table: number): number {
    const blocks = this.#blocks[table] as number[];
    const last = blocks.at(-1);
    if (last === undefined) return 0;
    return (blocks.length - 1) * blockLength + (this.#next[table] as number) - last;
  }

  /**
   * Returns the bytes of a hash table, valid until the next call: each record, in order, in the first free slot
   * from that of its hash on.
   */
  tableBytes(table: number): Uint8Array {
    const slots = this.slots(table);
    const length = slots * slotBytes;
    if (length > this.#bytes.length) this.#bytes = Buffer.alloc(length);
    const bytes = this.#bytes.subarray(0, length).fill(0);
    const view = new DataView(bytes.buffer, bytes.byteOffset, length);
    for (const block of this.#blocks[table] as number[]) {
      const chunk = this.#chunks[block >>> chunkBits] as Uint32Array;
      const start = block & (chunkLength - 1);
      for (let at = start; at < start + blockLength; at += 2) {
        const hash = chunk[at] as number;
        const position = chunk[at + 1] as number;
        if (position === 0) break; // No record lies there: the last block ends here.
        let slot = firstSlot(hash, slots);
        while (view.getUint32(slot * slotBytes + 4, true) !== 0) slot = slot + 1 === slots ? 0 : slot + 1;
        view.setUint32(slot * slotBytes, hash, true);
        view.setUint32(slot * slotBytes + 4, position, true);
      }
    }
    return bytes;
  }

  #newBlock(table: number): number {
    const index = this.#blockCount++ * blockLength;
    if (index === 0) this.#chunks.push(new Uint32Array(firstLength));
    else if ((index & (chunkLength - 1)) === 0) this.#chunks.push(new Uint32Array(chunkLength));
    else if (index === this.#chunks[0]?.length) this.#growFirst();
    (this.#blocks[table] as number[]).push(index);
    return index;
  }

  #growFirst(): void {
    const small = this.#chunks[0] as Uint32Array;
    this.#chunks[0] = new Uint32Array(small.length * 2);
    this.#chunks[0].set(small);
  }
}
