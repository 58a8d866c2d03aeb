/**
 * Lines without time and host in the middle of a log whose other lines have them: a syslog daemon has written a line end
 * within a message as it was, and whoever can bring one into a message can write whole lines. It is a hint, and no
 * guard: who forges a line well leaves no other behind.
 */
import { ExitStatus } from '../../exit-status.ts';
import type { Chunk } from '../../maillog/chunk.ts';
import type { Problem } from '../../problem.ts';
import type { LastingProblem } from '../../state/cursors-file.ts';
import type { MetProblem } from '../../state/lasting-problems.ts';
import { parseEnvelope } from '../../syslog/envelope.ts';
import { numberWords } from '../../terminal/words.ts';

/** So many lines of a chunk are looked at closer: in some forms each is. */
const mostLooks = 256;

/** Bytes of a line that are looked at, and characters that are shown. */
const longestLook = 8192;
const mostShown = 60;

/** For so long after one such line another is no news. Seconds. */
const day = 86_400;

/** How such a problem lasts. */
type Lasting = Omit<MetProblem, 'problem'>;
const lasting: Lasting = { isOfLines: true, isToldOnce: true };

/** What the problem is known by, after the name of the file. */
const keyEnd = ': bare lines';

const lineFeed = 0x0a;
const [blank, tab, colon, dash, slash, lessThan] = [0x20, 0x09, 0x3a, 0x2d, 0x2f, 0x3c];

/** Where a line without an envelope was met. */
interface BareLine {
  /** Bytes from the start of the file; undefined where that is not known. */
  readonly offset: number | undefined;
  readonly text: string;
}

/** Looks for such lines, and meets a problem for each file that has one. */
export class BareLines {
  readonly #meet: (problem: Problem, lasting: Lasting) => void;
  readonly #told: Set<string>;

  /** `problems` are those that earlier runs have met, `now` is in Unix seconds. */
  constructor(
    problems: Readonly<Record<string, LastingProblem>>,
    now: number,
    meet: (problem: Problem, lasting: Lasting) => void,
  ) {
    this.#meet = meet;
    const fresh = Object.entries(problems).filter(([, { since }]) => now - since < day);
    this.#told = new Set(
      fresh.flatMap(([key]) => (key.endsWith(keyEnd) ? [key.slice(0, -keyEnd.length)] : [])),
    );
    for (const source of this.#told) meet(bareLineProblem(source), lasting);
  }

  /** Looks at the lines of a chunk. */
  take(chunk: Chunk): void {
    if (this.#told.has(chunk.source) || chunk.records !== undefined) return;
    const found = bareLineIn(chunk);
    if (found === undefined) return;
    this.#told.add(chunk.source);
    this.#meet(bareLineProblem(chunk.source, found), lasting);
  }
}

/** Returns the first line without an envelope in a chunk in which others have one; undefined where there is none. */
function bareLineIn({ bytes, start, end, offset }: Chunk): BareLine | undefined {
  let hasEnvelopes = false;
  let bare: BareLine | undefined;
  for (let [at, looks] = [start, 0]; at < end && looks < mostLooks; ) {
    const feed = bytes.indexOf(lineFeed, at);
    const stop = feed < 0 || feed > end ? end : feed;
    if (beginsWithStamp(bytes, at)) hasEnvelopes = true;
    else if (!isContinued(bytes, at, stop)) {
      looks++;
      const text = bytes.toString('utf8', at, Math.min(stop, at + longestLook)).replace(/\r$/, '');
      if (isKnown(text)) hasEnvelopes = true;
      else bare ??= { offset: offset === undefined ? undefined : offset + at - start, text };
    }
    if (hasEnvelopes && bare !== undefined) return bare;
    at = stop + 1;
  }
  return undefined;
}

function bareLineProblem(source: string, line?: BareLine): Problem {
  const place = line?.offset === undefined ? '' : ` at byte ${numberWords(line.offset)}`;
  const shown = line && `'${line.text.slice(0, mostShown)}${line.text.length > mostShown ? '…' : ''}'`;
  return {
    kind: 'bare lines',
    status: ExitStatus.ok,
    isWarning: true,
    where: source,
    what: `a line without time and host among others${place}`,
    ...(shown === undefined ? {} : { why: shown }),
    consequence:
      'if a syslog daemon writes line ends within a message unchanged, clients can write whole lines',
    fix: 'see exact update --check',
  };
}

/** `Nov 22 10:04:26 `, `2026-11-22T` or `2026/11/22 `, or a priority before any of them: most lines of most logs. */
function beginsWithStamp(bytes: Uint8Array, at: number): boolean {
  if (bytes[at] === lessThan) return true;
  if (bytes[at + 3] === blank && bytes[at + 6] === blank && bytes[at + 9] === colon) return true;
  const separator = bytes[at + 4];
  return (separator === dash || separator === slash) && bytes[at + 7] === separator;
}

/** An empty line, and one that begins with a blank: what continues a line so can be taken for no other. */
function isContinued(bytes: Uint8Array, at: number, stop: number): boolean {
  const first = bytes[at];
  return stop === at || first === blank || first === tab || first === 0 || first === 0x0d;
}

/** A line in a known form, and what journalctl(1) writes of itself. */
function isKnown(text: string): boolean {
  return text.startsWith('-- ') || parseEnvelope(text, () => true) !== undefined;
}
