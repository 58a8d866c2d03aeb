/** The syslog daemon's own words that it has dropped lines, of which some may have been logins. */
import { ExitStatus } from '../../exit-status.ts';
import type { Chunk } from '../../maillog/chunk.ts';
import type { Problem } from '../../problem.ts';
import type { LastingProblem } from '../../state/cursors-file.ts';
import { keyOf, type MetProblem } from '../../state/lasting-problems.ts';
import { type LossCause, lossCauses, lossIn, lossNeedles } from '../../syslog/dropped-lines.ts';
import { parseEnvelope } from '../../syslog/envelope.ts';

/** For so long after it was told it is no news. Seconds. */
const day = 86_400;

/** Bytes of a line that are looked at. */
const longestLook = 8192;
/** So many lines of a chunk that have such a text are looked at: whoever writes to the log can write any number. */
const mostLooks = 64;

const lasting: Omit<MetProblem, 'problem'> = { isOfLines: true, isToldOnce: true };
const lineFeed = 0x0a;

/** Looks for such lines, and meets a problem for each log and cause. */
export class DroppedLines {
  readonly #meet: (problem: Problem, lasting: Omit<MetProblem, 'problem'>) => void;
  readonly #before: ReadonlySet<string>;
  readonly #known = new Set<string>();
  #maillog = '';

  /** `problems` are those that earlier runs have met, `now` is in Unix seconds. */
  constructor(
    problems: Readonly<Record<string, LastingProblem>>,
    now: number,
    meet: (problem: Problem, lasting: Omit<MetProblem, 'problem'>) => void,
  ) {
    this.#meet = meet;
    const fresh = Object.entries(problems).filter(([, { since }]) => now - since < day);
    this.#before = new Set(fresh.map(([key]) => key));
  }

  /** Looks at the lines of a chunk of a maillog. */
  take(chunk: Chunk, maillog: string): void {
    if (maillog !== this.#maillog) this.#begin(maillog);
    const { records } = chunk;
    for (const loss of records?.map(({ record }) => lossIn(record)) ?? lossesIn(chunk)) this.#tell(loss);
  }

  /** What an earlier run has told is not over yet. */
  #begin(maillog: string): void {
    this.#maillog = maillog;
    for (const cause of lossCauses) {
      if (this.#before.has(keyOf(droppedProblem(maillog, cause)))) this.#tell(cause);
    }
  }

  #tell(cause: LossCause | undefined): void {
    if (cause === undefined) return;
    const problem = droppedProblem(this.#maillog, cause);
    if (this.#known.has(keyOf(problem))) return;
    this.#known.add(keyOf(problem));
    this.#meet(problem, lasting);
  }
}

/** Yields how lines were dropped, for each line of a chunk of text that tells it. */
export function* lossesIn({ bytes, start, end }: Chunk): Generator<LossCause> {
  const lines = bytes.subarray(start, end);
  for (const needle of lossNeedles) {
    let at = lines.indexOf(needle);
    for (let looks = 0; at >= 0 && looks < mostLooks; looks++) {
      const from = lines.lastIndexOf(lineFeed, at) + 1;
      const feed = lines.indexOf(lineFeed, at);
      const stop = feed < 0 ? lines.length : feed;
      const text = lines.toString('utf8', from, Math.min(stop, from + longestLook)).replace(/\r$/, '');
      const record = parseEnvelope(text, isDaemon);
      const loss = record && lossIn(record);
      if (loss !== undefined) yield loss;
      at = lines.indexOf(needle, stop);
    }
  }
}

/** Forms without a colon after the tag are read too, where a daemon's own name stands there. */
function isDaemon(program: string): boolean {
  return /^(?:rsyslogd|systemd-journald?|syslog-ng)/.test(program);
}

function droppedProblem(where: string, { name, fix }: LossCause): Problem {
  return {
    status: ExitStatus.ok,
    isWarning: true,
    where,
    what: `lines were dropped by ${name}`,
    consequence: 'logins may be among them, and their users cannot send mail',
    fix,
  };
}
