/** Texts that an expression matches, made from the expression itself: the fixed text of a rule around an address. */

import { addressGroups } from '../../rules/address-groups.ts';
import { type CharacterClass, childrenOf, type Group, type Node } from '../../rules/expression/ast.ts';
import { mayTake } from '../../rules/expression/character-set.ts';

/** What the groups of an example hold. */
export interface ExampleFill {
  readonly user: string;
  readonly address: string;
  /** With what is optional, once; without it otherwise. */
  readonly isLong: boolean;
}

/**
 * Returns a text that an expression matches, as far as this can be told: Unicode's classes are taken to hold
 * letters. An original-form rule's groups have no names, so each of them holds the address.
 */
export function exampleOf(node: Node, fill: ExampleFill): string {
  switch (node.kind) {
    case 'literal':
      return node.text;
    case 'any':
      return 'x';
    case 'class':
      return memberOf(node);
    case 'group':
      return groupText(node, fill);
    case 'repetition':
      return exampleOf(node.body, fill).repeat(
        node.min === 0 ? Number(fill.isLong && node.max > 0) : node.min,
      );
    case 'concatenation':
      return node.parts.map((part) => exampleOf(part, fill)).join('');
    case 'alternation':
      return exampleOf(withAddress(node.branches), fill);
    default:
      return '';
  }
}

function groupText({ name, body }: Group, fill: ExampleFill): string {
  if (name === 'user') return fill.user;
  if (name === '' || (addressGroups as readonly string[]).includes(name)) return fill.address;
  return exampleOf(body, fill);
}

function withAddress(branches: readonly Node[]): Node {
  const has = (node: Node): boolean =>
    (node.kind === 'group' && node.name === 'address') || childrenOf(node).some(has);
  return branches.find(has) ?? (branches[0] as Node);
}

function memberOf(set: CharacterClass): string {
  const found = [...'x1- .:'].find((character) => mayTake(set, character));
  return found ?? String.fromCodePoint(set.ranges[0]?.[0] ?? 0x78);
}
