/**
 * Tells from a line's bytes whether it is worth decoding: most are not, and this is where the time of a run
 * goes. It finds the program's name in the usual forms of lines, and then searches the message for the texts
 * that the rules for this program are after. On doubt a line is wanted: {@link parseEnvelope} decides.
 */

import { mostPrograms, rulesByProgram } from '../rules/program.ts';
import { isProgramName, needsCloserLook } from '../syslog/envelope.ts';
import { type ByteSearch, createByteSearch } from './byte-search.ts';
import { needlesOf, type SoughtRule } from './needles.ts';
import { isAt, tagStart } from './tag-place.ts';

/** The program's name in the tag of a line. */
export interface TagName {
  /** Which of the filter's programs it is; -1 where the line needs a closer look. */
  readonly program: number;
  /** Where it begins, after stamp and host. */
  readonly start: number;
  /** One past its last byte. */
  readonly end: number;
}

/** Decides on lines. */
export interface LineFilter {
  /** Reports whether a rule may have a use for the line in [start, end) of the bytes. */
  wants(bytes: Uint8Array, start: number, end: number): boolean;
  /**
   * Reports the same of a line that is too long to be any rule's: a piece of one matters to the line that it is of, and
   * what follows it may be the rest.
   */
  wantsLong(bytes: Uint8Array, start: number, end: number): boolean;
  /** Of the line that was asked about last, if that was wanted. */
  readonly tag: TagName;
  /** Lines so far that came from a program which some rule is for. */
  readonly served: number;
  /** Names of the programs that were met and that some rule is for; the same list until it is forgotten. */
  readonly programs: readonly string[];
  /** Forgets the programs if there are so many that no more are learnt. */
  forget(): void;
}

/** What the lines of one program must contain: one of the texts, anything ('all'), or they are nothing to any rule ('none'). */
interface Wanted {
  readonly program: Uint8Array;
  readonly texts: ByteSearch | 'all' | 'none';
  /** The same of a line that ends with one of {@link Wanted.closings}. */
  readonly closed: ByteSearch | 'all' | 'none';
  /** By byte, whether no line without its end ends with it. */
  readonly closings: Uint8Array;
  /** Place of its name in the list of programs; -1 where the line needs a closer look, or none. */
  readonly index: number;
  /** Whether one of its rules wants to know of lines that are too long. */
  readonly isWarned: boolean;
  /** Bytes behind the tag of the shortest line that may be broken; {@link never} where none is. */
  readonly broken: number;
  /** So many of the next lines are wanted, whatever they say. */
  ahead: number;
}

const blank = 0x20;
const colon = 0x3a;
const bracket = 0x5b;
const lessThan = 0x3c;
const brace = 0x7b;
const recordSeparator = 0x1e;
const upperF = 0x46;
const upperP = 0x50;

const slots = 4096;

/** More bytes than any line has: a small integer, which is quickly compared. */
const never = 2 ** 30 - 1;

/**
 * The line after a broken one is the rest of it, of the same host; this many lines, since hosts may share a log. The first
 * lines that are looked at may follow a broken one of the last run.
 */
const linesAfterBroken = 50;

/** Returns a filter for the lines that some rules may have a use for. */
export function createLineFilter(
  rules: readonly SoughtRule[],
  rulesFor: (program: string) => readonly SoughtRule[] = rulesByProgram(rules),
): LineFilter {
  const leastBroken = shortestBroken(rules);
  const isAnyWarned = rules.some((rule) => rule.isWarned);
  let anywhere: Wanted['texts'] | undefined;
  const searchAnywhere = (): Wanted['texts'] => {
    anywhere ??= searchFor(needlesOf(rules, 'any program'));
    return anywhere;
  };
  /** Programs with the same rules share a search: of names like `qpopper*` there is no end. */
  const searches = new Map<string, Wanted['texts']>();
  const searchOf = (key: string, its: readonly SoughtRule[], lines: Parameters<typeof needlesOf>[1]) => {
    const name = `${key} ${lines}`;
    const search = searches.get(name) ?? searchFor(needlesOf(its, lines));
    searches.set(name, search);
    return search;
  };
  const table: Wanted[][] = Array.from({ length: slots }, () => []);
  let known = 0;
  let programs: string[] = [];

  const learn = (bytes: Uint8Array, from: number, to: number, slot: number): Wanted => {
    // A copy: Buffer's own slice() would share the bytes of a chunk, which the next chunk overwrites.
    const program = Uint8Array.from(bytes.subarray(from, to));
    const name = Buffer.from(program).toString('utf8');
    const itsRules = rulesFor(name);
    const key = itsRules.map((rule) => rules.indexOf(rule)).join();
    const isMark = needsCloserLook(name) || isHostBefore(bytes, from, to);
    const texts = isMark ? searchAnywhere() : searchOf(key, itsRules, 'known program');
    const closings = isMark ? noClosings : closingsOf(itsRules);
    const closed = closings === noClosings ? texts : searchOf(key, itsRules, 'known program, closed');
    // A rule in the original's form looks at the whole line.
    const needsMore = isMark || !isProgramName(name) || itsRules.some((rule) => rule.isOriginalForm);
    // A host has fewer programs: somebody makes them up, and a longer table would be slow to search.
    const broken = isMark ? leastBroken : shortestBroken(itsRules);
    const ahead = broken < never ? linesAfterBroken : 0;
    const isWarned = isMark ? isAnyWarned : itsRules.some((rule) => rule.isWarned);
    if (known >= mostPrograms)
      return { program, texts, closed, closings, index: -1, isWarned, broken, ahead };
    known++;
    const isNamed = texts !== 'none' && !needsMore;
    const entry = {
      program,
      texts,
      index: isNamed ? programs.push(name) - 1 : -1,
      closed,
      closings,
      isWarned,
      broken,
      ahead,
    };
    table[slot]?.push(entry);
    return entry;
  };

  let served = 0;
  const isOpen = { o: false, e: false };
  /** Reports whether a line is a piece in the form of CRI, or ends a line of pieces: `STAMP stderr P `. */
  const goesOn = (bytes: Uint8Array, at: number, to: number): boolean => {
    const isPiece = bytes[at] === upperP;
    if (to !== at + 1 || !(isPiece || bytes[at] === upperF)) return false;
    // `stdout ` and `stderr `.
    if (bytes[at - 7] !== 0x73 || bytes[at - 6] !== 0x74 || bytes[at - 5] !== 0x64) return false;
    const stream = bytes[at - 4] === 0x6f ? 'o' : 'e';
    const wasOpen = isOpen[stream];
    isOpen[stream] = isPiece;
    return isPiece || wasOpen;
  };
  const tag = { program: -1, start: 0, end: 0 };
  /** The same of the line whose tag was looked for last; a byte order mark hides where that is. */
  const isPiece = (bytes: Uint8Array, start: number, end: number): boolean => {
    if (!hasMark(bytes, start)) return goesOn(bytes, tag.start, tag.end);
    const at = tagStart(bytes, start + markLength, end);
    return goesOn(bytes, at, at + 1);
  };
  /** Returns what is wanted of the program in the tag that begins at `from`, and where that ends; undefined for no tag. */
  const taggedBy = (bytes: Uint8Array, start: number, from: number, end: number): Wanted | undefined => {
    let hash = 0;
    let to = from;
    for (; to < end; to++) {
      const byte = bytes[to] as number;
      if (byte === colon || byte === bracket || byte === blank) break;
      hash = (hash * 31 + byte) & (slots - 1);
    }
    tag.program = -1;
    tag.start = from;
    tag.end = to;
    const stop = bytes[to];
    const isTag =
      to > from &&
      to < end &&
      from > 0 &&
      // A colon is no tag's end unless a blank follows, or nothing: AIX has `mail:info` before the tag.
      (stop === bracket ||
        (stop === colon && (bytes[to + 1] === blank || to + 1 === end)) ||
        bytes[start] === lessThan);
    return isTag
      ? (entryOf(table[hash] as Wanted[], bytes, from, to) ?? learn(bytes, from, to, hash))
      : undefined;
  };
  return {
    tag,
    get programs() {
      return programs;
    },
    forget() {
      if (known < mostPrograms) return;
      for (const entries of table) entries.length = 0;
      known = 0;
      programs = [];
    },
    get served() {
      return served;
    },
    wantsLong(bytes, start, end) {
      const from = tagStart(bytes, start, end);
      const entry = taggedBy(bytes, start, from, end);
      if (entry === undefined) {
        return isAnyWarned || isJson(bytes, start) || isPiece(bytes, start, end);
      }
      if (!entry.isWarned) return false;
      tag.program = entry.index;
      entry.ahead = linesAfterBroken;
      return true;
    },
    wants(bytes, start, end) {
      const from = tagStart(bytes, start, end);
      const entry = taggedBy(bytes, start, from, end);
      const to = tag.end;
      if (entry === undefined) {
        // In JSON a text may be escaped, so that no search finds it; and so it may be cut, or its beginning elsewhere.
        return (
          isJson(bytes, start) ||
          isPiece(bytes, start, end) ||
          end - start >= leastBroken ||
          isFound(searchAnywhere(), bytes, start, end)
        );
      }
      if (entry.texts === 'none') return false;
      served++;
      tag.program = entry.index;
      if (end - to >= entry.broken) {
        entry.ahead = linesAfterBroken;
        return true;
      }
      if (entry.ahead > 0) {
        entry.ahead--;
        return true;
      }
      const isClosed = entry.closings[bytes[end - 1] as number] === 1;
      return isFound(isClosed ? entry.closed : entry.texts, bytes, to, end);
    },
  };
}

/** Reports whether a tag is the host's name, which stands before it: of nginx, by way of journald and syslog-ng. */
function isHostBefore(bytes: Uint8Array, from: number, to: number): boolean {
  const before = from - 1 - (to - from);
  return bytes[before - 1] === blank && isAt(bytes.subarray(from, to), bytes, before, from - 1);
}

const noClosings = new Uint8Array(256);

/** Where rules have different ends, a line has to lack each. */
function closingsOf(rules: readonly SoughtRule[]): Uint8Array {
  const [first, ...others] = rules.filter(({ unclosed }) => unclosed.length > 0);
  const bytes =
    first?.closings.filter((byte) => others.every(({ closings }) => closings.includes(byte))) ?? [];
  if (bytes.length === 0) return noClosings;
  const closings = new Uint8Array(256);
  for (const byte of bytes) closings[byte] = 1;
  return closings;
}

function shortestBroken(rules: readonly SoughtRule[]): number {
  return rules.reduce((least, { broken }) => Math.min(least, broken ?? never), never);
}

function entryOf(
  entries: readonly Wanted[],
  bytes: Uint8Array,
  from: number,
  to: number,
): Wanted | undefined {
  // An iterator is not free where a million lines pass.
  for (let index = 0; index < entries.length; index++) {
    const entry = entries[index] as Wanted;
    if (isAt(entry.program, bytes, from, to)) return entry;
  }
  return undefined;
}

function searchFor(needles: readonly Buffer[] | undefined): ByteSearch | 'all' | 'none' {
  if (needles === undefined) return 'all';
  return needles.length === 0 ? 'none' : createByteSearch(needles);
}

function isFound(texts: ByteSearch | 'all' | 'none', bytes: Uint8Array, from: number, end: number): boolean {
  if (typeof texts === 'string') return texts === 'all';
  return texts.next(bytes, from, end) >= 0;
}

const markLength = 3;

/** Reports whether a line begins with a byte order mark. */
function hasMark(bytes: Uint8Array, start: number): boolean {
  return bytes[start] === 0xef && bytes[start + 1] === 0xbb && bytes[start + 2] === 0xbf;
}

/** An object, perhaps behind a byte order mark, U+001E (json-seq) or `data: ` (json-sse). */
function isJson(bytes: Uint8Array, start: number): boolean {
  const mark = hasMark(bytes, start) ? markLength : 0;
  const first = bytes[start + mark];
  if (first === brace || first === recordSeparator) return true;
  return first === 0x64 && bytes[start + mark + 4] === colon && bytes[start + mark + 6] === brace;
}
