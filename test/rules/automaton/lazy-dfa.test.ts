import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import { addressGroups } from '../../../src/rules/address-groups.ts';
import { atEnd, firstState, LazyDfa } from '../../../src/rules/automaton/lazy-dfa.ts';
import { buildNfa, NoAutomaton } from '../../../src/rules/automaton/nfa.ts';
import { isExpressionError, type Node } from '../../../src/rules/expression/ast.ts';
import { parseExpression } from '../../../src/rules/expression/parse.ts';
import { kinds } from '../../../src/rules/kinds.ts';
import { preparedCatalog } from '../../../src/rules/prepared-catalog.ts';
import { isWhole, runsOf } from '../../seeds.ts';
import { samples } from '../samples.ts';

const names = ['user', ...addressGroups];

function nodeOf(expression: string): Node {
  const node = parseExpression(expression);
  if (isExpressionError(node)) throw new Error(`${expression}: ${node.reason}`);
  return node;
}

/** What the groups of an expression take by the automaton; undefined where it cannot say, since bounds were left out. */
function tryAutomaton(expression: string): (text: string) => Record<string, string> | null | undefined {
  const nfa = buildNfa([nodeOf(expression)], names);
  const dfa = new LazyDfa(nfa);
  const [branch] = nfa.branches;
  return (text) => {
    const registers: number[] = [];
    let state = firstState;
    for (let at = 0; at < text.length; at++) {
      const { state: next, moves } = dfa.step(state, dfa.classes[text.charCodeAt(at)] as number);
      for (const { to, from } of moves) registers[to] = from < 0 ? at : (registers[from] as number);
      state = next;
    }
    const [accepted] = dfa.acceptedIn(state);
    if (accepted === undefined || branch === undefined) return null;
    if (!branch.isExact) return undefined;
    const placeOf = (tag: number): number | undefined => {
      const register = accepted.registers[tag];
      return register === atEnd ? text.length : register === undefined ? undefined : registers[register];
    };
    for (const { from, to, min, max } of branch.bounds) {
      const [start, end] = [placeOf(from), placeOf(to)];
      if (start === undefined || end === undefined) continue;
      if (end - start < min || end - start > max) return undefined;
    }
    const took: Record<string, string> = {};
    for (const [name, from, to] of branch.groups) {
      const [start, end] = [placeOf(from), placeOf(to)];
      if (start !== undefined && end !== undefined) took[name] = text.slice(start, end);
    }
    return took;
  };
}

/** The same by V8. */
function tryV8(expression: string): (text: string) => Record<string, string> | null {
  const compiled = new RegExp(expression, 's');
  return (text) => {
    const groups = compiled.exec(text)?.groups;
    if (groups === undefined) return compiled.test(text) ? {} : null;
    return Object.fromEntries(
      Object.entries(groups).filter(([name, took]) => names.includes(name) && took !== undefined),
    );
  };
}

function expectSame(expression: string, texts: readonly string[]): number {
  const [automaton, engine] = [tryAutomaton(expression), tryV8(expression)];
  let matched = 0;
  for (const text of texts) {
    const took = automaton(text);
    // It does not know: the way that it prefers goes over a bound.
    if (took === undefined) continue;
    if (took !== null) matched++;
    // Of so many texts, an expectation of each would take longer than both engines.
    const wanted = engine(text);
    if (!isDeepStrictEqual(took, wanted))
      expect([expression, text, took]).toEqual([expression, text, wanted]);
  }
  return matched;
}

/** A small generator, the same numbers at each run: Numerical Recipes' linear congruential one. */
function numbersFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state % below;
  };
}

/** Texts made of another by cutting, doubling, and exchanging parts. */
function mutants(text: string, count: number, seed: number): string[] {
  const random = numbersFrom(seed);
  return Array.from({ length: count }, () => {
    const [from, to] = [random(text.length + 1), random(text.length + 1)].sort((a, b) => a - b) as [
      number,
      number,
    ];
    const part = text.slice(from, to);
    const letters = ', <>[]=user@:.0-x\\"';
    const letter = letters[random(letters.length)] ?? '';
    return [
      text.slice(0, from) + text.slice(to),
      text.slice(0, to) + part + text.slice(to),
      text.slice(0, from) + letter + text.slice(from + 1),
      text.slice(0, from) + letter + text.slice(from),
    ][random(4)] as string;
  });
}

describe('LazyDfa', () => {
  it.each([
    ['^a(?<user>b*)c$', ['abc', 'ac', 'abbbc', 'ab', 'abcc']],
    // What is greedy takes as much as it can, what is lazy as little.
    ['^(?<user>.+) (?<address>.+)$', ['a b', 'a b c', ' ', 'a  b']],
    ['^(?<user>.+?) (?<address>.+)$', ['a b', 'a b c', 'a  b']],
    // The first branch counts that leads to a match.
    ['^(?:(?<user>a+)|(?<address>[ab]+))$', ['aa', 'ab', 'b']],
    ['^(?:(?<user>a)|ab)(?<address>b?c)?$', ['a', 'ab', 'abc', 'abbc']],
    // Tags that come again and again, and registers that change places.
    [
      String.raw`^(?:[^\]]|\]\S)+ (?<user>[^ ]+) x(?: (?<address>\S+))?$`,
      ['a b x', 'a b x x', 'a] b x y', 'a x x x x'],
    ],
    [
      String.raw`^(?<user>.{2,4}), (?<address>\d{1,3})$`,
      ['ab, 1', 'a, b, 1', 'abcd, 123', 'abcde, 1', 'ab, 1234'],
    ],
    [String.raw`^(?:, [\w-]{0,32}=?<[^<>]*>){0,4}(?<user>.*)$`, [', a=<b>', ', <b>, c=<>x', 'x']],
  ])('takes what V8 takes: %s', (expression, texts) => {
    expect(expectSame(expression, texts)).toBeGreaterThan(0);
  });

  it('takes of sample lines, and of what mutation makes of them, what V8 takes by each expression of the catalog', () => {
    let matched = 0;
    const messages = [
      ...new Set(
        samples
          .filter(({ name }) => name.endsWith('.iso'))
          .flatMap(({ lines }) => lines.map((line) => line.replace(/^\S+ \S+ \S+: /, '')))
          .filter((message) => /^[\x00-\x7f]+$/.test(message)),
      ),
    ];
    for (const rule of preparedCatalog) {
      const own = messages.filter((_message, index) => index % 7 === 0);
      for (const { expanded } of kinds.flatMap((kind) => rule[kind])) {
        const engine = tryV8(expanded);
        const hits = messages.filter((message) => engine(message) !== null).slice(0, 12);
        const texts = [...own, ...hits, ...hits.flatMap((hit, index) => mutants(hit, runsOf(60), index + 1))];
        try {
          matched += expectSame(expanded, texts);
        } catch (error) {
          if (!(error instanceof NoAutomaton)) throw error;
        }
      }
    }
    expect(matched).toBeGreaterThan(isWhole ? 2000 : 1000);
  });

  it.each([
    ['a$', 'not anchored at both ends'],
    ['^a', 'not anchored at both ends'],
    [String.raw`^a\bb$`, 'an anchor in the middle'],
    ['^(?i)a$', 'letters of any case'],
    [String.raw`^\pL$`, 'a class of Unicode'],
    ['^(?:a*)*$', 'what is repeated may be empty'],
  ])('is not made of %s', (expression, why) => {
    expect(() => new LazyDfa(buildNfa([nodeOf(expression)], names))).toThrow(new NoAutomaton(why));
  });

  it.each([
    ['^(?:ab){65}$', 'ab', 65],
    ['^(?:(?<user>a)b)*$', 'ab', 3],
  ])('is not exact for %s, and takes what that takes', (expression, part, times) => {
    const nfa = buildNfa([nodeOf(expression)], names);
    expect(nfa.branches[0]).toMatchObject({ isExact: false, tags: 0 });
    const automaton = tryAutomaton(expression);
    expect(automaton(part.repeat(times))).toBeUndefined();
    expect(automaton('no')).toBeNull();
  });

  it('knows which of several expressions match, in their order', () => {
    const dfa = new LazyDfa(buildNfa(['^a+$', '^[ab]+$', '^b$'].map(nodeOf), names));
    const matching = (text: string) => {
      let state = firstState;
      for (const letter of text) state = dfa.step(state, dfa.classes[letter.charCodeAt(0)] as number).state;
      return dfa.acceptedIn(state).map(({ branch }) => branch);
    };
    expect([matching('aa'), matching('ab'), matching('b'), matching('c')]).toEqual([[0, 1], [1], [1, 2], []]);
  });
});
