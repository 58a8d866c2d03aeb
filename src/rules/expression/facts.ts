/** What can be told of an expression without matching anything: what lint says about a rule rests on it. */
import { childrenOf, type Group, type Node } from './ast.ts';
import { isSameLetter, mayTake } from './character-set.ts';

/** Reports whether every match begins where the text begins. */
export function isAnchoredAtStart(node: Node): boolean {
  return mustPass(node, 'text-start');
}

/** Reports whether every match ends where the text ends. */
export function isAnchoredAtEnd(node: Node): boolean {
  return mustPass(node, 'text-end');
}

/** An anchor that every match passes holds the match there, whatever empty matches stand beyond it. */
function mustPass(node: Node, at: 'text-start' | 'text-end'): boolean {
  switch (node.kind) {
    case 'anchor':
      return node.at === at;
    case 'group':
      return mustPass(node.body, at);
    case 'repetition':
      return node.min > 0 && mustPass(node.body, at);
    case 'concatenation':
      return node.parts.some((part) => mustPass(part, at));
    case 'alternation':
      return node.branches.every((branch) => mustPass(branch, at));
    default:
      return false;
  }
}

/** Returns the capturing groups, in the order of their numbers. */
export function groupsOf(node: Node): readonly Group[] {
  const below = childrenOf(node).flatMap(groupsOf);
  return node.kind === 'group' ? [node, ...below] : below;
}

/** Returns the names of the named groups, in the order of their numbers. */
export function groupNames(node: Node): readonly string[] {
  return groupsOf(node).flatMap(({ name }) => (name === '' ? [] : [name]));
}

/** Returns how many capturing groups there are, named or not. */
export function captureCount(node: Node): number {
  return groupsOf(node).length;
}

/** Reports whether some text that a node matches may contain a character. It says yes on doubt. */
export function couldContain(node: Node, character: string): boolean {
  switch (node.kind) {
    case 'literal':
      return node.text === character || (node.ignoreCase && isSameLetter(node.text, character));
    case 'any':
      return character !== '\n' || node.matchesNewline;
    case 'class':
      return mayTake(node, character);
    case 'repetition':
      return node.max > 0 && couldContain(node.body, character);
    default:
      return childrenOf(node).some((child) => couldContain(child, character));
  }
}

/** Reports whether a node may match text with a letter that no address has: so a host name may stand there. */
export function takesHostName(node: Node): boolean {
  return [...'ghijklmnopqrstuvwxyz'].some((letter) => couldContain(node, letter));
}

/** Reports whether a node matches texts of any length. */
export function isUnbounded(node: Node): boolean {
  if (node.kind === 'repetition' && node.max === Number.POSITIVE_INFINITY) return true;
  return childrenOf(node).some(isUnbounded);
}

/**
 * Returns the nodes whose text may stand before a group's in a match, in order. Where the group is repeated,
 * what is repeated with it comes before it, whole.
 */
export function precedingNodes(root: Node, group: Group): readonly Node[] {
  const children = childrenOf(root);
  const on = children.findIndex((child) => isWithin(child, group));
  const child = children[on];
  if (child === undefined || root === group) return [];
  const inner = precedingNodes(child, group);
  if (root.kind === 'concatenation') return [...children.slice(0, on), ...inner];
  return root.kind === 'repetition' && root.max > 1 ? [child, ...inner] : inner;
}

function isWithin(node: Node, group: Group): boolean {
  return node === group || childrenOf(node).some((child) => isWithin(child, group));
}
