/**
 * Cron mails whatever is printed. A problem that lasts is told at once, then once in a while (`warn-repeat`),
 * and once when it is over; the exit status is the true one each time.
 */
import type { Problem } from '../problem.ts';
import { problemText } from '../terminal/problem-text.ts';
import type { LastingProblem } from './cursors-file.ts';

/** A problem of this run. */
export interface MetProblem {
  readonly problem: Problem;
  /** Seconds that it may last before it is worth telling: a log may be missing for a while after rotation. */
  readonly grace?: number;
  /** As {@link LastingProblem.isOfLog}. */
  readonly isOfLog?: boolean;
  /** As {@link LastingProblem.isOfLines}. */
  readonly isOfLines?: boolean;
  /** Told when it is met first, and not again while it lasts. */
  readonly isToldOnce?: boolean;
  /** Told anew where its reason is another one than it was. */
  readonly isOfReason?: boolean;
}

/** What to tell, and what to remember. */
export interface Telling {
  /** Problems to tell now. */
  readonly tell: readonly Problem[];
  /** Lines about problems that are over: what it was, after how many runs, since when. */
  readonly recovered: readonly LastingProblem[];
  readonly remembered: Record<string, LastingProblem>;
  /** Problems that have outlived their grace, and so count for the exit status. */
  readonly counted: readonly Problem[];
}

/** What decides which problems are told. */
interface HowToSettle {
  /** Seconds after which a problem that lasts is told again. */
  readonly repeat: number;
  /** Whether the run has read the logs to their ends; whether there were lines in them. */
  readonly hasReadLogs?: boolean;
  readonly hasReadLines?: boolean;
}

/** Returns what a problem is known by from run to run; its words may change while it lasts, if it is of a kind. */
export function keyOf(problem: Problem): string {
  const { where, kind } = problem;
  return kind === undefined ? wordsOf(problem) : `${where}: ${kind}`;
}

/** Returns how many of the problems that last are of a kind. */
export function countOfKind(problems: Readonly<Record<string, LastingProblem>>, kind: string): number {
  return Object.keys(problems).filter((key) => key.endsWith(`: ${kind}`)).length;
}

function wordsOf({ where, what }: Problem): string {
  return `${where}: ${what}`;
}

/**
 * Settles which of this run's problems are told. `now` is in Unix seconds, `repeat` in seconds. A run that has
 * read no log leaves what is known of logs as it was, and one that has read no line what is known of lines.
 */
export function settleProblems(
  before: Readonly<Record<string, LastingProblem>>,
  met: readonly MetProblem[],
  now: number,
  { repeat, hasReadLogs = true, hasReadLines = hasReadLogs }: HowToSettle,
): Telling {
  const tell: Problem[] = [];
  const counted: Problem[] = [];
  const remembered: Record<string, LastingProblem> = {};
  const isMet = new Set<string>();
  for (const {
    problem,
    grace = 0,
    isOfLog = false,
    isOfLines = false,
    isToldOnce = false,
    isOfReason = false,
  } of met) {
    const key = keyOf(problem);
    if (remembered[key] !== undefined) {
      if (grace === 0) counted.push(problem);
      continue;
    }
    const worded = wordsOf(problem);
    isMet.add(key).add(worded);
    // A state of an earlier version knows it by its words.
    const known = before[key] ?? before[worded];
    const since = Math.min(known?.since ?? now, now);
    const reason = isOfReason ? (problem.why ?? '') : undefined;
    const isDue =
      known === undefined ||
      (known.reason !== undefined && known.reason !== reason) ||
      known.lastTold === 0 ||
      (!isToldOnce && (now - known.lastTold >= repeat || known.lastTold > now));
    const isGraceOver = now - since >= grace;
    const isTold = isDue && isGraceOver;
    if (isGraceOver) counted.push(problem);
    if (isTold) tell.push(problem);
    remembered[key] = {
      text: problemText({ status: problem.status, where: problem.where, what: problem.what }),
      since,
      lastTold: isTold ? now : (known?.lastTold ?? 0),
      runs: (known?.runs ?? 0) + 1,
      ...(isOfLog ? { isOfLog } : {}),
      ...(isOfLines ? { isOfLines } : {}),
      ...(reason === undefined ? {} : { reason }),
    };
  }
  for (const [key, known] of Object.entries(before)) {
    const isKept = (known.isOfLog === true && !hasReadLogs) || (known.isOfLines === true && !hasReadLines);
    if (isKept) remembered[key] ??= known;
  }
  const recovered = Object.entries(before)
    .filter(([key, { lastTold }]) => lastTold > 0 && remembered[key] === undefined && !isMet.has(key))
    .map(([, problem]) => problem);
  return { tell, recovered, remembered, counted };
}
