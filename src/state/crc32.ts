/** The checksum of state files: CRC-32 as gzip has it (RFC 1952, section 8). */
import * as zlib from 'node:zlib';

/** Returns the checksum of bytes that follow others whose checksum is `before`; 0 where none do. */
export type Crc32 = (bytes: Uint8Array, before: number) => number;

/** What each value of a byte adds: eight steps of the division at once. */
const steps = Uint32Array.from({ length: 256 }, (_none, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ 0xedb88320 : rest >>> 1;
  return rest;
});

/** The same in JavaScript: Node.js has it in zlib from 20.15 and 22.2 on, and is ten times as fast there. */
export const crc32InScript: Crc32 = (bytes, before) => {
  let rest = ~before;
  for (let at = 0; at < bytes.length; at++) {
    rest = (rest >>> 8) ^ (steps[(rest ^ (bytes[at] as number)) & 0xff] as number);
  }
  return ~rest >>> 0;
};

/** The faster of the two that this Node.js has. */
export const crc32: Crc32 = (zlib as { readonly crc32?: Crc32 }).crc32 ?? crc32InScript;
