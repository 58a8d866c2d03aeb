/**
 * What an expression of a rule means, as a tree: Exact's own understanding of RE2's syntax, for lint, required
 * texts, explanations and printing. It matches nothing; the engines do. Syntax that means nothing by itself is
 * gone: `(?:…)` is transparent, flags rest on the nodes they change, nested concatenations and alternations
 * are flat, and a class of one character is that character.
 */

/** The part of the source that a node stands for: UTF-16 offsets, `end` exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Matches the empty text. */
interface Empty extends Span {
  readonly kind: 'empty';
}

/** One character. */
export interface Literal extends Span {
  readonly kind: 'literal';
  /** One code point. */
  readonly text: string;
  /** Set only where the character has another case. */
  readonly ignoreCase: boolean;
}

/** `.` */
interface AnyCharacter extends Span {
  readonly kind: 'any';
  /** Whether it takes `\n` too (flag `s`). */
  readonly matchesNewline: boolean;
}

/** Code points from the first to the second, both included. */
export type CodePointRange = readonly [number, number];

/** One character of a set: `[…]`, `\d`, `\pL`. */
export interface CharacterClass extends Span {
  readonly kind: 'class';
  readonly negated: boolean;
  /** Sorted, apart from each other. */
  readonly ranges: readonly CodePointRange[];
  /** Unicode classes as written (`\p{Greek}`, `\PL`): what they hold is the engine's business. */
  readonly unicode: readonly string[];
  /** Set only where a range holds a letter or anything beyond ASCII. */
  readonly ignoreCase: boolean;
}

/** A place in the text that takes no character. */
export interface Anchor extends Span {
  readonly kind: 'anchor';
  /** `^` and `\A`, `$` and `\z` (flag `m`: those of a line), `\b`, `\B`. */
  readonly at: 'text-start' | 'text-end' | 'line-start' | 'line-end' | 'word-boundary' | 'not-word-boundary';
}

/** A capturing group. */
export interface Group extends Span {
  readonly kind: 'group';
  /** From 1, by opening parenthesis. */
  readonly index: number;
  /** '' where it has none. */
  readonly name: string;
  readonly body: Node;
}

/** `body` from `min` to `max` times. */
export interface Repetition extends Span {
  readonly kind: 'repetition';
  readonly min: number;
  /** Infinity where there is no limit. */
  readonly max: number;
  /** Prefers fewer times. */
  readonly lazy: boolean;
  readonly body: Node;
}

/** Parts one after the other: two or more, none of them a concatenation or empty. */
interface Concatenation extends Span {
  readonly kind: 'concatenation';
  readonly parts: readonly Node[];
}

/** One of the branches, the earlier preferred: two or more, none of them an alternation. */
interface Alternation extends Span {
  readonly kind: 'alternation';
  readonly branches: readonly Node[];
}

/** A node of an expression. */
export type Node =
  | Empty
  | Literal
  | AnyCharacter
  | CharacterClass
  | Anchor
  | Group
  | Repetition
  | Concatenation
  | Alternation;

/** Why a text is no expression of the rule language. */
export interface ExpressionError {
  /** Where, in UTF-16 units from 1. */
  readonly column: number;
  /** What is wrong, and where it can be told, what to write. */
  readonly reason: string;
}

/** Reports whether what a parser or translator gave is an error. */
export function isExpressionError(result: Node | string | ExpressionError): result is ExpressionError {
  return typeof result === 'object' && 'reason' in result;
}

/** Returns the parts as one node: flat, without empty ones, and the part itself where only one is left. */
export function concatenationOf(all: readonly Node[], span: Span): Node {
  const parts = all.flatMap((part) =>
    part.kind === 'concatenation' ? part.parts : part.kind === 'empty' ? [] : [part],
  );
  const [only] = parts;
  if (only === undefined) return { kind: 'empty', start: span.start, end: span.end };
  return parts.length === 1 ? only : { kind: 'concatenation', parts, start: span.start, end: span.end };
}

/** Returns the branches as one node: flat, and the branch itself where there is only one. */
export function alternationOf(all: readonly Node[], span: Span): Node {
  const branches = all.flatMap((branch) => (branch.kind === 'alternation' ? branch.branches : [branch]));
  const [only] = branches;
  return branches.length === 1 && only !== undefined
    ? only
    : { kind: 'alternation', branches, start: span.start, end: span.end };
}

/** Returns the nodes directly below a node. */
export function childrenOf(node: Node): readonly Node[] {
  switch (node.kind) {
    case 'group':
    case 'repetition':
      return [node.body];
    case 'concatenation':
      return node.parts;
    case 'alternation':
      return node.branches;
    default:
      return [];
  }
}
