/**
 * The envelope of most lines, from their bytes: stamp and host are the last line's but for the seconds, and only the
 * message is decoded. It gives what {@link parseEnvelope} and the stamp reader would give, since they have read the
 * head of the first such line; on doubt it gives nothing, and they are asked for the whole line.
 */

import type { Printed } from '../maillog/printed.ts';
import type { Rule } from '../rules/rule.ts';
import { parseEnvelope, type Unstamped } from '../syslog/envelope.ts';
import { type StampReader, secondsIn } from '../syslog/stamp.ts';
import { isDigit, secondsAt } from './line-head.ts';
import type { LineContext } from './reading.ts';

/** A program whose name may stand in a tag, and the rules for it, which look at messages alone. */
export interface TaggedProgram {
  readonly name: string;
  readonly rules: readonly Rule[];
}

/** A line among the bytes of a chunk, and where its parts stand; see {@link wantedField}. */
export interface LinePlace {
  readonly start: number;
  readonly end: number;
  /** Undefined where the line needs a closer look, and nothing more is known. */
  readonly program: TaggedProgram | undefined;
  readonly tag: number;
  readonly head: number;
  readonly pid: number;
  readonly message: number;
}

/** A record, its time in Unix seconds, and the rules for its program. */
interface TimedRecord extends Unstamped {
  readonly time: number;
  readonly rules: readonly Rule[];
}

/** Reads the envelopes of the lines of one log. */
export interface QuickEnvelope {
  /**
   * Returns the record that a line holds; undefined for one that is not quickly read. The context is one object for
   * all lines of a chunk, since heads are numbered within a chunk.
   */
  read(bytes: Buffer, line: LinePlace, context: LineContext): TimedRecord | undefined;
}

/** What stamp and host of a line say, but for the seconds. */
export interface Head {
  readonly stamp: string;
  /** When the minute began: Unix seconds. */
  readonly minute: number;
  readonly host: string;
  readonly printed: Printed | undefined;
}

const digitZero = 0x30;

/** Returns a reader for lines whose stamps `stamps` reads. */
export function createQuickEnvelope(stamps: StampReader): QuickEnvelope {
  let head: Head | undefined;
  let number = -1;
  let chunk: LineContext | undefined;
  return {
    read(bytes, line, context) {
      const { program, start, end, tag, pid, message } = line;
      if (program === undefined) return undefined;
      if (line.head !== number || context !== chunk) {
        head = headOf(bytes.toString('latin1', start, tag), stamps, context.writtenBefore);
        number = line.head;
        chunk = context;
      }
      const seconds = secondsAt(bytes, start);
      const tens = (bytes[seconds] as number) - digitZero;
      const second = tens * 10 + (bytes[seconds + 1] as number) - digitZero;
      if (head === undefined || second > 59) return undefined;
      return {
        host: head.host,
        program: program.name,
        pid: pid === 0 ? '' : bytes.toString('latin1', pid, digitsEnd(bytes, pid)),
        message: bytes.toString(context.isAscii ? 'latin1' : 'utf8', message, end),
        printed: head.printed,
        time: head.minute + second,
        rules: program.rules,
      };
    },
  };
}

function digitsEnd(bytes: Uint8Array, from: number): number {
  let at = from;
  while (isDigit(bytes[at] as number)) at++;
  return at;
}

/**
 * Returns what stands before a tag, if it is a stamp and a host, or a stamp alone, or before the APP-NAME of RFC 5424, and the
 * plain readers make something of it.
 */
export function headOf(text: string, stamps: StampReader, writtenBefore: number): Head | undefined {
  const isRfc5424 = text.startsWith('<');
  const record = parseEnvelope(isRfc5424 ? `${text}tag - - - x` : `${text}tag: `);
  if (record === undefined) return undefined;
  const { stamp, host, printed } = record;
  const before = isRfc5424 ? text.indexOf('>') + 3 : 0;
  const hostAndBlank = host === '' ? '' : `${host} `;
  if (text.slice(before) !== `${stamp} ${isRfc5424 ? hostAndBlank || '- ' : hostAndBlank}`) return undefined;
  if (before + secondsIn(stamp) !== secondsAt(Buffer.from(text, 'latin1'), 0)) return undefined;
  const minute = stamps.minuteOf(stamp, writtenBefore);
  return minute === undefined ? undefined : { stamp, minute, host, printed };
}
