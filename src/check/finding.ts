/** What `exact update --check` finds on a host: one line each, with what to do about it on a line of its own. */
import type { Level, MtaFinding } from '../mtas/mta.ts';
import type { MtaName } from '../mtas/mtas.ts';
import { Failure, type Problem, type ProblemKind } from '../problem.ts';
import { problemText } from '../terminal/problem-text.ts';

/** What was looked at, in the order in which it is told. */
export type Subject =
  | 'user'
  | 'config'
  | 'maillog'
  | 'syslog'
  | 'servers'
  | 'rules'
  | 'clients'
  | 'sessions'
  | 'state'
  | 'map'
  | 'table'
  | 'timer'
  | 'path'
  | MtaName
  | 'mta';

/** One thing that was looked at. */
export interface Finding extends MtaFinding {
  readonly subject: Subject;
  /** Of a problem. */
  readonly kind?: ProblemKind;
}

/** Returns the finding that a problem is; its consequence for a run is left out, since none was made. */
export function findingOf(level: Level, subject: Subject, { fix, kind, ...problem }: Problem): Finding {
  const { consequence: _none, ...told } = problem;
  return {
    level,
    subject,
    text: problemText(told),
    ...(kind === undefined ? {} : { kind }),
    ...(fix === undefined ? {} : { fix }),
  };
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
