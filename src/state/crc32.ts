/** The checksum of state files: CRC-32 as gzip has it (RFC 1952, section 8). */

/** Returns the checksum of bytes that follow others whose checksum is `before`; 0 where none do. */
export type Crc32 = (bytes: Uint8Array, before: number) => number;

/** What each value of a byte adds: eight steps of the division at once. */
const steps = Uint32Array.from({ length: 256 }, (_none, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ 0xedb88320 : rest >>> 1;
  return rest;
});

/** The same in JavaScript. */
export const crc32InScript: Crc32 = (bytes, before) => {
  let rest = ~before;
  for (let at = 0; at < bytes.length; at++) {
    rest = (rest >>> 8) ^ (steps[(rest ^ (bytes[at] as number)) & 0xff] as number);
  }
  return ~rest >>> 0;
};

/** Bytes of which checksums are made sooner than node:zlib is loaded. */
const notWorthLoading = 64 * 1024;

/**
 * Returns what makes the checksums of a run by the faster of the two: Node.js has one in zlib, and can be asked for zlib without
 * a wait, from 20.16 and 22.3 on. That of few bytes is made without it.
 */
export function createCrc32(): Crc32 {
  let left = notWorthLoading;
  let best: Crc32 | undefined;
  return (bytes, before) => {
    left -= bytes.length;
    if (left >= 0) return crc32InScript(bytes, before);
    best ??= ofNode() ?? crc32InScript;
    return best(bytes, before);
  };
}

function ofNode(): Crc32 | undefined {
  const { getBuiltinModule } = process as {
    readonly getBuiltinModule?: (name: string) => { readonly crc32?: Crc32 };
  };
  return getBuiltinModule?.('node:zlib').crc32;
}

/** Makes the checksums of this process. */
export const crc32: Crc32 = createCrc32();
