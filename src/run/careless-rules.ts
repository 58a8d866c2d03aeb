/**
 * What a run tells of an administrator's rules that are unsafe: one without a program or an anchor, and one that has taken
 * a line which tells of a failure. Told once in a while, as every problem that lasts, for as long as the stanza is so.
 */
import { ExitStatus } from '../exit-status.ts';
import type { Problem } from '../problem.ts';
import { failureWord } from '../rule-debugger/failure-words.ts';
import { lintRule } from '../rule-debugger/lint.ts';
import type { LintFinding } from '../rule-debugger/lint-finding.ts';
import type { Expression, Rule } from '../rules/rule.ts';
import type { LastingProblem } from '../state/cursors-file.ts';

/** What is told of a rule before it has read a line; the rest is for exact test-rule to say. */
const toldChecks: readonly LintFinding['check'][] = ['no-program', 'not-anchored-start', 'not-anchored-end'];

/**
 * Tells what is careless about the rules that are not built in, and what was seen of them in an earlier run (`before`); returns the rules, of which each tells by itself if it takes a failed login.
 */
export function watchRules(
  rules: readonly Rule[],
  before: Readonly<Record<string, LastingProblem>>,
  tell: (problem: Problem) => void,
): readonly Rule[] {
  return rules.map((rule) => {
    if (rule.origin === 'built in') return rule;
    for (const finding of lintRule(rule, [], false)) {
      if (toldChecks.includes(finding.check)) tell(unsafe(rule, finding.what, finding.why));
    }
    return { ...rule, match: rule.match.map((expression) => watched(rule, expression, before, tell)) };
  });
}

function watched(
  rule: Rule,
  expression: Expression,
  before: Readonly<Record<string, LastingProblem>>,
  tell: (problem: Problem) => void,
): Expression {
  // With the expression: another one is another matter.
  const takes = unsafe(
    rule,
    `takes failed logins for logins, ${expression.source}`,
    'it took a line that says so',
  );
  let isTold = before[`${takes.where}: ${takes.what}`] !== undefined;
  if (isTold) tell(takes);
  const itself: Expression = {
    ...expression,
    match(text) {
      const captures = expression.match(text);
      if (captures === undefined || isTold) return captures;
      const { user = '', address = '' } = captures;
      const others = [user, address].reduce(
        (rest, part) => (part === '' ? rest : rest.replace(part, ' ')),
        text,
      );
      if (failureWord(others, []) === undefined) return captures;
      isTold = true;
      tell(takes);
      return captures;
    },
    withoutSession: () => itself,
  };
  return itself;
}

function unsafe({ origin, name }: Rule, what: string, why: string): Problem {
  return {
    status: ExitStatus.ok,
    isWarning: true,
    where: origin,
    what: `rule ${name} is unsafe: ${what}`,
    why,
    consequence: 'it can make this host an open relay',
    fix: `see exact test-rule --server ${name} --forge`,
  };
}
