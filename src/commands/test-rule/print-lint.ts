/** `exact test-rule` on what is careless about the rules under test. */

import type { Invocation } from '../../host/invocation.ts';
import { lintRule } from '../../rule-debugger/lint.ts';
import type { LintFinding } from '../../rule-debugger/lint-finding.ts';
import type { Samples } from '../../rule-debugger/samples.ts';
import { escapeControls } from '../../terminal/escape.ts';
import { formatTable } from '../../terminal/table.ts';
import { countWords } from '../../terminal/words.ts';
import { coloursOf } from './report.ts';
import type { RulesUnderTest } from './rules-under-test.ts';

/** Tells what is careless: of the rules that the command line names, else of those that are not built in. */
export function printLint(
  invocation: Invocation,
  { rules, areNamed }: RulesUnderTest,
  samples: Samples,
  hasSample: boolean,
): void {
  const wanted = areNamed ? rules : rules.filter(({ origin }) => origin !== 'built in');
  const findings = wanted.flatMap((rule) => lintRule(rule, samples.matchedBy(rule), areNamed && hasSample));
  const { stdout } = invocation.world;
  if (invocation.has('json')) {
    for (const finding of findings) stdout.write(`${JSON.stringify(lintJson(finding))}\n`);
    return;
  }
  if (findings.length === 0 && !areNamed) return;
  stdout.write(`lint: ${findings.length === 0 ? 'ok' : countWords(findings.length, 'finding')}\n`);
  const { yellow } = coloursOf(invocation);
  const rows = findings.map(({ isWarning, rule, what, why, advice }) => [
    isWarning ? { text: 'warn', paint: yellow } : { text: 'note' },
    ...(rules.length > 1 ? [{ text: rule.name }] : []),
    ...[what, why, advice].map((words) => ({ text: escapeControls(words) })),
  ]);
  const columns = (rows[0] ?? []).map(() => ({ title: '' }));
  // Advice is to be read whole, so no width cuts it.
  for (const line of formatTable(columns, rows, undefined)) stdout.write(`  ${line}\n`);
}

function lintJson({ check, isWarning, rule, expression, what, why, advice }: LintFinding): object {
  return {
    kind: 'lint',
    server: rule.name,
    ...{ check, isWarning, what, why, advice },
    ...(expression === undefined ? {} : { expression: expression.source }),
  };
}
