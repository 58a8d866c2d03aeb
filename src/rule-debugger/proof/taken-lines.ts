/** Lines of servers that are known, and that a rule of somebody else's takes for logins, though they are none. */
import { tooLong } from '../../recognize/too-long.ts';
import { isAddress, parseAddress } from '../../relay/address.ts';
import type { Group } from '../../rules/expression/ast.ts';
import type { Expression, Rule } from '../../rules/rule.ts';
import { type AskedExpression, commonLine, hasAddressName, shapesFor, theAddress } from './disjoint.ts';
import { serverShapes } from './server-shapes.ts';
import type { Shape } from './shape.ts';

/** A line that a rule takes. */
export interface TakenLine {
  readonly rule: Rule;
  readonly expression: Expression;
  /** The server that writes it, and what it is there. */
  readonly server: string;
  readonly shape: string;
  /** The message; of a rule in the original's form the whole line. */
  readonly line: string;
}

/** An address of nobody: documentation's (RFC 5737). */
const falseAddress = theAddress('203.0.113.66');

/**
 * Returns the shortest line of each shape that an expression of the rule takes for a login, with an address in it that
 * counts. Expressions that want a connect line first are not asked: no line alone is a login to them.
 */
export function takenLines(rule: Rule): TakenLine[] {
  // What follows a broken line can be told from a login by that line alone, and not by an expression.
  const shapes = serverShapes().flatMap((server) => server.shapes.filter(({ after }) => after === undefined));
  // Made once for all shapes, since an automaton is kept for each.
  const asking = rule.match.map((expression) => ({ expression, ways: askedOf(rule, expression) }));
  return shapesFor(rule, shapes).flatMap((shape) =>
    asking.flatMap(({ expression, ways }) => {
      const { server, name } = shape;
      for (const asked of ways) {
        const line = takenLine(rule, expression, asked, shape);
        if (line !== undefined) return [{ rule, expression, server, shape: name, line }];
      }
      return [];
    }),
  );
}

/** What an expression is asked as: once for each group that may hold the address. */
function askedOf(rule: Rule, { expanded }: Expression): AskedExpression[] {
  return addressGroupsOf(rule).map((isAddressGroup) => ({
    ...rule,
    expanded,
    isAddressGroup,
    address: falseAddress,
  }));
}

function takenLine(
  rule: Rule,
  expression: Expression,
  asked: AskedExpression,
  shape: Shape,
): string | undefined {
  const line = commonOrNone(asked, shape);
  const captures = line === undefined ? undefined : expression.match(line);
  if (line === undefined || captures?.address === undefined) return undefined;
  // The automaton takes more than the expression where that says more than an automaton can.
  const counts = isAddress(parseAddress(captures.address)) && tooLong(rule, line, captures) === undefined;
  return counts ? line : undefined;
}

/** Which group holds the address: of an original-form rule's, which have no names, any of the first three. */
function addressGroupsOf({ isOriginalForm }: Rule): ((group: Group) => boolean)[] {
  if (isOriginalForm)
    return [1, 2, 3].map(
      (number) =>
        ({ index }) =>
          index === number,
    );
  return [hasAddressName];
}

/** What is too large to tell is left to the forged lines. */
function commonOrNone(asked: AskedExpression, shape: Shape): string | undefined {
  try {
    return commonLine(asked, shape);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
