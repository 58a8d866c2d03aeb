/** The shortest text that two automata take: their product, breadth first. */
import type { CharSet, NFA } from 'refa';

type State = NFA.ReadonlyNode;

/** How a pair of states was first reached. */
interface Step {
  readonly from: Step | undefined;
  readonly byte: number;
  readonly one: State;
  readonly other: State;
}

/** More pairs than this are not looked at: a rule that comes to so many is not understood. */
const mostPairs = 3_000_000;

/** Bytes that are easy to read in an example, the first that fits; beyond ASCII those that make characters. */
const readable = [...Buffer.from('xX1 .:=,;'), 0xe2, 0xc3, 0xf1, 0x82];

/**
 * Returns the shortest text of at most `bytes` bytes that both automata take; undefined where there is none. Throws a
 * RangeError where the two come to too many pairs of states.
 */
export function shortestCommon(one: NFA, other: NFA, bytes: number): string | undefined {
  const [restOfOne, restOfOther] = [bytesToEnd(one), bytesToEnd(other)];
  const isWithin = (a: State, b: State, length: number): boolean =>
    length + Math.max(restOfOne.get(a) ?? bytes + 1, restOfOther.get(b) ?? bytes + 1) <= bytes;
  const met = new Map<State, Set<State>>();
  let pairs = 0;
  const isNew = (a: State, b: State): boolean => {
    const others = met.get(a) ?? new Set();
    if (others.size === 0) met.set(a, others);
    if (others.has(b)) return false;
    others.add(b);
    if (++pairs > mostPairs) throw new RangeError('too many pairs of states');
    return true;
  };
  let layer: Step[] = [];
  if (isWithin(one.initial, other.initial, 0))
    layer.push({ from: undefined, byte: 0, one: one.initial, other: other.initial });
  isNew(one.initial, other.initial);
  for (let length = 0; length <= bytes && layer.length > 0; length++) {
    const end = layer.find((step) => isFinal(one, step.one) && isFinal(other, step.other));
    if (end !== undefined) return textOf(end);
    const next: Step[] = [];
    for (const step of layer) {
      for (const [a, byA] of step.one.out) {
        for (const [b, byB] of step.other.out) {
          if (met.get(a)?.has(b) || !isWithin(a, b, length + 1)) continue;
          // Most have no byte in common, and to see that makes no set.
          if (byA.isDisjointWith(byB) || !isNew(a, b)) continue;
          next.push({ from: step, byte: chosenOf(byA.intersect(byB)), one: a, other: b });
        }
      }
    }
    layer = next;
  }
  return undefined;
}

const knownDistances = new WeakMap<NFA, ReadonlyMap<State, number>>();

/** How many bytes each state is from an end at least; a state without one is from none. */
function bytesToEnd(automaton: NFA): ReadonlyMap<State, number> {
  const known = knownDistances.get(automaton);
  if (known !== undefined) return known;
  const { finals } = automaton;
  const distances = new Map<State, number>();
  knownDistances.set(automaton, distances);
  for (const state of finals as ReadonlySet<State>) distances.set(state, 0);
  // A map is gone through in the order in which it grows, so the nearest come first.
  for (const [state, distance] of distances) {
    for (const before of state.in.keys()) if (!distances.has(before)) distances.set(before, distance + 1);
  }
  return distances;
}

function isFinal({ finals }: NFA, state: State): boolean {
  return (finals as ReadonlySet<State>).has(state);
}

function chosenOf(set: CharSet): number {
  const found = readable.find((byte) => set.has(byte));
  return found ?? set.ranges.find(({ max }) => max >= 0x21)?.min ?? set.ranges[0]?.min ?? 0;
}

function textOf(end: Step): string {
  const bytes: number[] = [];
  for (let step: Step | undefined = end; step?.from !== undefined; step = step.from) bytes.push(step.byte);
  return Buffer.from(bytes.reverse()).toString('utf8');
}
