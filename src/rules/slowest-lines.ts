/**
 * Lines that take a matcher longest: as long as syslog lets them be, and made of what the expression is after, so
 * that no short cut of the engine rules them out. An expression that is slow on one of them can be made to hold
 * up every run.
 */

import { longestLine } from '../syslog/longest-line.ts';
import type { CharacterClass, Node } from './expression/ast.ts';
import { mayTake } from './expression/character-set.ts';

/** Milliseconds that an admin's expression may take on one hostile line. */
export const mostMilliseconds = 50;

const fillers = ['a', ' ', '1.', 'user=x, rip=1.2.3.4, '];

/**
 * Returns hostile lines for an expression: the longest that it matches, each repetition as often as there is
 * room; the same but for its end; and common characters over and over.
 */
export function slowestLines(expression: Node): readonly string[] {
  const longest = textFor(expression, longestLine).slice(0, longestLine);
  return [
    longest,
    `${longest.slice(0, longestLine - 1)}\0`,
    longest.slice(0, -1),
    ...fillers.map((text) => text.repeat(longestLine / text.length)),
  ];
}

/** A text that a node matches, of some `room` characters if it may be that long. */
function textFor(node: Node, room: number): string {
  switch (node.kind) {
    case 'empty':
    case 'anchor':
      return '';
    case 'literal':
      return node.text;
    case 'any':
      return 'a';
    case 'class':
      return memberOf(node);
    case 'group':
      return textFor(node.body, room);
    case 'concatenation':
      return textForAll(node.parts, room);
    case 'alternation':
      return node.branches
        .map((branch) => textFor(branch, room))
        .reduce((longest, text) => (text.length > longest.length ? text : longest));
    case 'repetition': {
      const once = textFor(node.body, Math.sqrt(room));
      const times = Math.max(node.min, Math.min(node.max, Math.floor(room / Math.max(once.length, 1))));
      return once.repeat(times);
    }
  }
}

/** The parts that may grow share the room that the others leave. */
function textForAll(parts: readonly Node[], room: number): string {
  const fixed = parts.map((part) => (mayGrow(part) ? undefined : textFor(part, 0)));
  const growing = fixed.filter((text) => text === undefined).length;
  const left = Math.max(0, room - fixed.join('').length);
  return parts.map((part, index) => fixed[index] ?? textFor(part, left / growing)).join('');
}

function mayGrow(node: Node): boolean {
  switch (node.kind) {
    case 'repetition':
      return node.max > node.min || mayGrow(node.body);
    case 'group':
      return mayGrow(node.body);
    case 'concatenation':
      return node.parts.some(mayGrow);
    case 'alternation':
      return node.branches.some(mayGrow);
    default:
      return false;
  }
}

function memberOf(node: CharacterClass): string {
  const common = ['a', '1', ' ', '-', 'A', 'é'].find((character) => mayTake(node, character));
  return common ?? String.fromCodePoint(node.ranges[0]?.[0] ?? 0x61);
}

/**
 * Returns the most milliseconds that a matcher takes on one of the lines, as the timer measures them: the best
 * of three tries, since the first pays for the engine's warming up. It stops at the first line over the limit.
 */
export function slowestMatch(
  match: (line: string) => unknown,
  lines: readonly string[],
  timer: () => number,
): number {
  let slowest = 0;
  for (const line of lines) {
    let best = Number.POSITIVE_INFINITY;
    for (let tries = 0; tries < 3 && best > mostMilliseconds; tries++) {
      const start = timer();
      match(line);
      best = Math.min(best, timer() - start);
    }
    slowest = Math.max(slowest, best);
    if (slowest > mostMilliseconds) return slowest;
  }
  return slowest;
}
