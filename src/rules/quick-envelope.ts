/**
 * The envelope of most lines, from their bytes: stamp and host are the last line's but for some digits, which
 * costs a comparison, and only the message is decoded. It gives what {@link parseEnvelope} and the stamp reader
 * would give, since they have read the head that lines are compared with; on doubt it gives nothing, and they are
 * asked for the whole line.
 */
import { parseEnvelope, type Unstamped } from './envelope.ts';
import type { LineContext } from './reading.ts';
import type { Rule } from './rule.ts';
import { type StampReader, secondsIn } from './stamp.ts';

/** A program whose name may stand in a tag, and the rules for it, which look at messages alone. */
export interface TaggedProgram {
  readonly name: string;
  readonly rules: readonly Rule[];
}

/** The tag of a line of bytes. */
export interface Tag {
  /** Undefined where the line needs a closer look. */
  readonly program: TaggedProgram | undefined;
  /** Where the program's name begins, after stamp and host. */
  readonly start: number;
  /** One past the name's last byte. */
  readonly end: number;
}

/** A record, its time in Unix seconds, and the rules for its program. */
export interface TimedRecord extends Unstamped {
  readonly time: number;
  readonly rules: readonly Rule[];
}

/** Reads the envelopes of the lines of one log. */
export interface QuickEnvelope {
  /** Returns the record in [start, end) of the bytes, a line with this tag; undefined for one that is not quickly read. */
  read(bytes: Buffer, start: number, end: number, tag: Tag, context: LineContext): TimedRecord | undefined;
}

/** Stamp and host as the lines of one host have them for a minute. */
interface Head {
  /** Each byte up to the tag; {@link anyDigit} for those of seconds and their fraction. */
  readonly template: Uint8Array;
  readonly secondsAt: number;
  /** When the minute began: Unix seconds. */
  readonly minute: number;
  readonly writtenBefore: number;
  readonly host: string;
}

const anyDigit = 0;
const blank = 0x20;
const digitZero = 0x30;
const colon = 0x3a;
const openingBracket = 0x5b;
const closingBracket = 0x5d;
const mostPidDigits = 10;

/** Returns a reader for lines whose stamps `stamps` reads. */
export function createQuickEnvelope(stamps: StampReader): QuickEnvelope {
  let head: Head | undefined;
  return {
    read(bytes, start, end, { program, start: tagStart, end: tagEnd }, context) {
      if (program === undefined) return undefined;
      const { writtenBefore, isAscii = false } = context;
      if (head?.writtenBefore !== writtenBefore || !hasHead(head, bytes, start, tagStart)) {
        head = headOf(bytes.toString('latin1', start, tagStart), stamps, writtenBefore);
        if (head === undefined) return undefined;
      }
      const tens = (bytes[start + head.secondsAt] as number) - digitZero;
      const second = tens * 10 + (bytes[start + head.secondsAt + 1] as number) - digitZero;
      let at = tagEnd;
      let pid = '';
      if (bytes[at] === openingBracket) {
        const digits = pidEnd(bytes, ++at, end) - at;
        if (digits < 1 || digits > mostPidDigits) return undefined;
        pid = bytes.toString('latin1', at, at + digits);
        at += digits + 1;
      }
      const isWhole = at < end && bytes[at] === colon && (at + 1 === end || bytes[at + 1] === blank);
      if (second > 59 || !isWhole) return undefined;
      const message = bytes.toString(isAscii ? 'latin1' : 'utf8', at + 2, end);
      const time = head.minute + second;
      return { host: head.host, program: program.name, pid, message, time, rules: program.rules };
    },
  };
}

function hasHead({ template }: Head, bytes: Uint8Array, start: number, tagStart: number): boolean {
  if (tagStart - start !== template.length) return false;
  for (let at = 0; at < template.length; at++) {
    const byte = bytes[start + at] as number;
    const wanted = template[at] as number;
    if (byte !== wanted && (wanted !== anyDigit || !isDigit(byte))) return false;
  }
  return true;
}

/** What stands before a tag, if it is a stamp and a host, or a stamp alone, of which the plain readers make something. */
function headOf(text: string, stamps: StampReader, writtenBefore: number): Head | undefined {
  const record = parseEnvelope(`${text}tag: `);
  if (record === undefined) return undefined;
  const { stamp, host } = record;
  if (text !== (host === '' ? `${stamp} ` : `${stamp} ${host} `)) return undefined;
  const minute = stamps.minuteOf(stamp, writtenBefore);
  if (minute === undefined) return undefined;
  const template = Buffer.from(text, 'latin1');
  const secondsAt = secondsIn(stamp);
  template.fill(anyDigit, secondsAt, secondsAt + 2);
  const point = stamp[secondsAt + 2];
  for (let at = secondsAt + 3; (point === '.' || point === ',') && isDigit(template[at] ?? 0); at++)
    template[at] = anyDigit;
  return { template, secondsAt, minute, writtenBefore, host };
}

/** Where the digits from a place on end with a bracket; before that place where they do not. */
function pidEnd(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && isDigit(bytes[at] as number)) at++;
  return at < end && bytes[at] === closingBracket ? at : from - 1;
}

function isDigit(byte: number): boolean {
  return byte >= digitZero && byte <= 0x39;
}
