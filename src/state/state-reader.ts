/** Reads the state file as a stream of pairs, in one block of memory however large the file is. */
import { readSync } from 'node:fs';
import { expiryOf, type Lifetime, type Pair } from '../relay/pair.ts';
import type { PairStream } from '../relay/pair-stream.ts';
import type { Stretch, StretchLimits } from '../relay/stretch.ts';
import { unescapeField } from '../terminal/escape.ts';
import { crc32 } from './crc32.ts';
import { lineOfKey } from './line-of-key.ts';
import { compareKeyAt, keyBytes, parsePair, timeDigits } from './pair-line.ts';
import { checkHeader, parseTrailer, StateDamage, stateHeader } from './state-file.ts';
import { type ScanRoom, scanRoomFor, scanStretch } from './stretch/scan-stretch.ts';
import { StateStretch } from './stretch/state-stretch.ts';

const blockBytes = 256 * 1024;
const newline = 0x0a;
const tab = 0x09;
const dash = 0x2d;
const noSessions: Pair['sessions'] = [];

/** The pairs of an open state file. Reading past damage throws {@link StateDamage}. */
export class StateReader implements PairStream {
  readonly #fd: number;
  #buffer: Buffer;
  /** Of a stretch. */
  #room: ScanRoom = scanRoomFor(0);
  /** The key that a stretch last had to end before, and where the lines before it end. */
  #until: string | undefined;
  #limit = 0;
  #filled = 0;
  /** The current line, without its newline. */
  #start = 0;
  #end = 0;
  /** Where the tab after its key is. */
  #afterKey = 0;
  /** First byte after the current line. */
  #next = 0;
  /** Bytes before this one are in the checksum. */
  #summed = 0;
  #checksum = 0;
  #count = 0;

  /** Takes a file open for reading, at its start, and checks its header; it is read in blocks of some bytes. */
  constructor(fd: number, bytes = blockBytes) {
    this.#fd = fd;
    this.#buffer = Buffer.allocUnsafe(bytes);
    this.#fill();
    checkHeader(this.#buffer.toString('latin1', 0, Math.min(stateHeader.length, this.#filled)));
    this.#next = stateHeader.length;
  }

  next(): boolean {
    // Beyond what is filled the buffer holds old bytes, whose newlines count for nothing.
    let end = this.#buffer.indexOf(newline, this.#next);
    while (end < 0 || end >= this.#filled) {
      if (!this.#fill()) throw new StateDamage('cut short');
      end = this.#buffer.indexOf(newline, this.#next);
    }
    this.#start = this.#next;
    this.#end = end;
    this.#next = end + 1;
    const first = this.#buffer[this.#start] ?? 0;
    if (first !== 0x34 && first !== 0x36) {
      this.#finish();
      return false;
    }
    this.#afterKey = this.#start + keyBytes(first);
    this.#count++;
    return true;
  }

  stretch(limits: StretchLimits, until: string | undefined): Stretch | undefined {
    const start = this.#start;
    const limit = this.#limitOf(until);
    if (start >= limit) return undefined;
    if (this.#room.addresses.length < this.#buffer.length) this.#room = scanRoomFor(this.#buffer.length);
    const scan = scanStretch(this.#buffer, { start, end: limit }, limits, this.#room);
    if (scan.pairs === 0) return undefined;
    this.#count += scan.pairs - 1;
    this.#afterKey += scan.last - start;
    this.#start = scan.last;
    this.#end = scan.end - 1;
    this.#next = scan.end;
    return new StateStretch(this.#buffer, scan, this.#room);
  }

  get key(): string {
    return this.#buffer.toString('latin1', this.#start, this.#afterKey);
  }

  compareKey(other: string): number {
    return compareKeyAt(this.#buffer, this.#start, other);
  }

  get hasSessions(): boolean {
    return this.#buffer[this.#end - 1] !== dash || this.#buffer[this.#end - 2] !== tab;
  }

  expiry(lifetime: Lifetime): number {
    const sessions = lifetime.sessionLimit > 0 && this.hasSessions ? this.pair().sessions : noSessions;
    let last = 0;
    const digits = this.#afterKey + 1;
    for (let at = digits; at < digits + timeDigits; at++) last = last * 10 + (this.#buffer[at] ?? 0) - 0x30;
    return expiryOf({ last, sessions }, lifetime);
  }

  address(): string {
    const start = this.#field(4);
    return this.#buffer.toString('latin1', start, this.#buffer.indexOf(tab, start));
  }

  user(): string {
    const start = this.#field(6);
    return unescapeField(this.#buffer.toString('utf8', start, this.#buffer.indexOf(tab, start)));
  }

  pair(): Pair {
    const pair = parsePair(this.#buffer.toString('utf8', this.#start, this.#end));
    if (pair === undefined) throw new StateDamage(`pair ${this.#count} cannot be read`);
    return pair;
  }

  /** Returns the bytes of the current line, with its newline, as they stand. */
  line(): Uint8Array {
    return this.#buffer.subarray(this.#start, this.#next);
  }

  /** Returns where the lines that are at hand and before a key end. It is asked for many lines, found for the first. */
  #limitOf(until: string | undefined): number {
    if (until === undefined) return this.#filled;
    if (until !== this.#until) {
      this.#until = until;
      const start = this.#start;
      const isBefore = this.compareKey(until) < 0;
      this.#limit = isBefore ? lineOfKey(this.#buffer, start, this.#filled, until) : start;
    }
    return this.#limit;
  }

  /** Returns where a field of the current line begins. */
  #field(index: number): number {
    let at = this.#afterKey + 2 * (timeDigits + 1) + 1; // LOGINS, the third field
    for (let field = 3; field < index; field++) at = this.#buffer.indexOf(tab, at) + 1;
    return at;
  }

  #finish(): void {
    const trailer = parseTrailer(this.#buffer.toString('utf8', this.#start, this.#end));
    if (trailer === undefined) throw new StateDamage(`line ${this.#count + 3} is neither a pair nor the end`);
    this.#sum(this.#start);
    if (trailer.count !== this.#count || trailer.checksum !== this.#checksum) {
      throw new StateDamage('count or checksum is wrong');
    }
  }

  #sum(upTo: number): void {
    this.#checksum = crc32(this.#buffer.subarray(this.#summed, upTo), this.#checksum);
    this.#summed = upTo;
  }

  /** Moves what is not read yet to the front and reads on behind it; grows for a longer line. False at the end. */
  #fill(): boolean {
    this.#sum(this.#next);
    const rest = this.#filled - this.#next;
    const larger =
      rest > this.#buffer.length / 2 ? Buffer.allocUnsafe(this.#buffer.length * 2) : this.#buffer;
    if (larger.length > 64 * blockBytes) throw new StateDamage('holds a line of over 16 MiB');
    this.#buffer.copy(larger, 0, this.#next, this.#filled);
    this.#buffer = larger;
    this.#filled = rest;
    this.#next = 0;
    this.#summed = 0;
    this.#until = undefined;
    while (this.#filled < this.#buffer.length) {
      const read = readSync(this.#fd, this.#buffer, this.#filled, this.#buffer.length - this.#filled, null);
      if (read === 0) break;
      this.#filled += read;
    }
    return this.#filled > rest;
  }
}
