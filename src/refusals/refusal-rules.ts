/**
 * Rules for what MTAs log when they refuse to relay, from the `refusals.conf` of each. Such a file has stanzas as
 * exact-servers.conf has them, with other groups: `address` is the client, and `sender` and `recipient` are what it
 * said; `cause` is why, where it is another reason than that it does not relay, and `verb` who says so. No rule here ever finds a login, and none for logins is ever tried on such a line.
 *
 * What holds of rules for logins holds here: `match` sees the message of the programs that are named, both ends are
 * anchored, and the address comes from where the MTA puts that of the socket, before anything that a client has said,
 * or else with nothing but plain characters before it. An MTA that logs the address on another line has `connect` for
 * that line, and `logout` for the one after which the two belong together no more; `session` joins them.
 */
import { type PreparedExpression, prepareStanza } from '../rules/prepare.ts';
import { builtInFile, parseStanzas } from '../rules/stanza.ts';
import type { RefusalLog } from './relay-refusal.ts';

/** The lines of a stanza that hold expressions, in the order in which they are tried. */
export const refusalKinds = ['match', 'connect', 'logout'] as const;

/** The groups that are read. */
export const refusalGroups = ['address', 'sender', 'recipient', 'session', 'user', 'cause', 'verb'] as const;

/** What the groups of an expression took; undefined for one that it has not, or that took no part. */
export type RefusalGroups = Readonly<Partial<Record<(typeof refusalGroups)[number], string>>>;

/** An expression of a rule. */
interface RefusalExpression extends Pick<PreparedExpression, 'expanded' | 'line' | 'literals'> {
  /** Returns what its groups take of a message; undefined where it does not match. */
  match(message: string): RefusalGroups | undefined;
}

/** One stanza. */
export interface RefusalRule
  extends Readonly<Record<(typeof refusalKinds)[number], readonly RefusalExpression[]>> {
  readonly name: string;
  /** Programs whose messages it is tried on, with `*` and `?`. */
  readonly programs: readonly string[];
  /** As of the {@link RefusalLog}. */
  readonly isWrittenTwice: boolean;
}

/** Makes an expression ready to match messages. */
type CompileRefusal = (expanded: string) => (message: string) => RefusalGroups | undefined;

/** Returns the rules for the refusals of an MTA. Throws an Error for a stanza that is wrong, which the tests let none be. */
export function refusalRules(
  { stanzas: text, isWrittenTwice }: Omit<RefusalLog, 'ownLog'>,
  compile: CompileRefusal = compileForV8,
): RefusalRule[] {
  const { stanzas } = parseStanzas(builtInFile, text);
  const expressionOf = ({ expanded, line, literals }: PreparedExpression): RefusalExpression => {
    return { expanded, line, literals, match: compile(expanded) };
  };
  return stanzas.map(prepareStanza).map(({ name, programs, match, connect, logout }) => ({
    name,
    programs,
    isWrittenTwice,
    match: match.map(expressionOf),
    connect: connect.map(expressionOf),
    logout: logout.map(expressionOf),
  }));
}

const compileForV8: CompileRefusal = (expanded) => {
  // Flag s, and never m, as for the rules that find logins: a line in a line is an attacker's.
  const expression = new RegExp(expanded, 's');
  return (message) => {
    const found = expression.exec(message);
    return found === null ? undefined : (found.groups ?? {});
  };
};
