/**
 * From a stanza of an admin's file to a rule: macros expanded, expressions parsed, checked for the groups that a
 * login needs, compiled and timed. All that is wrong with a stanza is told at once, with line and column.
 */
import { ExitStatus } from '../exit-status.ts';
import type { Problem } from '../problem.ts';
import { longestLine } from '../syslog/longest-line.ts';
import { nearestName } from '../terminal/nearest.ts';
import { addressGroups } from './address-groups.ts';
import { compileForRe2, EngineFault, type Match } from './engine.ts';
import { type ExpressionError, isExpressionError, type Node } from './expression/ast.ts';
import { captureCount, groupsOf } from './expression/facts.ts';
import { requiredLiterals } from './expression/literal.ts';
import { parseExpression } from './expression/parse.ts';
import { translateEre } from './expression/posix-ere.ts';
import { forEachKind, type Kind, kinds } from './kinds.ts';
import { expandMacros } from './macros.ts';
import { type GroupOrder, groupOrder, isOriginalForm } from './original-form.ts';
import type { Expression, Rule } from './rule.ts';
import { ruleFacts } from './rule-facts.ts';
import { mostMilliseconds, slowestLines, slowestMatch } from './slowest-lines.ts';
import type { Stanza, StanzaValue } from './stanza.ts';
import { longestTorn } from './usual-longest.ts';

/** A name that a line of a stanza begins with, as far as such a line can be wrong. */
type LineName = Kind | 'order' | 'journal' | 'broken' | 'longest' | 'prints';

/** What is wrong with a line of a stanza. */
export interface StanzaProblem extends Problem {
  readonly line: LineName;
  /** What is wrong, without the names of the rule and the line: `too slow`. */
  readonly fault: string;
}

/** A rule, or everything that keeps a stanza from being one. */
export interface Compiled {
  readonly rule?: Rule;
  readonly problems: readonly StanzaProblem[];
}

/** The groups that a rule reads. */
const groupNames: readonly string[] = ['user', 'session', 'pid', ...addressGroups];

const groupsThatHold: Readonly<Record<'user' | 'address', readonly string[]>> = {
  user: ['user'],
  address: addressGroups,
};

/**
 * Compiles one stanza. The timer gives milliseconds since any moment: it measures how long an expression takes on
 * hostile lines, and is asked for nothing else.
 */
export async function compileStanza(stanza: Stanza, timer: () => number): Promise<Compiled> {
  return new StanzaCompiler(stanza, timer).compile();
}

/** An expression as far as it is understood before an engine sees it. */
interface Understood {
  readonly kind: Kind;
  readonly value: StanzaValue;
  readonly expanded: string;
  readonly node: Node;
  /** Of an original-form stanza. */
  readonly order: GroupOrder | undefined;
}

class StanzaCompiler {
  readonly #stanza: Stanza;
  readonly #timer: () => number;
  readonly #isOriginal: boolean;
  readonly #problems: StanzaProblem[] = [];

  constructor(stanza: Stanza, timer: () => number) {
    this.#stanza = stanza;
    this.#timer = timer;
    this.#isOriginal = isOriginalForm(stanza);
  }

  async compile(): Promise<Compiled> {
    const stanza = this.#stanza;
    const understood = kinds.flatMap((kind) =>
      stanza[kind].flatMap((value) => this.#understand(kind, value) ?? []),
    );
    for (const value of stanza.journal) this.#checkJournal(value);
    for (const line of ['broken', 'longest'] as const)
      for (const value of stanza[line]) this.#checkBytes(line, value);
    for (const value of stanza.prints) this.#checkPrints(value);
    if (this.#problems.length === 0) this.#checkGroups(understood);
    const compiled = forEachKind((): Expression[] => []);
    for (const one of this.#problems.length === 0 ? understood : []) {
      const expression = await this.#build(one);
      if (expression !== undefined) compiled[one.kind].push(expression);
    }
    if (this.#problems.length > 0) return { problems: this.#problems };
    const rule = { ...ruleFacts(stanza), origin: `${stanza.file}:${stanza.line}`, ...compiled };
    return { rule, problems: [] };
  }

  #understand(kind: Kind, value: StanzaValue): Understood | undefined {
    if (this.#isOriginal) return this.#understandOriginal(kind, value);
    const expansion = expandMacros(value.text);
    if ('reason' in expansion) return this.#cannotCompile(kind, value, expansion);
    const node = parseExpression(expansion.text);
    if (isExpressionError(node)) {
      return this.#cannotCompile(kind, value, { ...node, column: expansion.sourceColumn(node.column) });
    }
    for (const { name, start } of groupsOf(node)) {
      if (name === '' || groupNames.includes(name)) continue;
      const nearest = nearestName(name, groupNames.slice(0, 4)) ?? 'user, address, session, pid';
      const column = expansion.sourceColumn(start + 1);
      return this.#cannotCompile(kind, value, {
        column,
        reason: `unknown group '${name}', nearest: ${nearest}`,
      });
    }
    return { kind, value, expanded: expansion.text, node, order: undefined };
  }

  /** EXACT 1.41 knew one `match`, of two or three groups. */
  #understandOriginal(kind: Kind, value: StanzaValue): Understood | undefined {
    const expanded = translateEre(value.text);
    if (isExpressionError(expanded)) return this.#cannotCompile(kind, value, expanded);
    const node = parseExpression(expanded);
    if (isExpressionError(node)) return this.#cannotCompile(kind, value, node);
    const [orderLine] = this.#stanza.order;
    if (orderLine === undefined) {
      return this.#fault(kind, value, 'names neither a user nor an address', {
        fix: "write %{USER} and %{ADDRESS} where they stand, or 'order' for the groups of EXACT 1.41",
      });
    }
    const order = groupOrder(orderLine.text, captureCount(node));
    if (order === undefined) {
      return this.#fault('order', orderLine, `'${orderLine.text}' with ${captureCount(node)} groups`, {
        why: "wanted 'user host' or 'host user', and two or three groups in match",
      });
    }
    return { kind, value, expanded, node, order };
  }

  #checkPrints(value: StanzaValue): void {
    if (value.text === 'line-ends' && !this.#isOriginal) return;
    this.#fault('prints', value, `'${value.text}' is nothing that a server prints`, {
      why: "wanted 'line-ends'",
    });
  }

  /** A login has a user and an address; the connect line of a two-line server may bring one of them. */
  #checkGroups(understood: readonly Understood[]): void {
    const has = (one: Understood, what: 'user' | 'address'): boolean =>
      one.order !== undefined || groupsOf(one.node).some(({ name }) => groupsThatHold[what].includes(name));
    for (const one of understood.filter(({ kind }) => kind === 'match')) {
      for (const what of ['user', 'address'] as const) {
        if (has(one, what) || understood.some((other) => other.kind === 'connect' && has(other, what)))
          continue;
        this.#fault('match', one.value, `no group takes the ${what}`, {
          fix: `write %{${what.toUpperCase()}} where it stands`,
        });
      }
    }
  }

  #checkJournal(value: StanzaValue): void {
    if (!/^[A-Z0-9_]{1,64}=./s.test(value.text)) {
      this.#fault('journal', value, `'${value.text}'`, { why: 'wanted FIELD=VALUE' });
    }
  }

  #checkBytes(line: 'broken' | 'longest', value: StanzaValue): void {
    if (this.#isOriginal) {
      this.#fault(line, value, 'says nothing beside the form of EXACT 1.41', {
        fix: 'name the program, and write %{USER} and %{ADDRESS} where they stand',
      });
      return;
    }
    const [, bytes = 0, seconds] = /^([1-9]\d{0,4})(?:[ \t]+(\d\d?))?$/.exec(value.text) ?? [];
    const isMeant = seconds === undefined || (line === 'broken' && Number(seconds) <= longestTorn);
    if (Number(bytes) >= 1 && Number(bytes) <= longestLine && isMeant) return;
    const more = line === 'broken' ? `, and perhaps seconds, 0 to ${longestTorn}` : '';
    this.#fault(line, value, `'${value.text}'`, { why: `wanted bytes, 1 to ${longestLine}${more}` });
  }

  async #build(one: Understood): Promise<Expression | undefined> {
    const names = groupsOf(one.node).map(({ name }) => name);
    const texts = requiredLiterals(one.node);
    let match: Match;
    try {
      match = await compileForRe2(one.expanded, names, one.order);
    } catch (fault) {
      if (!(fault instanceof EngineFault)) throw fault;
      return this.#cannotCompile(one.kind, one.value, { column: 1, reason: fault.message });
    }
    const took = slowestMatch(match, slowestLines(one.node), this.#timer);
    if (took > mostMilliseconds) {
      return this.#fault(one.kind, one.value, 'too slow', {
        why: `${Math.round(took)} ms on a hostile line, ${mostMilliseconds} at most`,
        fix: 'repeat fewer things within repetitions',
      });
    }
    const expression: Expression = {
      source: one.value.text,
      expanded: one.expanded,
      line: one.value.line,
      literals: texts.map((text) => Buffer.from(text)),
      match,
      withoutSession: () => expression,
    };
    return expression;
  }

  #cannotCompile(kind: Kind, value: StanzaValue, error: ExpressionError): undefined {
    return this.#fault(kind, value, `column ${error.column}: cannot compile`, { why: error.reason });
  }

  #fault(line: LineName, value: StanzaValue, fault: string, more: Partial<Problem>): undefined {
    this.#problems.push({
      line,
      fault,
      status: ExitStatus.config,
      where: `${this.#stanza.file}:${value.line}`,
      what: `rule ${this.#stanza.name}: ${line}: ${fault}`,
      ...more,
    });
    return undefined;
  }
}
