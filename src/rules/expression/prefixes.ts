/** The beginnings of an expression: the longest that matches a line tells how far the line got. */
import { concatenationOf, type Node } from './ast.ts';
import { printExpression } from './print.ts';

/** A beginning of an expression, itself an expression. */
export interface Prefix {
  /** Its source, which is written when it is asked for; groups that it ends within are closed. */
  readonly source: string;
  /** Its last node: what a line lacks where the prefix before matches and this one does not. */
  readonly node: Node;
  /** Where it ends in the source that was parsed: UTF-16 offset. */
  readonly end: number;
}

/**
 * Returns the beginnings of an expression, shortest first, the whole last, one node longer each: a character, a
 * class, a repetition, an alternation; it goes into groups. Where one matches, all the shorter ones match as
 * well, so the longest can be found by bisection. An alternation at the top is one step: take its branches
 * one by one.
 */
export function prefixes(node: Node): readonly Prefix[] {
  return [...beginnings(node)].map(([beginning, last]) => ({
    get source() {
      return printExpression(beginning());
    },
    node: last,
    end: last.end,
  }));
}

/** Each beginning, with its last node. Few are ever looked at, so that each is made when it is. */
function* beginnings(node: Node): Generator<readonly [() => Node, Node]> {
  if (node.kind === 'group') {
    for (const [body, last] of beginnings(node.body)) yield [() => ({ ...node, body: body() }), last];
  } else if (node.kind === 'concatenation') {
    for (const [index, part] of node.parts.entries()) {
      for (const [end, last] of beginnings(part))
        yield [() => concatenationOf([...node.parts.slice(0, index), end()], node), last];
    }
  } else {
    yield [() => node, node];
  }
}
