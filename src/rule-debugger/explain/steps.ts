/** How far an expression gets in a text: its longest beginning that matches, found by doubling and bisection. */

import { addressGroups } from '../../rules/address-groups.ts';
import { childrenOf, type Group, isExpressionError, type Node } from '../../rules/expression/ast.ts';
import { groupsOf, isUnbounded } from '../../rules/expression/facts.ts';
import { parseExpression } from '../../rules/expression/parse.ts';
import { type Prefix, prefixes } from '../../rules/expression/prefixes.ts';
import type { CompilePattern, Pattern } from '../pattern.ts';

/** Where a branch of an expression stopped in a text. */
export interface Stop {
  /** Offset in the text. */
  readonly at: number;
  /** The beginnings of the branch, shortest first. */
  readonly steps: readonly Prefix[];
  /** How many of them match. */
  readonly matched: number;
  /** The first step that may be what is wanted here: optional ones before `matched` took nothing. */
  readonly firstWanted: number;
  /** The last that may be: all before it are optional. */
  readonly lastWanted: number;
  /** What is wanted may stand at `at` or anywhere after it: what comes before it takes anything. */
  readonly isAnywhere: boolean;
  /** How much of what matched is fixed text, in characters: the more, the nearer. */
  readonly weight: number;
  /** All that comes before the later one of user and address has matched. */
  readonly reachesClient: boolean;
}

/** Walks one branch of an expression; compiles its beginnings when they are first asked for. */
export class Walk {
  readonly #steps: readonly Prefix[];
  readonly #compile: (source: string) => Pattern;
  readonly #patterns: (Pattern | undefined)[] = [];
  readonly #weights: readonly number[];
  readonly #groups: readonly Group[];
  /** The number of the step that begins the user or the address, whichever comes later. */
  readonly #client: number;

  constructor(branch: Node, compile: (source: string) => Pattern) {
    this.#steps = prefixes(branch);
    this.#groups = clientGroups(branch);
    const starts = this.#groups.map((group) => this.#steps.findIndex(({ node }) => overlaps(node, group)));
    this.#client = Math.max(...starts, 0);
    this.#compile = compile;
    let sum = 0;
    this.#weights = [0, ...this.#steps.map(({ node }) => (sum += weightOf(node)))];
  }

  /** Returns where the branch stops; undefined if it matches. */
  stop(text: string): Stop | undefined {
    const whole = this.#steps.length;
    let matched = 0;
    let failing = Math.min(1, whole);
    // Most expressions are another server's, and stop within a few characters: the shortest beginnings, which are
    // compiled the soonest, are tried first, each twice as long as the one before.
    while (this.#end(failing - 1, text) !== undefined) {
      if (failing === whole) return undefined;
      matched = failing;
      failing = Math.min(whole, 2 * failing);
    }
    while (matched < failing - 1) {
      const middle = (matched + failing) >> 1;
      if (this.#end(middle - 1, text) === undefined) failing = middle;
      else matched = middle;
    }
    return {
      ...this.#place(matched, text),
      steps: this.#steps,
      matched,
      weight: this.#weights[matched] ?? 0,
      reachesClient: matched >= this.#client,
    };
  }

  #place(matched: number, text: string): Pick<Stop, 'at' | 'firstWanted' | 'lastWanted' | 'isAnywhere'> {
    const end = matched === 0 ? 0 : (this.#end(matched - 1, text) ?? 0);
    const last = this.#steps[matched - 1]?.node;
    const endBefore = (step: number) => (step === 0 ? 0 : this.#end(step - 1, text));
    if (last !== undefined && isUnbounded(last) && end === text.length) {
      const at = endBefore(matched - 1) ?? 0;
      if (at < end) return { at, firstWanted: matched, lastWanted: matched, isAnywhere: true };
    }
    let firstWanted = matched;
    while (firstWanted > 0) {
      const node = this.#steps[firstWanted - 1]?.node;
      if (node?.kind !== 'repetition' || node.min > 0 || endBefore(firstWanted - 1) !== end) break;
      firstWanted--;
    }
    const taker = this.#steps[firstWanted - 1]?.node;
    if (taker !== undefined && this.#takesAddress(taker) && /[\w-]/.test(text[end] ?? '')) {
      // Of a host name it takes the hexadecimal digits that it begins with.
      const step = firstWanted - 1;
      return { at: endBefore(step) ?? 0, firstWanted: step, lastWanted: step, isAnywhere: false };
    }
    // Without an anchor, the first step that is not found is not found anywhere.
    return { at: end, firstWanted, lastWanted: matched, isAnywhere: matched === 0 };
  }

  #takesAddress(node: Node): boolean {
    return this.#groups.some((group) => isAddressGroup(group) && overlaps(node, group));
  }

  /** Where the match of a beginning ends. */
  #end(index: number, text: string): number | undefined {
    const step = this.#steps[index];
    if (step === undefined) return 0;
    this.#patterns[index] ??= this.#compile(step.source);
    return this.#patterns[index].find(text)?.end;
  }
}

/** Returns a walk for each branch of an expression that has been compiled before. */
export function walksOf(expanded: string, isLongest: boolean, compile: CompilePattern): readonly Walk[] {
  const node = parseExpression(expanded);
  if (isExpressionError(node)) return [];
  const branches = node.kind === 'alternation' ? node.branches : [node];
  return branches.map((branch) => new Walk(branch, (source) => compile(source, isLongest)));
}

/** How many characters of fixed text every match of a node has. */
function weightOf(node: Node): number {
  switch (node.kind) {
    case 'literal':
      return 1;
    case 'repetition':
      return node.min * weightOf(node.body);
    case 'alternation':
      return Math.min(...node.branches.map(weightOf));
    default:
      return childrenOf(node).reduce((sum, child) => sum + weightOf(child), 0);
  }
}

/** The groups for the user and the address: by name, or all of an original-form rule's, which have none. */
function clientGroups(branch: Node): readonly Group[] {
  return groupsOf(branch).filter((group) => ['', 'user'].includes(group.name) || isAddressGroup(group));
}

function isAddressGroup({ name }: Group): boolean {
  return (addressGroups as readonly string[]).includes(name);
}

function overlaps(node: Node, group: Group): boolean {
  return node.start < group.end && group.start < node.end;
}
