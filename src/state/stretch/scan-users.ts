/**
 * Hashes of the users of many lines of a state file, for the counters of relay/user-counters.ts. All hashes are worked out
 * before any counter is touched: the counters of a million users are spread over more memory than a processor has near,
 * and it fetches those of some lines at once only where nothing else stands between them.
 */
import { addUnit, emptyHash, userHash } from '../../relay/user-counters.ts';
import { unescapeField } from '../../terminal/escape.ts';

const tab = 0x09;
const space = 0x20;
const backslash = 0x5c;

/** What is known of some lines. */
export interface ScannedLines {
  readonly bytes: Buffer;
  /** Where each of them begins. */
  readonly starts: Int32Array;
  /** How many there are. */
  readonly count: number;
  /** Where the last one ends, after its newline. */
  readonly end: number;
}

/** Puts what `userHash` gives for the user of each line into `hashes`, which has room for them. */
export function hashUsers({ bytes, starts, count, end }: ScannedLines, hashes: Uint32Array): void {
  let next = end;
  for (let line = count - 1; line >= 0; line--) {
    const start = starts[line] as number;
    // The user is the last field but one. From the end there is less to pass over.
    let at = next - 2;
    for (; bytes[at] !== tab && at > start; at--);
    for (at--; bytes[at] !== tab && at > start; at--);
    hashes[line] = hashAt(bytes, at + 1);
    next = start;
  }
}

/** Names are mostly ASCII, and then their bytes are the units of their text. */
function hashAt(bytes: Buffer, start: number): number {
  let hash = emptyHash;
  let at = start;
  // A tab ends it, and of a damaged line anything.
  for (let byte = bytes[at] as number; byte >= space; byte = bytes[++at] as number) {
    if (byte > 0x7e || byte === backslash) return hashOfField(bytes, start);
    // As foldUser() has it.
    hash = addUnit(hash, byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte);
  }
  return hash >>> 0;
}

function hashOfField(bytes: Buffer, start: number): number {
  return userHash(unescapeField(bytes.toString('utf8', start, bytes.indexOf(tab, start))));
}
