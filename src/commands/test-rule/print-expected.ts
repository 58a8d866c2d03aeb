/** `exact test-rule --expect FILE`: whether the rules find what is true of a sample, and nothing else. */
import { readFileSync } from 'node:fs';
import { ExitStatus } from '../../exit-status.ts';
import { Failure, reasonOf, statusOf } from '../../problem.ts';
import type { Login } from '../../relay/login.ts';
import { compareWithTruth, type Difference } from '../../rule-debugger/compare-truth.ts';
import { parseTruth } from '../../rule-debugger/expect.ts';
import { ExpectedLines } from '../../rule-debugger/expected-lines.ts';
import { escapeControls } from '../../terminal/escape.ts';
import { countWords } from '../../terminal/words.ts';
import type { TestRuleInvocation } from './options.ts';

/** Reads the truth that `--expect` names; undefined where it names none. Throws for a file that cannot be used. */
export function readTruth(invocation: TestRuleInvocation): ExpectedLines | undefined {
  const file = invocation.value('expect');
  if (file === undefined) return undefined;
  if (invocation.operands.length + invocation.values('line').length !== 1) {
    throw new Failure({
      status: ExitStatus.usage,
      where: '--expect',
      what: 'needs one FILE of lines',
      why: 'it says what is true of the lines of one file',
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
  return new ExpectedLines(expectations);
}

/** Tells how the truth and what was found compare; returns whether they agree. */
export function printComparison(
  invocation: TestRuleInvocation,
  truth: ExpectedLines,
  found: readonly Login[],
): boolean {
  const { logins, refusals, differences } = compareWithTruth(truth.located(), found);
  const { stdout } = invocation.world;
  const isRight = differences.length === 0;
  if (invocation.has('quiet')) return isRight;
  if (invocation.has('json')) {
    stdout.write(`${JSON.stringify({ kind: 'expect', logins, refusals, differences })}\n`);
    return isRight;
  }
  for (const difference of differences) stdout.write(`${differenceWords(difference)}\n`);
  const right = `${countWords(logins, 'login')} and ${countWords(refusals, 'refusal')} as expected`;
  const wrong = isRight ? '' : `, ${countWords(differences.length, 'line')} not`;
  stdout.write(`${right}${wrong}\n`);
  return isRight;
}

function differenceWords(difference: Difference): string {
  const which = 'line' in difference ? `line ${difference.line}` : `'${escapeControls(difference.text)}'`;
  const { expected, found } = difference;
  return `${which}: expected ${escapeControls(expected)}, found ${escapeControls(found)}`;
}
