/** Notes of the wanted lines of a chunk: where the parts of each stand. */
import { wantedField, wantedFields } from '../maillog/chunk.ts';
import type { TagName } from './line-filter.ts';
import { isDigit, isSameHead } from './line-head.ts';

const blank = 0x20;
const colon = 0x3a;
const openingBracket = 0x5b;
const closingBracket = 0x5d;
const mostPidDigits = 10;

/** Takes the notes of one chunk after the other. */
export class LineNotes {
  /** How many lines were noted. */
  count = 0;
  /** As {@link WantedLines} has them; overwritten for the next chunk. */
  fields = new Int32Array(wantedFields * 1024);
  #bytes: Uint8Array = new Uint8Array();
  #head = 0;
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
    let pid = 0;
    let after = tag.end;
    if (bytes[after] === openingBracket) {
      pid = ++after;
      while (after < end && isDigit(bytes[after] as number)) after++;
      const digits = after - pid;
      if (bytes[after++] !== closingBracket || digits < 1 || digits > mostPidDigits) return;
    }
    const isWhole =
      after < end && bytes[after] === colon && (after + 1 === end || bytes[after + 1] === blank);
    if (!isWhole) return;
    fields[at + wantedField.program] = tag.program;
    fields[at + wantedField.tag] = tag.start;
    fields[at + wantedField.head] = this.#headOf(bytes, start, tag.start);
    fields[at + wantedField.pid] = pid;
    fields[at + wantedField.message] = after + 2;
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
