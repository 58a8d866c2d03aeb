/** A stretch of pairs as it stands in a state file: its lines, and what is asked of their users. */
import type { Stretch, VisitPair } from '../../relay/stretch.ts';
import { countHashes } from '../../relay/user-counters.ts';
import { isIPv6Line, keyBytes, parsePair } from '../pair-line.ts';
import { StateDamage } from '../state-file.ts';
import { isSameKey, type Scan, type ScanRoom } from './scan-stretch.ts';
import { hashUsers } from './scan-users.ts';

/** What a scan found in some bytes. */
export class StateStretch implements Stretch {
  readonly pairs: number;
  readonly nextExpiry: number;
  readonly count: number;
  readonly lines: Uint8Array;
  readonly addresses: Uint8Array;
  readonly isIPv6: boolean;
  readonly #bytes: Buffer;
  /** Where each line begins. */
  readonly #starts: Int32Array;
  readonly #hashes: Uint32Array;
  readonly #end: number;
  readonly #keyBytes: number;

  constructor(
    bytes: Buffer,
    { pairs, nextExpiry, count, used, end }: Scan,
    { addresses, starts, hashes }: ScanRoom,
  ) {
    const start = starts[0] as number;
    this.pairs = pairs;
    this.nextExpiry = nextExpiry;
    this.count = count;
    this.lines = bytes.subarray(start, end);
    this.addresses = addresses.subarray(0, used);
    this.#bytes = bytes;
    this.#starts = starts;
    this.#hashes = hashes;
    this.#end = end;
    this.#keyBytes = keyBytes(bytes[start] as number);
    this.isIPv6 = isIPv6Line(bytes[start] as number);
  }

  countUsers(counts: Uint32Array): void {
    countHashes(counts, this.#hashUsers());
  }

  visitUsers(counts: Uint32Array, most: number, visit: VisitPair): void {
    for (const [line, hash] of this.#hashUsers().entries()) {
      if ((counts[hash % counts.length] as number) > most) this.#show(line, visit);
    }
  }

  visitCrowds(most: number, visit: VisitPair): void {
    let first = 0;
    for (let line = 1; line <= this.pairs; line++) {
      if (line < this.pairs && this.#isOfSameAddress(first, line)) continue;
      // The address of the lines from `first` to `line`.
      if (first === 0 || line === this.pairs || line - first > most) {
        for (let one = first; one < line; one++) this.#show(one, visit);
      }
      first = line;
    }
  }

  /** Returns the hash of the user of each line; valid until it is asked again. */
  #hashUsers(): Uint32Array {
    const lines = { bytes: this.#bytes, starts: this.#starts, count: this.pairs, end: this.#end };
    hashUsers(lines, this.#hashes);
    return this.#hashes.subarray(0, this.pairs);
  }

  #isOfSameAddress(a: number, b: number): boolean {
    return isSameKey(this.#bytes, this.#starts[a] as number, this.#starts[b] as number, this.#keyBytes);
  }

  #show(line: number, visit: VisitPair): void {
    const start = this.#starts[line] as number;
    const end = line + 1 < this.pairs ? (this.#starts[line + 1] as number) : this.#end;
    const pair = parsePair(this.#bytes.toString('utf8', start, end - 1));
    if (pair === undefined) throw new StateDamage('a pair cannot be read');
    visit(
      pair.user,
      () => this.#bytes.toString('latin1', start, start + this.#keyBytes),
      () => pair.first,
    );
  }
}
