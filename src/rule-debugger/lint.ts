/**
 * What is careless about a rule, each with the advice: what a look at the expression and at the lines that it
 * matched can tell. Whether a rule can be fooled in fact, forge tries. Speed is not its business: an expression
 * that is not linear cannot be written in RE2's syntax, and one that is slow all the same is not compiled.
 */

import { isExpressionError, type Node } from '../rules/expression/ast.ts';
import { groupsOf, isAnchoredAtEnd, isAnchoredAtStart, takesHostName } from '../rules/expression/facts.ts';
import { requiredLiteral } from '../rules/expression/literal.ts';
import { parseExpression } from '../rules/expression/parse.ts';
import type { Expression, Rule } from '../rules/rule.ts';
import { failureWord } from './failure-words.ts';
import { addressesOf, bounds, openText, shortened } from './lint-bounds.ts';
import type { LintFinding } from './lint-finding.ts';
import type { Span } from './pattern.ts';

/** A line that an expression matched. */
export interface LintSample {
  readonly expression: Expression;
  readonly program: string;
  /** What the expression was tried on, and where in it the match, the user and the address are. */
  readonly text: string;
  readonly match: Span;
  readonly user?: Span;
  readonly address?: Span;
}

/** Returns what is careless about a rule; `samples` are lines that it matched, of a log that has others too. */
export function lintRule(rule: Rule, samples: readonly LintSample[], hasSample: boolean): LintFinding[] {
  const findings: LintFinding[] = [];
  if (rule.programs.length === 0 || rule.programs.includes('*')) findings.push(noProgram(rule, samples));
  for (const expression of [...rule.match, ...rule.connect]) {
    const matched = samples.filter((sample) => sample.expression === expression);
    findings.push(...lintExpression(rule, expression, matched));
    if (hasSample && matched.length === 0) findings.push(unused(rule, expression));
  }
  // How long the parts of the catalog's lines may be is held by its tests.
  if (rule.origin !== 'built in') findings.push(...bounds(rule));
  return findings;
}

function noProgram(rule: Rule, samples: readonly LintSample[]): LintFinding {
  const programs = [...new Set(samples.map(({ program }) => program || '-'))];
  return {
    check: 'no-program',
    isWarning: true,
    rule,
    what: 'no program',
    why: 'a line of any program is taken for a login',
    advice: `name it: program ${programs.length === 0 ? 'NAME' : programs.join(' ')}`,
  };
}

function unused(rule: Rule, expression: Expression): LintFinding {
  return {
    check: 'unused',
    isWarning: false,
    rule,
    expression,
    what: 'not tried',
    why: `no line here needs ${shortened(expression.source)}`,
    advice: 'add lines that do',
  };
}

function lintExpression(rule: Rule, expression: Expression, samples: readonly LintSample[]): LintFinding[] {
  const node = parseExpression(expression.expanded);
  if (isExpressionError(node)) return [];
  const warn = (check: LintFinding['check'], what: string, why: string, advice: string): LintFinding => ({
    ...{ check, isWarning: true, rule, expression, what, why, advice },
  });
  return [
    ...(isAnchoredAtStart(node) ? [] : [warn('not-anchored-start', 'not anchored: ^', ...startWords(node))]),
    ...openText(rule, node).map((open) =>
      warn(
        'open-before-address',
        `${open} before the address`,
        'a user name can fill it',
        'write what stands there',
      ),
    ),
    ...lazyUser(node).map((text) =>
      warn('lazy-user', 'lazy user', `a name that holds ${text} ends there`, 'use %{USER}'),
    ),
    ...hostNames(rule, node).map((group) =>
      warn(
        'host-name',
        'host name',
        `${group} takes more than an address`,
        rule.isOriginalForm ? 'use ([0-9A-Fa-f:.]+)' : 'use %{ADDRESS} or %{PEER}',
      ),
    ),
    ...(isAnchoredAtEnd(node) ? [] : [warn('not-anchored-end', 'not anchored: $', ...endWords(node))]),
    ...failures(samples).map((word) =>
      warn(
        'takes-failure',
        'takes a failure',
        `a line that it matches says '${word}'`,
        'match text that only logins have',
      ),
    ),
  ];
}

function startWords(node: Node): [why: string, advice: string] {
  const first = nextLiteral(node, 0) || requiredLiteral(node);
  return [`${first === '' ? 'it' : `'${first}'`} may stand anywhere`, 'anchor it with ^'];
}

function endWords(node: Node): [why: string, advice: string] {
  const last = groupsOf(node).at(-1);
  const what = last === undefined || last.name === 'user' ? 'the user' : 'the address';
  return [`text may follow ${what}`, 'anchor it with $'];
}

function lazyUser(root: Node): string[] {
  return groupsOf(root).flatMap(({ name, body, end }) => {
    if (name !== 'user' || body.kind !== 'repetition' || !body.lazy) return [];
    const next = nextLiteral(root, end);
    return [next === '' ? 'what follows it' : `'${next}'`];
  });
}

/** The fixed text that begins at an offset of the source. */
function nextLiteral(root: Node, from: number): string {
  if (root.kind !== 'concatenation') return '';
  let text = '';
  for (const part of root.parts.filter(({ start }) => start >= from)) {
    if (part.kind !== 'literal') break;
    text += part.text;
  }
  return text;
}

function hostNames(rule: Rule, root: Node): string[] {
  const groups = addressesOf(rule, root);
  const taking = groups.filter(({ body }) => takesHostName(body));
  // Of an original-form rule's two groups one is the user, who may be called anything.
  if (taking.length === 0 || (rule.isOriginalForm && taking.length < groups.length)) return [];
  return [rule.isOriginalForm ? 'the group for the host' : `the group '${taking[0]?.name ?? ''}'`];
}

/** Words of failures in what is no part of the user or the address. */
function failures(samples: readonly LintSample[]): string[] {
  for (const { text, user, address } of samples) {
    const word = failureWord(text, [user, address]);
    if (word !== undefined) return [word];
  }
  return [];
}
