/** What `exact test-rule --json` writes: one object a line, each with its `kind`. */
import type { Explanation } from '../../rule-debugger/explain/explain.ts';
import type { LineResult, SampleLine } from '../../rule-debugger/trial.ts';
import { utcText } from '../../terminal/words.ts';
import { loginJson } from '../parse/print-logins.ts';
import type { VerdictTeller } from './verdict-words.ts';

/** Returns the object for a line; undefined for one that is nothing to any rule. */
export function lineJson(
  { text, context, isAsked }: SampleLine,
  result: LineResult,
  verdicts: VerdictTeller,
): object | undefined {
  const { source, line } = context;
  if (result.kind === 'missed') {
    const { program, message } = result.record;
    return {
      kind: 'near-miss',
      source,
      line,
      program,
      message,
      rules: result.explanations.map(explanationJson),
    };
  }
  if (result.kind === 'passed') {
    if (!result.mentionsLogin && !isAsked) return undefined;
    const { program = '', message = text } = result.record ?? {};
    return { kind: 'unmatched', source, line, program, message };
  }
  const { outcome } = result;
  switch (outcome.kind) {
    case 'login':
      return { kind: 'login', ...loginJson(outcome.login), ...verdictJson(outcome.login, verdicts) };
    case 'refused': {
      const { rule: server, reason, user, address } = outcome;
      return { kind: 'refused', source, line, server, reason, user, address };
    }
    case 'conflict':
      return { kind: 'conflict', source, line, servers: outcome.rules };
    case 'connect':
      return { kind: 'connect', source, line, server: outcome.rule };
    case 'logout':
      return { kind: 'logout', source, line, server: outcome.logout.server };
  }
}

function verdictJson(login: Parameters<VerdictTeller['judge']>[0], verdicts: VerdictTeller): object {
  const verdict = verdicts.judge(login);
  return verdict.isAuthorised
    ? { authorised: true, until: utcText(verdict.until) }
    : { authorised: false, reason: verdict.refusal.reason };
}

function explanationJson({ rule, isForProgram, subject, stop, unmet, hint }: Explanation): object {
  return {
    server: rule.name,
    programs: rule.programs,
    forProgram: isForProgram,
    // Set where the expression itself matches: what else the rule wants.
    ...(unmet === undefined ? {} : { unmet }),
    // A column of what the expression is tried on, from 1.
    ...(stop === undefined ? {} : { subject, column: stop.at + 1, wanted: stop.wanted, saw: stop.saw }),
    ...(hint === undefined ? {} : { hint }),
  };
}
