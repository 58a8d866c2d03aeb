/** How far a line in no known form got as a log line: for people, beside a caret. The forms themselves decide. */
import { atPlace, bsdStamp, findAt, host, isoStamp, journalctlStamp, nameAndPid } from './forms/grammar.ts';
import { type Likeness, likenessOf } from './unknown-form.ts';

/** Where a line stops being a log line. */
export interface EnvelopeReach {
  /** Characters before that place. */
  readonly at: number;
  /** What was wanted there, for people. */
  readonly wanted: string;
  /** What the line looks like, where that can be told. */
  readonly likeness?: Likeness;
}

const priority = /^(?:<\d{1,3}>)?/;
const stamp = atPlace(
  String.raw`(?:(?:${bsdStamp}|${isoStamp}|${journalctlStamp}|@[\da-f]{24}|\d{4}-\d\d-\d\d_[\d:.]+)(?: |$))`,
);
const hostName = atPlace(`(?:${host})(?: |$)`);
const tagName = atPlace(`${nameAndPid}`);

/** The commonest stamps, to say how much of one stands there: `A` is a letter, `0` a digit or the blank before one. */
const shapes = ['Aaa 00 00:00:00 ', '0000-00-00T00:00:00'];
/** By chance a line begins like a stamp for no more characters. */
const leastOfStamp = 4;

/** Returns how far a line got that {@link parseEnvelope} knows no form of. */
export function envelopeReach(line: string): EnvelopeReach {
  const likeness = likenessOf(line);
  return { ...placeIn(line), ...(likeness && { likeness }) };
}

function placeIn(line: string): Omit<EnvelopeReach, 'likeness'> {
  const [{ length: from }] = priority.exec(line) ?? [''];
  const found = findAt(stamp, line, from);
  if (found === undefined) {
    const length = Math.max(...shapes.map((shape) => commonLength(line.slice(from), shape)));
    const at = from + (length < leastOfStamp ? 0 : length);
    return { at, wanted: "a stamp, as in 'Nov 22 10:04:26' or '2026-11-22T10:04:26Z'" };
  }
  const afterStamp = from + found[0].length;
  const named = findAt(hostName, line, afterStamp);
  if (named === undefined) return { at: afterStamp, wanted: "host and program, as in 'mx dovecot: '" };
  const afterHost = afterStamp + named[0].length;
  const [tag = ''] = findAt(tagName, line, afterHost) ?? [];
  return {
    at: afterHost + tag.length,
    wanted: tag === '' ? 'a program and a colon' : 'a colon and a blank after the program',
  };
}

/** Returns how many characters of a line are as in a shape. */
function commonLength(line: string, shape: string): number {
  let at = 0;
  while (at < shape.length && at < line.length && isLike(line[at] as string, shape[at] as string)) at++;
  return at;
}

function isLike(character: string, wanted: string): boolean {
  if (wanted === '0') return /[\d ]/.test(character);
  if (wanted === 'A') return /[A-Z]/.test(character);
  return wanted === 'a' ? /[a-z]/.test(character) : character === wanted;
}
