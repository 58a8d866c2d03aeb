/** What `exact update --check` finds on a host: one line each, with what to do about it on a line of its own. */
import { Failure, type Problem } from '../problem.ts';
import { problemText } from '../terminal/problem-text.ts';

/** How bad it is: FAIL keeps Exact from its work or opens the relay, WARN may, a note is for knowing. */
export type Level = 'ok' | 'note' | 'WARN' | 'FAIL';

/** What was looked at, in the order in which it is told. */
export type Subject =
  | 'user'
  | 'config'
  | 'maillog'
  | 'rules'
  | 'state'
  | 'map'
  | 'timer'
  | 'postfix'
  | 'exim'
  | 'sendmail'
  | 'mta';

/** One thing that was looked at. */
export interface Finding {
  readonly level: Level;
  readonly subject: Subject;
  readonly text: string;
  /** A command for root, or what to write: to be pasted. Nothing that a log says stands in it. */
  readonly fix?: string;
}

/** Returns the finding that a problem is; its consequence for a run is left out, since none was made. */
export function findingOf(level: Level, subject: Subject, { fix, ...problem }: Problem): Finding {
  const { consequence: _none, ...told } = problem;
  return { level, subject, text: problemText(told), ...(fix === undefined ? {} : { fix }) };
}

/** Returns what a look at something finds; that it cannot be looked at is a finding too. */
export async function attempt(
  subject: Subject,
  look: () => Finding[] | Promise<Finding[]>,
): Promise<Finding[]> {
  try {
    return await look();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return [findingOf('FAIL', subject, error.problem)];
  }
}

/** What was found of one MTA. */
export interface MtaCheck {
  readonly findings: readonly Finding[];
  /** Whether it looks a map up, well or badly. */
  readonly looksUp: boolean;
}
