/**
 * What a writer remembers of each record until the end, when the hash tables are made: hash and position,
 * eight bytes, in one growing array for each table. No object per record: a million of them cost 10 MB so.
 */
import { firstSlot, slotBytes, tableCount, tableOf } from './format.ts';

/** Records that each table has room for at first. */
const initialRecords = 16;

/** Hash and position of records, by hash table, each table's in the order of their coming. */
export class SlotLists {
  readonly #lists: Uint32Array[] = [];
  readonly #lengths = new Uint32Array(tableCount);
  /** Reused for each table: a million records would take 16 MB of fresh pages. */
  #bytes = Buffer.alloc(0);

  constructor() {
    for (let table = 0; table < tableCount; table++) this.#lists.push(new Uint32Array(2 * initialRecords));
  }

  /** Remembers a record. */
  add(hash: number, position: number): void {
    const table = tableOf(hash);
    const length = this.#lengths[table] as number;
    let list = this.#lists[table] as Uint32Array;
    if (length === list.length) {
      const longer = new Uint32Array(list.length * 2);
      longer.set(list);
      list = this.#lists[table] = longer;
    }
    list[length] = hash;
    list[length + 1] = position;
    this.#lengths[table] = length + 2;
  }

  /** Returns the number of slots that a table has: two for each record, as in D. J. Bernstein's cdbmake. */
  slots(table: number): number {
    return this.#lengths[table] as number;
  }

  /**
   * Returns the bytes of a hash table, valid until the next call: each record, in order, in the first free slot
   * from that of its hash on.
   */
  tableBytes(table: number): Uint8Array {
    const slots = this.slots(table);
    const list = this.#lists[table] as Uint32Array;
    const length = slots * slotBytes;
    if (length > this.#bytes.length) this.#bytes = Buffer.alloc(length);
    const bytes = this.#bytes.subarray(0, length).fill(0);
    const view = new DataView(bytes.buffer, bytes.byteOffset, length);
    for (let i = 0; i < slots; i += 2) {
      const hash = list[i] as number;
      let slot = firstSlot(hash, slots);
      while (view.getUint32(slot * slotBytes + 4, true) !== 0) slot = slot + 1 === slots ? 0 : slot + 1;
      view.setUint32(slot * slotBytes, hash, true);
      view.setUint32(slot * slotBytes + 4, list[i + 1] as number, true);
    }
    return bytes;
  }
}
