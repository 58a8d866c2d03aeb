/**
 * What a rule leaves open: text of any kind before the address, and lines of which nothing says how long they may be. Of a
 * line that is cut off, or goes on in another, the client wrote the end.
 */
import { addressGroups } from '../rules/address-groups.ts';
import { type Group, isExpressionError, type Node, type Repetition } from '../rules/expression/ast.ts';
import {
  couldContain,
  groupsOf,
  isAnchoredAtEnd,
  isAnchoredAtStart,
  isUnbounded,
  precedingNodes,
} from '../rules/expression/facts.ts';
import { parseExpression } from '../rules/expression/parse.ts';
import { printExpression } from '../rules/expression/print.ts';
import type { Expression, Rule } from '../rules/rule.ts';
import { usualLongest } from '../rules/usual-longest.ts';
import type { LintFinding } from './lint-finding.ts';

/** Returns where a rule does not know how long a login is, or which lines its server breaks or leaves open. */
export function bounds(rule: Rule): LintFinding[] {
  const { isOriginalForm, longest, match, connect } = rule;
  if (isOriginalForm) {
    if (!match.some(isEndless)) return [];
    const advice = 'say how long each part may be: ([^ ]{1,255}), [^ ]{1,80}';
    const why = 'a line of any length is taken for a login';
    return [{ check: 'no-bound', isWarning: true, rule, what: 'no bound', why, advice }];
  }
  const endless = [
    ...guards(rule),
    ...[...match, ...connect].flatMap((expression) => endlessParts(rule, expression)),
  ];
  if (longest <= usualLongest) return endless;
  const open = [...match, ...connect].filter(isEndless);
  return [
    ...endless,
    ...open.map(
      (expression): LintFinding => ({
        ...{ check: 'no-bound', isWarning: true, rule, expression, what: 'no bound' },
        why: `with longest ${longest} a client may fill ${shortened(expression.source)}`,
        advice: 'say how long each part may be: (?<user>.{1,255})',
      }),
    ),
    {
      ...{ check: 'longest', isWarning: false, rule, what: `longest ${longest}` },
      why: 'loggers and syslog daemons cut lines of 511 bytes or more',
      advice: 'leave it out, unless the server itself cuts what a client wrote',
    },
  ];
}

function isEndless({ expanded }: Expression): boolean {
  const node = parseExpression(expanded);
  return !isExpressionError(node) && isUnbounded(node);
}

/** A guard that takes lines which are whole costs the next one its login. */
function guards(rule: Rule): LintFinding[] {
  const { broken, unclosed } = rule;
  const loose = unclosed.filter(({ expanded }) => {
    const node = parseExpression(expanded);
    return !isExpressionError(node) && !(isAnchoredAtStart(node) && isAnchoredAtEnd(node));
  });
  const findings = loose.map(
    (expression): LintFinding => ({
      ...{ check: 'unclosed', isWarning: true, rule, expression, what: 'unclosed, not anchored' },
      why: 'it matches whole lines, and then the next line is no login',
      advice: 'write the line from ^ to $, without its end',
    }),
  );
  if (broken === undefined || broken > usualLongest) return findings;
  const short: LintFinding = {
    ...{ check: 'broken', isWarning: true, rule, what: `broken ${broken}` },
    why: 'a whole line may be as long, and then the next line is no login',
    advice: 'write how long the pieces are that the logger makes',
  };
  return [...findings, short];
}

/** Characters of a text in which an address may stand: what takes them all without an end is a client's to fill. */
const textMarks = ' x1.';

/** Parts after the address; those before it are told of by themselves. A word has an end, the blank. */
function endlessParts(rule: Rule, expression: Expression): LintFinding[] {
  const node = parseExpression(expression.expanded);
  if (isExpressionError(node)) return [];
  const told = openText(rule, node);
  const parts = openNodes(node, rule, textMarks).filter((part) => !told.includes(printExpression(part)));
  return parts.map((part) => ({
    ...{ check: 'no-bound', isWarning: true, rule, expression, what: 'no bound' },
    why: `${printExpression(part)} takes a text of any length`,
    advice: `write what stands there, or how long it may be: ${printExpression({ ...part, max: 80 })}`,
  }));
}

/** Characters that stand around fields: what takes them all, takes everything that a client sends. */
const marks = ' :"\'<>[](),;=.x1';

/** Returns what takes anything, however much, before the address. */
export function openText(rule: Rule, root: Node): string[] {
  const open = addressesOf(rule, root).flatMap((address) =>
    precedingNodes(root, address).flatMap((node) => openNodes(node, rule, marks)),
  );
  return [...new Set(open.map(printExpression))];
}

/** What takes all of some characters, however many, below a node; the group for the user is meant to. */
function openNodes(node: Node, rule: Rule, taken: string): Repetition[] {
  if (node.kind === 'group' && (node.name === 'user' || (rule.isOriginalForm && node.name === ''))) return [];
  if (node.kind === 'repetition' && isUnbounded(node) && !isUnbounded(node.body)) {
    return [...taken].every((mark) => couldContain(node, mark)) ? [node] : [];
  }
  if (node.kind === 'concatenation') return node.parts.flatMap((part) => openNodes(part, rule, taken));
  if (node.kind === 'alternation') return node.branches.flatMap((part) => openNodes(part, rule, taken));
  return node.kind === 'group' || node.kind === 'repetition' ? openNodes(node.body, rule, taken) : [];
}

/** Returns the groups for the address; an original-form rule's last two, of which one is the user. */
export function addressesOf(rule: Rule, root: Node): readonly Group[] {
  const groups = groupsOf(root);
  if (rule.isOriginalForm) return groups.slice(groups.length === 2 ? 0 : 1, 3);
  return groups.filter(({ name }) => (addressGroups as readonly string[]).includes(name));
}

/** Returns an expression as far as a line of a report has room for it. */
export function shortened(source: string): string {
  return source.length <= 40 ? source : `${source.slice(0, 39)}…`;
}
