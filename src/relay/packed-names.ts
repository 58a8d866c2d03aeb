/**
 * The addresses and users of the pairs that a run's logins are of, as bytes in a few large buffers: a million new pairs
 * are not a million objects. A pair is known by its number, in the order in which pairs came.
 */
import { type Address, sortKey } from './address.ts';
import { Column } from './column.ts';

/** Names are put into buffers of so many bytes; a longer one has one of its own. */
const chunkBytes = 2 ** 20;

/** Bytes before the sort key: how many units the user has, how many bytes a unit takes, how many the address has. */
const headBytes = 6;

/** Finds pairs by address and user, and puts them in the order of the table. */
export class PackedNames {
  readonly #chunks: Buffer[] = [];
  /** Bytes of the last chunk that are taken. */
  #taken = chunkBytes;
  /** Where each pair's names are: the number of the chunk times `chunkBytes`, and the offset in it. */
  readonly #places = new Column(Float64Array);
  readonly #hashes = new Column(Uint32Array);
  /** Numbers of pairs, plus one, by their hash, or in the next free slot. */
  #slots = new Uint32Array(2 ** 10);

  /** How many pairs there are. */
  get count(): number {
    return this.#places.length;
  }

  /** Returns the number of a pair, a new one where it is not known. */
  numberOf(address: Address, user: string): number {
    const hash = hashOf(address, user);
    const mask = this.#slots.length - 1;
    let slot = hash & mask;
    for (let found = this.#slots[slot]; found !== 0; found = this.#slots[slot]) {
      const pair = (found as number) - 1;
      if (this.#hashes.at(pair) === hash && this.#is(pair, address, user)) return pair;
      slot = (slot + 1) & mask;
    }
    const pair = this.count;
    this.#places.push(this.#put(address, user));
    this.#hashes.push(hash);
    this.#slots[slot] = pair + 1;
    if (2 * this.count > this.#slots.length) this.#widen();
    return pair;
  }

  /** Returns the names of a pair, and the sort key of its address. */
  namesOf(pair: number): { readonly key: string; readonly address: Address; readonly user: string } {
    const { bytes, key, address, user, unitBytes, end } = this.#record(pair);
    return {
      key: bytes.toString('latin1', key, address),
      address: bytes.toString('latin1', address, user),
      user: bytes.toString(unitBytes === 1 ? 'latin1' : 'utf16le', user, end),
    };
  }

  /** Returns the numbers of all pairs in the order of the table. */
  sorted(): Uint32Array {
    const pairs = new Uint32Array(this.count);
    for (let pair = 0; pair < pairs.length; pair++) pairs[pair] = pair;
    return pairs.sort((a, b) => this.#compare(a, b));
  }

  #put(address: Address, user: string): number {
    const key = sortKey(address);
    const unitBytes = isLatin1(user) ? 1 : 2;
    const bytes = headBytes + key.length + address.length + unitBytes * user.length;
    if (this.#taken + bytes > chunkBytes) {
      this.#chunks.push(Buffer.allocUnsafeSlow(Math.max(chunkBytes, bytes)));
      this.#taken = 0;
    }
    const chunk = this.#chunks.at(-1) as Buffer;
    const start = this.#taken;
    let at = chunk.writeUInt32LE(user.length, start);
    at = chunk.writeUInt8(unitBytes, at);
    at = chunk.writeUInt8(address.length, at);
    at += chunk.write(key, at, 'latin1');
    at += chunk.write(address, at, 'latin1');
    chunk.write(user, at, unitBytes === 1 ? 'latin1' : 'utf16le');
    this.#taken += bytes;
    return (this.#chunks.length - 1) * chunkBytes + start;
  }

  /** Returns where the parts of a pair's names are. */
  #record(pair: number) {
    const place = this.#places.at(pair);
    const bytes = this.#chunks[Math.floor(place / chunkBytes)] as Buffer;
    const start = place % chunkBytes;
    const unitBytes = bytes[start + 4] as number;
    const key = start + headBytes;
    const address = key + (bytes[key] === 0x36 ? 33 : 9);
    const user = address + (bytes[start + 5] as number);
    return { bytes, key, address, user, unitBytes, end: user + unitBytes * bytes.readUInt32LE(start) };
  }

  #is(pair: number, address: Address, user: string): boolean {
    const names = this.#record(pair);
    if (names.user - names.address !== address.length) return false;
    if (names.end - names.user !== names.unitBytes * user.length) return false;
    for (let at = 0; at < address.length; at++) {
      if (names.bytes[names.address + at] !== address.charCodeAt(at)) return false;
    }
    for (let at = 0; at < user.length; at++) {
      if (unitAt(names, at) !== user.charCodeAt(at)) return false;
    }
    return true;
  }

  /** As sort keys are ordered, and `compareUsers` orders users. */
  #compare(a: number, b: number): number {
    const [one, other] = [this.#record(a), this.#record(b)];
    // Keys of one length are of one family; those of two differ in the first byte.
    for (let at = 0; at < one.address - one.key; at++) {
      const difference = (one.bytes[one.key + at] as number) - (other.bytes[other.key + at] as number);
      if (difference !== 0) return difference;
    }
    const [length, otherLength] = [one, other].map(({ user, end, unitBytes }) => (end - user) / unitBytes);
    for (let at = 0; at < Math.min(length as number, otherLength as number); at++) {
      const difference = unitAt(one, at) - unitAt(other, at);
      if (difference !== 0) return difference;
    }
    return (length as number) - (otherLength as number);
  }

  #widen(): void {
    const slots = new Uint32Array(2 * this.#slots.length);
    const mask = slots.length - 1;
    for (let pair = 0; pair < this.count; pair++) {
      let slot = this.#hashes.at(pair) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = pair + 1;
    }
    this.#slots = slots;
  }
}

/** Returns a unit of a user's name. */
function unitAt({ bytes, user, unitBytes }: { bytes: Buffer; user: number; unitBytes: number }, at: number) {
  return unitBytes === 1 ? (bytes[user + at] as number) : bytes.readUInt16LE(user + 2 * at);
}

function isLatin1(text: string): boolean {
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) > 0xff) return false;
  return true;
}

/** What hashes begin with. Nobody who chooses users can know it, and choose such as fall together; no answer depends on it. */
const seed = Math.floor(Math.random() * 2 ** 32);

/** FNV-1a: 32 bits. */
function hashOf(address: Address, user: string): number {
  let hash = seed;
  for (let at = 0; at < address.length; at++) hash = Math.imul(hash ^ address.charCodeAt(at), 0x01000193);
  for (let at = 0; at < user.length; at++) hash = Math.imul(hash ^ user.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}
