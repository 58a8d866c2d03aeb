/**
 * Every part of a line that an expression of the catalog captures or skips, and whose end it does not say, has one: in
 * bytes, beside the expression. Each of them is filled by itself in a line that is a login without that.
 */
import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../src/recognize/outcome.ts';
import { createRecognizer } from '../../src/recognize/recognizer.ts';
import { addressGroups } from '../../src/rules/address-groups.ts';
import { childrenOf, isExpressionError, type Node } from '../../src/rules/expression/ast.ts';
import { mayTake } from '../../src/rules/expression/character-set.ts';
import { parseExpression } from '../../src/rules/expression/parse.ts';
import { loadRules } from '../../src/rules/load-rules.ts';
import type { Rule } from '../../src/rules/rule.ts';
import { utc } from '../../src/syslog/zone.ts';
import { readAt } from './samples.ts';

const { rules } = await loadRules({ servers: ['auto'], files: [] });

/** The shortest text of a node, in which one part below it has so many bytes. */
function textOf(node: Node, filled: Node | undefined, bytes = 0): string {
  const within = (one: Node): boolean => one === filled || childrenOf(one).some(within);
  switch (node.kind) {
    case 'literal':
      return node.text;
    case 'any':
      return 'x';
    case 'class':
      return (
        ['x', '1', ' ', '-', '.', ':'].find((one) => mayTake(node, one)) ??
        String.fromCodePoint(node.ranges[0]?.[0] ?? 0x78)
      );
    case 'group':
      return !within(node) && (addressGroups as readonly string[]).includes(node.name)
        ? '192.0.2.10'
        : textOf(node.body, filled, bytes);
    case 'concatenation':
      return node.parts.map((part) => textOf(part, filled, bytes)).join('');
    case 'alternation':
      return textOf(node.branches.find(within) ?? (node.branches[0] as Node), filled, bytes);
    case 'repetition': {
      const once = textOf(node.body, filled, bytes);
      if (node === filled) return once.repeat(Math.ceil(bytes / once.length));
      return within(node) ? once.repeat(Math.max(node.min, 1)) : once.repeat(node.min);
    }
    default:
      return '';
  }
}

/** The repetitions without an end, but those of an address, which is looked at by itself. */
function endlessIn(node: Node): Node[] {
  if (node.kind === 'group' && (addressGroups as readonly string[]).includes(node.name)) return [];
  const below = childrenOf(node).flatMap(endlessIn);
  return node.kind === 'repetition' && node.max === Number.POSITIVE_INFINITY ? [node, ...below] : below;
}

/** What a message comes to, by the process that has begun as its rule wants. */
function outcomeOf(rule: Rule, message: string): Outcome | undefined {
  const recognizer = createRecognizer({ rules: [rule], zone: utc, connectWindow: 120 });
  const program = rule.programs[0]?.replace('*', '') ?? '-';
  const context = { source: '', line: 0, isNew: false, writtenBefore: readAt };
  const record = { stamp: 'Nov 22 10:04:26', host: 'mx', program, pid: '7' };
  const judge = (text: string) => recognizer.judge({ ...record, message: text }, text, context);
  for (const { expanded } of rule.start) judge(textOf(parsed(expanded), undefined));
  return judge(message);
}

function parsed(expanded: string): Node {
  const node = parseExpression(expanded);
  if (isExpressionError(node)) throw new Error(node.reason);
  return node;
}

const parts = rules.flatMap((rule) =>
  [...rule.match, ...rule.connect, ...rule.logout].flatMap((expression) => {
    const node = parsed(expression.expanded);
    return endlessIn(node).map((part) => ({
      name: `${rule.name} ${expression.line}: ${expression.expanded.slice(part.start, part.end)}`,
      ...{ rule, expression, node, part },
    }));
  }),
);

describe('a part that has no end in an expression', () => {
  it.each(parts)('has one beside it: $name', ({ rule, expression, node, part }) => {
    const bytes = rule.longest + 1;
    const [short, long] = [textOf(node, undefined), textOf(node, part, bytes)];
    expect(Buffer.byteLength(long)).toBeGreaterThanOrEqual(bytes);
    expect(expression.match(short), short).toBeDefined();
    expect(expression.match(long), long).toBeDefined();
    const isTooLong = ({ reason }: { reason: string }) => /bytes/.test(reason);
    const [usual, filled] = [outcomeOf(rule, short), outcomeOf(rule, long)];
    // Half a login wants the other line, and that is all that is wrong with it.
    expect(usual?.kind === 'refused' && isTooLong(usual)).toBe(false);
    if (rule.logout.includes(expression)) expect([usual?.kind, filled]).toEqual(['logout', undefined]);
    else expect(filled?.kind === 'refused' && isTooLong(filled)).toBe(true);
  });

  it('is there in many of them', () => expect(parts.length).toBeGreaterThan(50));
});
