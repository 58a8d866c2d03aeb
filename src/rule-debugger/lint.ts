/**
 * What is careless about a rule, each with the fix: what a look at the expression and at the lines that it
 * matched can tell. Whether a rule can be fooled in fact, forge tries. Speed is not its business: an expression
 * that is not linear cannot be written in RE2's syntax, and one that is slow all the same is not compiled.
 */

import { addressGroups } from '../rules/address-groups.ts';
import { type Group, isExpressionError, type Node } from '../rules/expression/ast.ts';
import {
  couldContain,
  groupsOf,
  isAnchoredAtEnd,
  isAnchoredAtStart,
  isUnbounded,
  precedingNodes,
  takesHostName,
} from '../rules/expression/facts.ts';
import { requiredLiteral } from '../rules/expression/literal.ts';
import { parseExpression } from '../rules/expression/parse.ts';
import { printExpression } from '../rules/expression/print.ts';
import type { Expression, Rule } from '../rules/rule.ts';
import { usualLongest } from '../rules/usual-longest.ts';
import { failureWord } from './failure-words.ts';
import type { Span } from './pattern.ts';
import { templateOf } from './suggest/template.ts';
import { templateSource } from './suggest/template-source.ts';
import { tokensOf } from './suggest/token.ts';

/** What a finding is about; stable, for programs. */
type LintCheck =
  | 'no-program'
  | 'not-anchored-start'
  | 'not-anchored-end'
  | 'open-before-address'
  | 'lazy-user'
  | 'host-name'
  | 'takes-failure'
  | 'no-bound'
  | 'longest'
  | 'unused';

/** One careless thing. */
export interface LintFinding {
  readonly check: LintCheck;
  /** A warning makes a rule unsafe; a note does not. */
  readonly isWarning: boolean;
  readonly rule: Rule;
  /** The expression that it is about; undefined: the rule. */
  readonly expression?: Expression;
  /** What, why and what to write: each a few words. */
  readonly what: string;
  readonly why: string;
  readonly fix: string;
}

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
  // What the catalog says of Dovecot is held by its tests.
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
    fix: `name it: program ${programs.length === 0 ? 'NAME' : programs.join(' ')}`,
  };
}

/** Of a line that is cut off, or goes on in another, the client wrote the end: a rule must know how long a login is. */
function bounds(rule: Rule): LintFinding[] {
  const { isOriginalForm, longest, match, connect } = rule;
  if (isOriginalForm) {
    const fix = 'name the program, and write %{USER} and %{ADDRESS}';
    const why = 'a line of any length is taken for a login';
    return [{ check: 'no-bound', isWarning: true, rule, what: 'no bound', why, fix }];
  }
  if (longest <= usualLongest) return [];
  const open = [...match, ...connect].filter(({ expanded }) => {
    const node = parseExpression(expanded);
    return !isExpressionError(node) && isUnbounded(node);
  });
  return [
    ...open.map(
      (expression): LintFinding => ({
        ...{ check: 'no-bound', isWarning: true, rule, expression, what: 'no bound' },
        why: `with longest ${longest} a client may fill ${shortened(expression.source)}`,
        fix: 'say how long each part may be: (?<user>.{1,255})',
      }),
    ),
    {
      ...{ check: 'longest', isWarning: false, rule, what: `longest ${longest}` },
      why: 'loggers and syslog daemons cut lines of 511 bytes or more',
      fix: 'leave it out, unless the server itself cuts what a client wrote',
    },
  ];
}

function unused(rule: Rule, expression: Expression): LintFinding {
  return {
    check: 'unused',
    isWarning: false,
    rule,
    expression,
    what: 'not tried',
    why: `no line here needs ${shortened(expression.source)}`,
    fix: 'add lines that do',
  };
}

function lintExpression(rule: Rule, expression: Expression, samples: readonly LintSample[]): LintFinding[] {
  const node = parseExpression(expression.expanded);
  if (isExpressionError(node)) return [];
  const warn = (check: LintCheck, what: string, why: string, fix: string): LintFinding => ({
    ...{ check, isWarning: true, rule, expression, what, why, fix },
  });
  return [
    ...(isAnchoredAtStart(node)
      ? []
      : [warn('not-anchored-start', 'not anchored: ^', ...startWords(node, samples))]),
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
      warn('host-name', 'host name', `${group} takes more than an address`, 'use %{ADDRESS} or %{PEER}'),
    ),
    ...(isAnchoredAtEnd(node)
      ? []
      : [warn('not-anchored-end', 'not anchored: $', ...endWords(node, samples))]),
    ...failures(samples).map((word) =>
      warn(
        'takes-failure',
        'takes a failure',
        `a line that it matches says '${word}'`,
        'match what only logins say',
      ),
    ),
  ];
}

function startWords(node: Node, samples: readonly LintSample[]): [why: string, fix: string] {
  const first = nextLiteral(node, 0) || requiredLiteral(node);
  const before = commonSource(samples.map(({ text, match }) => text.slice(0, match.start)));
  const why = `${first === '' ? 'it' : `'${first}'`} may stand anywhere`;
  return [why, before === undefined ? 'start with ^' : `start with ^${before.trimEnd()}`];
}

function endWords(node: Node, samples: readonly LintSample[]): [why: string, fix: string] {
  const last = groupsOf(node).at(-1);
  const what = last === undefined || last.name === 'user' ? 'the user' : 'the address';
  const after = commonSource(samples.map(({ text, match }) => text.slice(match.end)));
  return [`text may follow ${what}`, `end with ${after ?? ''}$`];
}

/** An expression for texts that stand at the same place of several lines. */
function commonSource(texts: readonly string[]): string | undefined {
  if (texts.length === 0 || texts.some((text) => text.length > 200)) return undefined;
  const template = templateOf(texts.map((text) => tokensOf(text, [])));
  return templateSource(template, { user: '', client: '' });
}

/** Characters that stand around fields: what takes them all, takes everything that a client sends. */
const marks = ' :"\'<>[](),;=.x1';

function openText(rule: Rule, root: Node): string[] {
  const open = addressesOf(rule, root).flatMap((address) =>
    precedingNodes(root, address).flatMap((node) => openNodes(node, rule)),
  );
  return [...new Set(open.map(printExpression))];
}

/** What takes anything, however much, below a node; the group for the user is meant to. */
function openNodes(node: Node, rule: Rule): Node[] {
  if (node.kind === 'group' && (node.name === 'user' || (rule.isOriginalForm && node.name === ''))) return [];
  if (node.kind === 'repetition' && isUnbounded(node) && !isUnbounded(node.body)) {
    return [...marks].every((mark) => couldContain(node, mark)) ? [node] : [];
  }
  if (node.kind === 'concatenation') return node.parts.flatMap((part) => openNodes(part, rule));
  if (node.kind === 'alternation') return node.branches.flatMap((part) => openNodes(part, rule));
  return node.kind === 'group' || node.kind === 'repetition' ? openNodes(node.body, rule) : [];
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

/** The groups for the address; an original-form rule's last two, of which one is the user. */
function addressesOf(rule: Rule, root: Node): readonly Group[] {
  const groups = groupsOf(root);
  if (rule.isOriginalForm) return groups.slice(groups.length === 2 ? 0 : 1, 3);
  return groups.filter(({ name }) => (addressGroups as readonly string[]).includes(name));
}

/** Words of failures in what is no part of the user or the address. */
function failures(samples: readonly LintSample[]): string[] {
  for (const { text, user, address } of samples) {
    const word = failureWord(text, [user, address]);
    if (word !== undefined) return [word];
  }
  return [];
}

function shortened(source: string): string {
  return source.length <= 40 ? source : `${source.slice(0, 39)}…`;
}
