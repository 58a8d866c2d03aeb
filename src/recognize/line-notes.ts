/** Notes of the wanted lines of a chunk: where the parts of each stand. */

import type { TagName } from './line-filter.ts';
import { isDigit, isSameHead } from './line-head.ts';
import { wantedField, wantedFields } from './wanted-lines.ts';

const blank = 0x20;
const colon = 0x3a;
const openingBracket = 0x5b;
const closingBracket = 0x5d;
const mostPidDigits = 10;
const dash = 0x2d;
const comma = 0x2c;
const lessThan = 0x3c;
/** MSGID and data of RFC 5424, where there are none. */
const noMore = Buffer.from(' - - ');
const [upperA, upperZ] = [0x41, 0x5a];
/** A byte order mark begins with it. */
const firstOfMark = 0xef;

/** Takes the notes of one chunk after the other. */
export class LineNotes {
  /** How many lines were noted. */
  count = 0;
  /** As {@link WantedLines} has them; overwritten for the next chunk. */
  fields = new Int32Array(wantedFields * 1024);
  #bytes: Uint8Array = new Uint8Array();
  #head = 0;
  /** Where the process number of the line begins that is being noted; 0 if it has none. */
  #pid = 0;
  /** Of the last line that has a head: where it begins, and where its tag does. */
  #lastStart = 0;
  #lastTag = 0;

  /** Begins with the bytes of another chunk. */
  begin(bytes: Uint8Array): void {
    this.#bytes = bytes;
    this.count = 0;
    this.#lastTag = 0;
  }

  /** Notes the line in [start, end) of the chunk, before which `line` others stand in it. */
  add(start: number, end: number, line: number, tag: TagName): void {
    const bytes = this.#bytes;
    const at = this.count++ * wantedFields;
    if (at === this.fields.length) this.#grow();
    const { fields } = this;
    fields[at + wantedField.start] = start;
    fields[at + wantedField.end] = end;
    fields[at + wantedField.line] = line;
    fields[at + wantedField.program] = -1;
    if (tag.program < 0) return;
    const { start: name, end: from } = tag;
    const message =
      bytes[start] === lessThan ? this.#afterHeader(bytes, from, end) : this.#afterTag(bytes, from, end);
    if (message < 0 || mayHaveMark(bytes, message)) return;
    fields[at + wantedField.program] = tag.program;
    fields[at + wantedField.tag] = name;
    fields[at + wantedField.head] = this.#headOf(bytes, start, name);
    fields[at + wantedField.pid] = this.#pid;
    fields[at + wantedField.message] = message;
  }

  /** Returns where the message begins behind a tag that ends at `from` but for its process number; -1 if it is no tag. */
  #afterTag(bytes: Uint8Array, from: number, end: number): number {
    let after = from;
    this.#pid = 0;
    if (bytes[after] === openingBracket) {
      after = this.#afterPid(bytes, after + 1, end);
      if (after < 0 || bytes[after++] !== closingBracket) return -1;
    }
    const isWhole =
      after < end && bytes[after] === colon && (after + 1 === end || bytes[after + 1] === blank);
    return isWhole ? after + 2 : -1;
  }

  /** The same for an APP-NAME: most senders have neither MSGID nor data, ` 811 - - `, and others want a closer look. */
  #afterHeader(bytes: Uint8Array, from: number, end: number): number {
    let at = from + 1;
    this.#pid = 0;
    at = bytes[at] === dash ? at + 1 : this.#afterPid(bytes, at, end);
    if (at < 0 || at + noMore.length >= end) return -1;
    for (let index = 0; index < noMore.length; index++) if (bytes[at + index] !== noMore[index]) return -1;
    at += noMore.length;
    if (bytes[at] === firstOfMark) return -1;
    return bytes[at] === blank ? at + 1 : at;
  }

  #afterPid(bytes: Uint8Array, from: number, end: number): number {
    let after = from;
    while (after < end && isDigit(bytes[after] as number)) after++;
    if (after === from || after - from > mostPidDigits) return -1;
    this.#pid = from;
    return after;
  }

  #headOf(bytes: Uint8Array, start: number, tag: number): number {
    const length = tag - start;
    const isSame =
      this.#lastTag - this.#lastStart === length && isSameHead(bytes, this.#lastStart, start, length);
    if (!isSame) this.#head++;
    this.#lastStart = start;
    this.#lastTag = tag;
    return this.#head;
  }

  #grow(): void {
    const larger = new Int32Array(this.fields.length * 2);
    larger.set(this.fields);
    this.fields = larger;
  }
}

/** A message may begin with `[ID 583609 mail.info]` (Solaris) or with Dovecot's own stamp: it needs a closer look. */
function mayHaveMark(bytes: Uint8Array, message: number): boolean {
  const first = bytes[message] as number;
  if (first === openingBracket || isDigit(first)) return true;
  const fourth = bytes[message + 3];
  return (fourth === blank || fourth === comma) && first >= upperA && first <= upperZ;
}
