/** `exact test-rule --expect FILE`: whether the rules find what is true of a sample, and nothing else. */
import { readFileSync } from 'node:fs';
import { ExitStatus } from '../../exit-status.ts';
import type { Invocation } from '../../host/invocation.ts';
import { Failure, reasonOf, statusOf } from '../../problem.ts';
import type { Login } from '../../relay/login.ts';
import { compareWithTruth, type Expectation, parseTruth } from '../../rule-debugger/expect.ts';
import { escapeControls } from '../../terminal/escape.ts';
import { countWords } from '../../terminal/words.ts';

/** Reads the truth that `--expect` names; undefined where it names none. Throws for a file that cannot be used. */
export function readTruth(invocation: Invocation): readonly Expectation[] | undefined {
  const file = invocation.value('expect');
  if (file === undefined) return undefined;
  if (invocation.operands.length + invocation.values('line').length !== 1) {
    throw new Failure({
      status: ExitStatus.usage,
      where: '--expect',
      what: 'needs one FILE of lines',
      why: 'it tells the truth by line numbers',
    });
  }
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new Failure({
      status: statusOf(error, 'reading'),
      where: file,
      what: 'cannot read',
      why: reasonOf(error),
    });
  }
  const { expectations, faults } = parseTruth(text);
  for (const { line, reason } of faults) {
    invocation.report({
      status: ExitStatus.data,
      where: `${file}:${line}`,
      what: 'cannot read',
      why: reason,
    });
  }
  return expectations;
}

/** Tells how the truth and what was found compare; returns whether they agree. */
export function tellComparison(
  invocation: Invocation,
  expectations: readonly Expectation[],
  found: readonly Login[],
): boolean {
  const { logins, refusals, differences } = compareWithTruth(expectations, found);
  const { stdout } = invocation.world;
  const isRight = differences.length === 0;
  if (invocation.has('quiet')) return isRight;
  if (invocation.has('json')) {
    stdout.write(`${JSON.stringify({ kind: 'expect', logins, refusals, differences })}\n`);
    return isRight;
  }
  for (const { line, expected, found: got } of differences) {
    stdout.write(`line ${line}: expected ${escapeControls(expected)}, found ${escapeControls(got)}\n`);
  }
  const right = `${countWords(logins, 'login')} and ${countWords(refusals, 'refusal')} as expected`;
  const wrong = isRight ? '' : `, ${countWords(differences.length, 'line')} not`;
  stdout.write(`${right}${wrong}\n`);
  return isRight;
}
