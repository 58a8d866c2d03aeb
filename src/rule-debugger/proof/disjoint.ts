/**
 * Whether an expression takes a line that a server writes and that is no login: the two automata have a line in common or
 * none. It proves no more than the shapes say.
 */
import type { NFA } from 'refa';
import { concatenationOf, type Group, isExpressionError, type Node } from '../../rules/expression/ast.ts';
import { literalSource } from '../../rules/expression/literal-source.ts';
import { parseExpression } from '../../rules/expression/parse.ts';
import { programMatcher } from '../../rules/program.ts';
import type { Rule } from '../../rules/rule.ts';
import { longestLine } from '../../syslog/longest-line.ts';
import { automatonOf } from './automaton.ts';
import { type Shape, slotOf } from './shape.ts';
import { shortestCommon } from './shortest-common.ts';

/** What an expression is asked as: with its macros expanded, and where it stands. */
export interface AskedExpression {
  readonly expanded: string;
  readonly isOriginalForm: boolean;
  /** Bytes of the longest message that counts. */
  readonly longest: number;
  /** Whether a group holds the address. What %{PEER} takes without brackets is written out, and needs no word. */
  readonly isAddressGroup: (group: Group) => boolean;
  /** What an address is: any, or one by which a forgery is known. */
  readonly address: Node;
}

/** Reports whether a group holds an address by its name. */
export function hasAddressName({ name }: Group): boolean {
  return name === 'address' || name === 'bracketed';
}

/** Any address, and some texts that are none. */
export const anyAddress = parsed(String.raw`\d{1,3}(?:\.\d{1,3}){3}|[0-9A-Fa-f]{0,4}:[0-9A-Fa-f:.]{1,41}`);

/** Returns what takes one address alone. */
export function theAddress(text: string): Node {
  return parsed(literalSource(text));
}

/** Bytes of the longest user name that counts. */
const longestUser = 255;

/** Returns the shapes of a program that some rule names. */
export function shapesFor(rule: Pick<Rule, 'programs'>, shapes: readonly Shape[]): Shape[] {
  const isFor = programMatcher(rule.programs);
  return shapes.filter(({ programs }) => programs.some(isFor));
}

/**
 * Returns the shortest line of a shape that the expression takes; undefined where there is none. Throws a RangeError
 * where the two are too large to tell.
 */
export function commonLine(asked: AskedExpression, shape: Shape): string | undefined {
  const bytes = Math.min(asked.longest, longestLine);
  return shortestCommon(
    shapeAutomaton(shape, asked.isOriginalForm, bytes),
    ruleAutomaton(asked, bytes),
    bytes,
  );
}

/** What stands before a message, as far as the expressions of EXACT 1.41 look at it. */
function envelopeOf({ programs }: Shape): Node {
  const names = programs.map((name) => literalSource(name)).join('|');
  return parsed(
    String.raw`^[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d [\w.-]{1,64} (?:${names})(?:\[\d{1,7}\])?: `,
  );
}

const ruleAutomata = new WeakMap<AskedExpression, NFA>();

/** Each expression is asked of several shapes. */
function ruleAutomaton(asked: AskedExpression, bytes: number): NFA {
  const automaton = ruleAutomata.get(asked) ?? newRuleAutomaton(asked, bytes);
  ruleAutomata.set(asked, automaton);
  return automaton;
}

function newRuleAutomaton({ expanded, isAddressGroup, address }: AskedExpression, bytes: number): NFA {
  return automatonOf(parsed(expanded), bytes, (group) => {
    const { name, body } = group;
    if (isAddressGroup(group)) return { unit: address, min: 1, max: 1 };
    const isOpenUser = name === 'user' && body.kind === 'repetition' && body.max > longestUser;
    return isOpenUser ? { unit: body.body, min: body.min, max: longestUser } : undefined;
  });
}

const shapeAutomata = new WeakMap<Shape, Map<string, NFA>>();

/** Each shape is asked by several expressions. */
function shapeAutomaton(shape: Shape, isWholeLine: boolean, bytes: number): NFA {
  const known = shapeAutomata.get(shape) ?? new Map<string, NFA>();
  shapeAutomata.set(shape, known);
  const key = `${isWholeLine} ${bytes}`;
  let automaton = known.get(key);
  if (automaton === undefined) {
    const { line } = shape;
    const whole = isWholeLine ? concatenationOf([envelopeOf(shape), line], line) : line;
    automaton = automatonOf(whole, bytes, (group) => slotOf(shape, group));
    known.set(key, automaton);
  }
  return automaton;
}

function parsed(source: string): Node {
  const node = parseExpression(source);
  if (isExpressionError(node)) throw new Error(`${source}: ${node.reason}`);
  return node;
}
