/**
 * Logs of which most new lines are in no form that is known: they count for nothing, and without a word nobody would
 * notice. Told when it has lasted for as long as `warn-silent` says.
 */
import { ExitStatus } from '../../exit-status.ts';
import type { Chunk } from '../../maillog/chunk.ts';
import type { Problem } from '../../problem.ts';
import type { MetProblem } from '../../state/lasting-problems.ts';
import { FormCount, type UnknownLine, unknownWords } from '../../syslog/form-count.ts';

/** The kind of the problem, by which it is known from run to run. */
export const unknownForm = 'unknown form';

/** So many lines of a chunk are looked at: its first ones are as good as all. */
const mostLooks = 64;
/** Bytes of a line that are looked at. */
const longestLook = 8192;

const lineFeed = 0x0a;

/** Looks at the new lines of one maillog after another. */
export class UnknownForms {
  readonly #grace: number;
  readonly #meet: (problem: Problem, lasting: Omit<MetProblem, 'problem'>) => void;
  #count = new FormCount();

  /** `grace` is how long it may last before it is told, in seconds. */
  constructor(grace: number, meet: (problem: Problem, lasting: Omit<MetProblem, 'problem'>) => void) {
    this.#grace = grace;
    this.#meet = meet;
  }

  /** Looks at the lines of a chunk. */
  take({ bytes, start, end, records }: Chunk): void {
    if (records !== undefined) return;
    for (let [at, looks] = [start, 0]; at < end && looks < mostLooks; looks++) {
      const feed = bytes.indexOf(lineFeed, at);
      const stop = feed < 0 || feed > end ? end : feed;
      this.#count.take(bytes.toString('utf8', at, Math.min(stop, at + longestLook)).replace(/\r$/, ''));
      at = stop + 1;
    }
  }

  /** The lines of a maillog have come to an end. */
  endLog(maillog: string): void {
    const line = this.#count.mostAre;
    this.#count = new FormCount();
    if (line !== undefined)
      this.#meet(unknownProblem(maillog, line), { isOfLines: true, grace: this.#grace });
  }
}

function unknownProblem(where: string, line: UnknownLine): Problem {
  return {
    kind: unknownForm,
    status: ExitStatus.ok,
    isWarning: true,
    where,
    what: 'most lines are in no form that Exact knows',
    why: unknownWords(line),
    consequence: 'no login is found in them',
    fix: line.likeness?.fix ?? `see exact test-rule ${where}`,
  };
}
