/** A problem as it is shown to people. */
import { type Problem, problemLine } from '../problem.ts';
import { escapeControls } from './escape.ts';

/** Returns the line for a problem, `WHERE: WHAT: WHY; CONSEQUENCE; FIX`, control characters escaped. */
export function problemText(problem: Problem): string {
  return escapeControls(problemLine(problem));
}
