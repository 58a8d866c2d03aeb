/**
 * Looks up pairs in the state file without reading it all: lines are sorted and begin with their key, so the
 * place is found by bisection. What is read this way is not checked against the file's checksum.
 */
import { fstatSync, readSync } from 'node:fs';
import { sortKey } from '../relay/address.ts';
import type { Pair } from '../relay/pair.ts';
import { isCanonicalAddress } from './common-values.ts';
import { keyBytes, parsePair } from './pair-line.ts';
import { checkHeader, StateDamage, stateHeader } from './state-file.ts';

/** Longer than a line with a user name of ordinary length; a longer one takes more reads. Bytes. */
const pieceBytes = 4096;

/** A whole line and where it ends. */
interface Line {
  readonly text: string;
  /** Byte offset after its newline. */
  readonly next: number;
}

/** Returns the pairs whose keys lie from `first` to `last`, both included, in the order of the relay table. */
export function findPairs(fd: number, first: string, last: string): Pair[] {
  const { size } = fstatSync(fd);
  checkHeader(bytesAt(fd, 0, stateHeader.length).toString('latin1'));
  const found: Pair[] = [];
  let at = offsetOf(fd, size, first);
  for (let line = lineAt(fd, at); line !== undefined && isPair(line); line = lineAt(fd, at)) {
    if (keyOf(line) > last) break;
    const pair = parsePair(line.text);
    // No checksum answers for what the line says.
    if (pair === undefined || !isCanonicalAddress(pair.address) || sortKey(pair.address) !== keyOf(line)) {
      throw new StateDamage(`the line at byte ${at} is no pair`);
    }
    found.push(pair);
    at = line.next;
  }
  return found;
}

/** Returns the offset of the first line whose key is not before `key`; the trailer's if there is none. */
function offsetOf(fd: number, size: number, key: string): number {
  const isReached = (offset: number) => {
    const line = lineAt(fd, lineAfter(fd, offset, size));
    return line === undefined || !isPair(line) || keyOf(line) >= key;
  };
  // Offsets and not lines are halved: the line after `low` is before the key, the line after `high` is not.
  let [low, high] = [stateHeader.length - 1, size];
  if (isReached(low)) return stateHeader.length;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (isReached(middle)) high = middle;
    else low = middle;
  }
  return lineAfter(fd, high, size);
}

/** The trailer is greater than every pair. */
function isPair({ text }: Line): boolean {
  return text.startsWith('4') || text.startsWith('6');
}

function keyOf({ text }: Line): string {
  return text.slice(0, keyBytes(text.charCodeAt(0)));
}

/** Returns the offset of the first line that begins after the byte at `offset`. */
function lineAfter(fd: number, offset: number, size: number): number {
  return offset >= size ? size : (lineAt(fd, offset)?.next ?? size);
}

/** Returns what stands from an offset to the next newline; undefined at the end. */
function lineAt(fd: number, offset: number): Line | undefined {
  for (let length = pieceBytes; ; length *= 4) {
    const bytes = bytesAt(fd, offset, length);
    const end = bytes.indexOf(0x0a);
    if (end >= 0) return { text: bytes.toString('utf8', 0, end), next: offset + end + 1 };
    if (bytes.length < length) return undefined;
  }
}

function bytesAt(fd: number, offset: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(length);
  return bytes.subarray(0, readSync(fd, bytes, 0, length, offset));
}
