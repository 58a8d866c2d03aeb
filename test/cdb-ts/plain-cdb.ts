/** The plain version of the cdb writer, as the format's page describes it: the oracle of the fast one. */

/** Key and value of one record. */
export type PlainRecord = readonly [key: Uint8Array, value: Uint8Array];

function plainHash(key: Uint8Array): number {
  // In big integers: nothing wraps until it is told to.
  return Number(key.reduce((hash, byte) => ((hash * 33n) ^ BigInt(byte)) & 0xffff_ffffn, 5381n));
}

function numbers(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  values.forEach((value, index) => {
    bytes.writeUInt32LE(value, index * 4);
  });
  return bytes;
}

/** Returns the constant database of the records. */
export function plainCdb(records: readonly PlainRecord[]): Buffer {
  const parts: Buffer[] = [];
  const placed: { hash: number; position: number }[][] = Array.from({ length: 256 }, () => []);
  let position = 2048;
  for (const [key, value] of records) {
    const hash = plainHash(key);
    placed[hash % 256]?.push({ hash, position });
    parts.push(Buffer.concat([numbers(key.length, value.length), key, value]));
    position += 8 + key.length + value.length;
  }
  const header: number[] = [];
  for (const mine of placed) {
    const slots: ({ hash: number; position: number } | undefined)[] = Array(mine.length * 2).fill(undefined);
    for (const record of mine) {
      let slot = Math.floor(record.hash / 256) % slots.length;
      while (slots[slot] !== undefined) slot = (slot + 1) % slots.length;
      slots[slot] = record;
    }
    header.push(position, slots.length);
    parts.push(...slots.map((slot) => numbers(slot?.hash ?? 0, slot?.position ?? 0)));
    position += slots.length * 8;
  }
  return Buffer.concat([numbers(...header), ...parts]);
}
