/**
 * Stanzas in the form of EXACT 1.41: a POSIX extended regular expression over the whole line, whose groups are
 * told apart by `order`. They work as they did.
 */

import { kinds } from './kinds.ts';
import { usesNamedGroups } from './macros.ts';
import type { Stanza } from './stanza.ts';

/** Numbers of the groups that hold the user and the address. */
export interface GroupOrder {
  readonly user: number;
  readonly address: number;
}

/** Reports whether a stanza is in the original's form: it has `order`, or neither a program nor named groups. */
export function isOriginalForm(stanza: Stanza): boolean {
  if (stanza.order.length > 0) return true;
  const expressions = kinds.flatMap((kind) => stanza[kind]);
  return stanza.program.length === 0 && !expressions.some(({ text }) => usesNamedGroups(text));
}

/**
 * Returns what `order` says of an expression with a number of groups: the two values are the second and third
 * group (the first was the stamp), and the first and second of an expression that has but two. Undefined where
 * the value names no order or the groups are too few.
 *
 * @example
 * groupOrder('user host', 3); // { user: 2, address: 3 }
 */
export function groupOrder(order: string, groups: number): GroupOrder | undefined {
  const words =
    /^(user(?:name)?|login|name|u)?[\s,_-]*(host|ip|addr(?:ess)?|h)[\s,_-]*(user(?:name)?|login|name|u)?$/i.exec(
      order,
    );
  if (words === null || (words[1] === undefined) === (words[3] === undefined)) return undefined;
  if (groups < 2) return undefined;
  const [first, second] = groups === 2 ? [1, 2] : [2, 3];
  return words[1] === undefined ? { user: second, address: first } : { user: first, address: second };
}
