/**
 * Whether a backtracking engine takes time linear in the text for an expression, told from its automaton alone. An engine
 * that fails has gone every way there is, so its time is bounded by how many ways lead to each place of the text. These
 * stay few, however long the text, unless the automaton has one of two shapes (Weber and Seidl, 'On the degree of ambiguity
 * of finite automata', 1991): a loop that can be gone in two ways with the same text, which doubles them each time, or two
 * loops, with a way from the first to the second, all three with the same text, which adds one each time. The automaton takes
 * repetitions of more than {@link fewTimes} without their bounds, so that a way more than the expression has may be found, and
 * never one less.
 */
import { buildNfa, type Nfa } from '../../../src/rules/automaton/nfa.ts';
import {
  childrenOf,
  concatenationOf,
  type Node,
  type Repetition,
} from '../../../src/rules/expression/ast.ts';

/** A repetition of so many bytes at most is no loop: the ways through it are as few, however long the text. */
const fewTimes = 32;

/** The states that take a byte, and between them the ways that take none. */
interface Steps {
  /** By state, the bytes that it takes, a bit each. */
  readonly sets: readonly bigint[];
  /** By state, those that may be next. */
  readonly next: readonly (readonly number[])[];
  /** Pairs `from to` that are joined by more than one way. */
  readonly doubled: ReadonlySet<string>;
  /** States that take whatever is left of the text: an engine that is there has found a match, and goes no other way. */
  readonly takesAll: ReadonlySet<number>;
}

/** Returns why an engine that backtracks may need more than linear time for an expression; undefined if it needs no more. */
export function findAmbiguity(expression: Node): string | undefined {
  const steps = stepsOf(buildNfa([asPlain(expression)], []));
  const loops = loopsOf(steps.next);
  for (const pair of steps.doubled) {
    const [from = 0, to = 0] = pair.split(' ').map(Number);
    if (loops[from] !== undefined && loops[from] === loops[to])
      return `a loop is in a loop, at state ${from}`;
  }
  for (const loop of new Set(loops)) {
    if (loop !== undefined && isGoneInTwoWays(steps, loop))
      return `a loop can be gone in two ways, at state ${[...loop][0]}`;
  }
  return findFollowingLoops(steps, loops);
}

/** The same expression, or one that takes more, of sets that the automaton has, and short repetitions written out. */
function asPlain(node: Node): Node {
  switch (node.kind) {
    case 'literal': {
      if (!node.ignoreCase) return node;
      const codes = [node.text.toLowerCase(), node.text.toUpperCase()].map(
        (text) => text.codePointAt(0) ?? 0,
      );
      const ranges = codes.sort((a, b) => a - b).map((code): [number, number] => [code, code]);
      return { ...node, kind: 'class', negated: false, ranges, unicode: [], ignoreCase: false };
    }
    case 'class':
      return node.ignoreCase || node.unicode.length > 0
        ? { ...node, kind: 'any', matchesNewline: true }
        : node;
    case 'repetition': {
      const body = asPlain(node.body);
      if (node.max > fewTimes || childrenOf(body).length > 0) return { ...node, body };
      return atMost(node, body, node.min, node.max);
    }
    case 'group':
      return { ...node, body: asPlain(node.body) };
    case 'concatenation':
      return { ...node, parts: node.parts.map(asPlain) };
    case 'alternation':
      return { ...node, branches: node.branches.map(asPlain) };
    default:
      return node;
  }
}

/** A part so often: once more within each time, so that there is one way for each number of times. */
function atMost(node: Repetition, body: Node, min: number, max: number): Node {
  if (max === 0) return { kind: 'empty', start: node.start, end: node.end };
  const whole = concatenationOf([body, atMost(node, body, Math.max(min - 1, 0), max - 1)], node);
  return min > 0 ? whole : { ...node, min: 0, max: 1, body: whole };
}

function stepsOf({ states }: Nfa): Steps {
  const byteStates = states.flatMap((state, at) => (state.kind === 'byte' ? [at] : []));
  const numbers = new Map(byteStates.map((at, number) => [at, number]));
  const doubled = new Set<string>();
  const takesAll = new Set<number>();
  const sets: bigint[] = [];
  const next = byteStates.map((at, number) => {
    const state = states[at];
    if (state?.kind !== 'byte') throw new Error('a state that takes a byte');
    sets.push(BigInt(`0b${[...state.set].reverse().join('')}`));
    const reached = reachedFrom(states, state.next);
    const followers = reached.flatMap((follower) => numbers.get(follower) ?? []);
    const distinct = [...new Set(followers)];
    for (const follower of distinct) {
      if (followers.filter((other) => other === follower).length > 1) doubled.add(`${number} ${follower}`);
    }
    const isEnd = reached.some((follower) => states[follower]?.kind === 'end');
    if (isEnd && state.set.every((has) => has === 1) && distinct.includes(number)) takesAll.add(number);
    return distinct;
  });
  return { sets, next, doubled, takesAll };
}

/** The states that take a byte, and the ends, to which ways lead that take none: one as often as there are ways. */
function reachedFrom(states: Nfa['states'], at: number): number[] {
  const state = states[at];
  if (state?.kind === 'split')
    return [...reachedFrom(states, state.next), ...reachedFrom(states, state.other)];
  return state?.kind === 'tag' ? reachedFrom(states, state.next) : [at];
}

type Loop = ReadonlySet<number>;

/** By state the loop in which it is: all states that lead to it and to which it leads; undefined for one in none. */
function loopsOf(next: Steps['next']): (Loop | undefined)[] {
  const reach = next.map((_, from) => reachOf(next, from));
  const loops: (Loop | undefined)[] = next.map(() => undefined);
  for (const [state, reached] of reach.entries()) {
    if (!reached.has(state) || loops[state] !== undefined) continue;
    const loop = new Set([...reached].filter((other) => reach[other]?.has(state)));
    for (const one of loop) loops[one] = loop;
  }
  return loops;
}

function reachOf(next: Steps['next'], from: number): Set<number> {
  const reached = new Set<number>();
  const open = [from];
  for (let state = open.pop(); state !== undefined; state = open.pop()) {
    for (const other of next[state] ?? []) {
      if (!reached.has(other)) open.push(other);
      reached.add(other);
    }
  }
  return reached;
}

/** Goes several ways at once, all with the same text, and returns every place that is reached. */
function together(
  { next, sets }: Steps,
  from: readonly number[],
  within: readonly (Loop | undefined)[],
): Map<string, readonly number[]> {
  const reached = new Map<string, readonly number[]>();
  const open = [from];
  for (let states = open.pop(); states !== undefined; states = open.pop()) {
    /** With the bytes that all of them take. */
    let combined: { readonly states: number[]; readonly shared: bigint }[] = [{ states: [], shared: -1n }];
    for (const [index, state] of states.entries()) {
      const choices = (next[state] ?? []).filter((other) => within[index]?.has(other) ?? true);
      combined = combined.flatMap(({ states: before, shared }) =>
        choices.flatMap((other) => {
          const left = shared & (sets[other] ?? 0n);
          return left === 0n ? [] : [{ states: [...before, other], shared: left }];
        }),
      );
    }
    for (const { states } of combined) {
      const key = states.join(' ');
      if (!reached.has(key)) open.push(states);
      reached.set(key, states);
    }
  }
  return reached;
}

function isGoneInTwoWays(steps: Steps, loop: Loop): boolean {
  for (const state of loop) {
    const places = together(steps, [state, state], [loop, loop]);
    for (const [one = 0, other = 0] of places.values()) {
      if (one < other && together(steps, [one, other], [loop, loop]).has(`${state} ${state}`)) return true;
    }
  }
  return false;
}

function findFollowingLoops(steps: Steps, loops: readonly (Loop | undefined)[]): string | undefined {
  for (const [first, one] of loops.entries()) {
    if (one === undefined) continue;
    const after = reachOf(steps.next, first);
    for (const [second, other] of loops.entries()) {
      if (other === undefined || first === second || !after.has(second) || steps.takesAll.has(second))
        continue;
      if (!together(steps, [first, second], [one, other]).has(`${first} ${second}`)) continue;
      if (
        together(steps, [first, first, second], [one, undefined, other]).has(`${first} ${second} ${second}`)
      ) {
        return `states ${first} and ${second} take the same text over and over, one after the other`;
      }
    }
  }
  return undefined;
}
