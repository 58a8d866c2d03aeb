/** What a run meets on its way, kept for its end: problems, counts, lines for its log, and what left the table. */
import type { Problem } from '../problem.ts';
import type { PastEntry } from '../state/history-file.ts';
import type { LogSearch } from '../state/idle-note.ts';
import type { MetProblem } from '../state/lasting-problems.ts';

/** How many ends of one run are remembered: a table that empties at once is not worth remembering whole. */
const mostPast = 10_000;

/** The sum of logins that count, by its name. */
export const countedLogins = 'logins';
/** What the sum of near misses of a server begins with; its name follows. */
export const countedNearMisses = 'near miss ';

/** Grows while a run goes on; what its end makes of it is in end-run.ts. */
export class RunRecord {
  /** Whether the logs had lines to read. */
  hasReadLines = false;
  /** What lines a rule has a use for; undefined where no rule was loaded, or any line may do. */
  sought: Pick<LogSearch, 'needles' | 'programs'> | undefined;
  /** Times of logins in new lines that count, Unix seconds. */
  newLogins: number[] = [];
  readonly #problems: MetProblem[] = [];
  #counted = new Map<string, number>();
  #logLines: string[] = [];
  #past: PastEntry[] = [];

  /** The problems met so far, to be told at the end of the run. */
  get problems(): readonly MetProblem[] {
    return this.#problems;
  }

  /** What is to be added to the sums of all runs, by the name of the sum. */
  get counted(): ReadonlyMap<string, number> {
    return this.#counted;
  }

  /** Lines for the log of what Exact did. */
  get logLines(): readonly string[] {
    return this.#logLines;
  }

  /** What left the table, or was kept from it. */
  get past(): readonly PastEntry[] {
    return this.#past;
  }

  /** Notes a problem, and how it lasts. */
  meet(problem: Problem, lasting: Omit<MetProblem, 'problem'> = {}): void {
    this.#problems.push({ problem, ...lasting });
  }

  /** Adds to a sum. */
  count(name: string, more = 1): void {
    if (more > 0) this.#counted.set(name, (this.#counted.get(name) ?? 0) + more);
  }

  /** Adds a line to the log. */
  log(line: string): void {
    this.#logLines.push(line);
  }

  /** Remembers what left the table. */
  remember(entry: PastEntry): void {
    if (this.#past.length < mostPast) this.#past.push(entry);
  }

  /** Forgets all but the problems: what was done is undone, or will be done once more. */
  restart(): void {
    this.#counted = new Map();
    this.#logLines = [];
    this.#past = [];
    this.newLogins = [];
  }
}
