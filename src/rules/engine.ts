/**
 * The two engines that run expressions. V8's RegExp runs the built-in catalog, whose expressions are proven
 * linear and equal on both; re2js, linear by construction, runs what an admin wrote, since a hostile line would
 * take V8 seconds (measured: EXACT 1.41's uw-imap rule on 8 KiB, 3.8 s). It is loaded where a rule needs it.
 */
import { addressGroups } from './address-groups.ts';
import type { GroupOrder } from './original-form.ts';
import type { Captures } from './rule.ts';

/** Returns what the named groups of the first match took, or undefined where there is no match. */
export type Match = (text: string) => Captures | undefined;

/** Numbers of the groups that a rule reads; 0 for one that the expression has not. */
interface GroupNumbers {
  readonly user: number;
  readonly addresses: readonly number[];
  readonly session: number;
  readonly pid: number;
}

/** An engine that has refused an expression which Exact's own parser takes: too large, or an unknown `\p{…}`. */
export class EngineFault extends Error {}

/**
 * Returns an expression of the catalog for V8, which compiles it when the first text comes: a run begins with all of them, and
 * its lines need few. `names` are the groups that are wanted, in their order.
 */
export function compileForV8(expanded: string, names: readonly string[]): Match {
  let match: Match | undefined;
  return (text) => {
    match ??= compiledForV8(expanded, names);
    return match(text);
  };
}

function compiledForV8(expanded: string, names: readonly string[]): Match {
  // Without the groups' names: for them V8 would make one more object of each match.
  const unnamed = expanded.replace(/\(\?<(\w+)>/g, (_group, name) => (names.includes(name) ? '(' : '(?:'));
  // Flag s: '.' takes U+2028 too. Never m: a line in a line is an attacker's.
  const expression = new RegExp(withBlanksOfRe2(unnamed), 's');
  const { user, addresses, session, pid } = numbersOf(names);
  // No match has a group of that number where the expression has none for the address.
  const first = addresses[0] ?? names.length + 1;
  return (text) => {
    const found = expression.exec(text);
    if (found === null) return undefined;
    let address = found[first];
    for (let index = 1; address === undefined && index < addresses.length; index++)
      address = found[addresses[index] as number];
    return {
      user: user > 0 ? found[user] : undefined,
      address,
      session: session > 0 ? found[session] : undefined,
      pid: pid > 0 ? found[pid] : undefined,
    };
  };
}

/**
 * V8's `\s` has blanks that RE2's has not, the vertical tab and those beyond ASCII: written out, both mean the same, and so
 * does what else runs the catalog.
 */
function withBlanksOfRe2(source: string): string {
  let isInClass = false;
  return source.replace(/\\.|[[\]]/g, (token) => {
    if (token.length === 1) isInClass = token === '[';
    if (token === '\\s') return isInClass ? blanks : `[${blanks}]`;
    return token === '\\S' && !isInClass ? `[^${blanks}]` : token;
  });
}

const blanks = '\\t\\n\\f\\r ';

/**
 * Compiles an expression for re2js. An original-form one has no names but an order, and POSIX's choice of the
 * longest match.
 */
export async function compileForRe2(
  expanded: string,
  names: readonly string[],
  order: GroupOrder | undefined,
): Promise<Match> {
  const { RE2JS } = await import('re2js');
  let compiled: InstanceType<typeof RE2JS>;
  try {
    compiled = RE2JS.compile(expanded, RE2JS.DOTALL | (order === undefined ? 0 : RE2JS.LONGEST_MATCH));
  } catch (fault) {
    throw new EngineFault(fault instanceof Error ? fault.message : String(fault));
  }
  const numbers =
    order === undefined
      ? numbersOf(names)
      : { user: order.user, addresses: [order.address], session: 0, pid: 0 };
  return (text) => {
    const matcher = compiled.matcher(text);
    return matcher.find() ? capturesOf((group) => matcher.group(group) ?? undefined, numbers) : undefined;
  };
}

function numbersOf(names: readonly string[]): GroupNumbers {
  const numberOf = (name: string): number => names.indexOf(name) + 1;
  return {
    user: numberOf('user'),
    addresses: addressGroups.map(numberOf).filter((number) => number > 0),
    session: numberOf('session'),
    pid: numberOf('pid'),
  };
}

function capturesOf(group: (number: number) => string | undefined, numbers: GroupNumbers): Captures {
  let address: string | undefined;
  for (const number of numbers.addresses) address ??= group(number);
  return {
    user: numbers.user > 0 ? group(numbers.user) : undefined,
    address,
    session: numbers.session > 0 ? group(numbers.session) : undefined,
    pid: numbers.pid > 0 ? group(numbers.pid) : undefined,
  };
}
