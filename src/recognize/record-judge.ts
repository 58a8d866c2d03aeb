/**
 * Judges a line that has been taken apart: by the rules for its program, and by what the lines before it have left, it is
 * a login, the end of a session, half of a login, or refused for a reason.
 */
import type { Printed } from '../maillog/printed.ts';
import { type Kind, kinds } from '../rules/kinds.ts';
import type { Rule } from '../rules/rule.ts';
import { usualLongest } from '../rules/usual-longest.ts';
import type { HalfOpenLogin } from '../state/half-open-login.ts';
import type { Unstamped } from '../syslog/envelope.ts';
import { mayBeCut } from './cut-line.ts';
import type { EarlierLines } from './earlier-lines.ts';
import { isNobodys, processKey } from './half-open.ts';
import { type Outcome, settleReadings } from './outcome.ts';
import {
  clientOf,
  hasFields,
  keysOf,
  type LineContext,
  loginOf,
  type Reading,
  readWith,
  refusedFor,
  sessionOf,
} from './reading.ts';
import { tooLong } from './too-long.ts';
import { type TriedRule, TriedRules } from './tried-rules.ts';
import { unitPeer } from './unit-peer.ts';

/** What goes with a record. */
export interface Circumstances {
  /** The whole line, which rules in the original's form look at. */
  readonly line: string;
  /** Unix seconds of its stamp; undefined where it cannot be read. */
  readonly stamped: number | undefined;
  readonly context: LineContext;
  /** What the journal knows of it. */
  readonly fields?: ReadonlyMap<string, string> | undefined;
}

/** Seconds that a backlog's stamp may be ahead: clocks differ. More is a lie or a broken clock. */
const mostAhead = 120;

const noKeys: readonly string[] = [];

/** What the reason of a login begins with that no line told the client of: counted and told by these words. */
export const noConnectLine = 'no connect line';

/** Why a login has none where two clients at once were given the session's or the process's number. */
export const sharedNumber = `${noConnectLine} that must be its own, two clients at once having its number`;

/** What a login is made of: the end of a torn line is the server's, and no end of a session. */
const loginKinds: readonly Kind[] = ['match', 'connect'];

/** Judges the lines of one log, in their order. */
export class RecordJudge {
  readonly #earlier: EarlierLines;
  readonly #rulesFor: (program: string) => readonly Rule[];
  readonly #takesAnyTime: boolean;
  readonly #joinsUnnamed: boolean;
  readonly #known = new WeakMap<readonly Rule[], TriedRules>();
  /** Names of rules of which logins were joined by the order of lines, in a log that names no process. */
  readonly joinedByOrder = new Set<string>();
  #rules: readonly Rule[] = [];
  #tried = new TriedRules([]);

  /** `takesAnyTime` and `joinsUnnamed` as of RecognizerOptions. */
  constructor(
    earlier: EarlierLines,
    rulesFor: (program: string) => readonly Rule[],
    takesAnyTime: boolean,
    joinsUnnamed: boolean,
  ) {
    this.#earlier = earlier;
    this.#rulesFor = rulesFor;
    this.#takesAnyTime = takesAnyTime;
    this.#joinsUnnamed = joinsUnnamed;
  }

  /**
   * Returns what a record is by the rules for its program, if it is anything to one of them. Most lines that come here
   * are logins, and there may be a million: little is made on the way but what is returned.
   */
  settle(rules: readonly Rule[], record: Unstamped, circumstances: Circumstances): Outcome | undefined {
    const { line, stamped, context, fields } = circumstances;
    let settled: Outcome | undefined;
    const tried = this.#triedOf(rules);
    const { all } = tried;
    const rest = this.#restOf(tried, record, stamped || 0, context);
    if (tried.hasVoid && mayBeCut(record, usualLongest)) this.#doubt(tried, record, stamped || 0, context);
    for (let index = 0; index < all.length; index++) {
      const rule = all[index] as TriedRule;
      if (rule.needsJournal && !hasFields(rule.rule, fields)) continue;
      const reading = readWith(rule, rule.isOriginalForm ? line : record.message);
      if (reading === undefined) continue;
      if (reading.kind === 'unclosed') {
        this.#earlier.unclosed.note(reading, record, stamped || 0, context);
        continue;
      }
      const outcome = rest?.voids.includes(reading.kind)
        ? restOutcome(rest, reading)
        : this.#outcomeOf(reading, record, circumstances);
      if (outcome !== undefined) settled = settled === undefined ? outcome : settleReadings(settled, outcome);
    }
    return settled;
  }

  /**
   * Takes note of a record that is too long to be anything: it may go on in the next one of its process, and what that has
   * logged is doubted where a rule doubts any. `stamped` in Unix seconds.
   */
  passOver(
    rules: readonly Rule[],
    record: Unstamped,
    stamped: number | undefined,
    context: LineContext,
  ): void {
    const tried = this.#triedOf(rules);
    const time = stamped || 0;
    this.#restOf(tried, record, time, context);
    this.#doubt(tried, record, time, context);
  }

  /** What follows in its process may be the rest of this line, wherever that begins. */
  #doubt(tried: TriedRules, record: Unstamped, time: number, context: LineContext): void {
    for (const { rule } of tried.all)
      if (rule.void.length > 0) this.#earlier.mark('void', { rule }, record, this.timeOf(time, context));
  }

  #outcomeOf(
    reading: Reading,
    record: Unstamped,
    { stamped, context, fields }: Circumstances,
  ): Outcome | undefined {
    const { rule, kind, captures } = reading;
    const fault = this.faultOf(stamped, context);
    const time = this.timeOf(stamped || 0, context);
    const keys = rule.connect.length === 0 ? noKeys : keysOf(reading, record);
    const isUnnamed = keys.length === 0 && rule.connect.length > 0;
    const bad = kind === 'match' || kind === 'connect' ? this.#doubtOf(reading, record) : undefined;
    if (bad !== undefined) return refusedFor(bad, reading, captures.user, captures.address);
    if (kind === 'match') {
      if (fault !== undefined) return refusedFor(fault, reading, captures.user, captures.address);
      const connect = isUnnamed
        ? this.#unnamedOf(reading, record, time, context)
        : this.#earlier.take(keys, time);
      const user = captures.user ?? connect?.user;
      const address = captures.address ?? connect?.address ?? unitPeer(fields);
      if (user === undefined || address === undefined)
        return refusedFor(clientlessReason(isUnnamed, connect), reading, user, address);
      // Where no line tells the end of a session, none is opened: it would keep the address for `session-limit`.
      const session = rule.logout.length === 0 ? undefined : sessionOf(reading, record);
      return loginOf({ rule, user, address, session }, record, time, context);
    }
    if (kind === 'logout') {
      // Whoever never logged in has no session, and such an end says nothing of those that there are.
      const hadNoLogin = this.#earlier.end(keys);
      // A session that is open is refreshed by its end, so nothing that may be a client's text is one.
      const isEnd = fault === undefined && this.#doubtOf(reading, record) === undefined;
      if (!isEnd) return undefined;
      const session = hadNoLogin ? {} : { session: sessionOf(reading, record) };
      return { kind, logout: { time, server: rule.name, ...session } };
    }
    if (kind === 'start' || kind === 'void') {
      this.#earlier.mark(kind, reading, record, time);
      return undefined;
    }
    const [key = processKey(rule.name, record.host, record.program, '')] = keys;
    if (kind !== 'connect' || fault !== undefined) return undefined;
    const waiting = { key, time, ...clientOf(captures.user, captures.address) };
    if (isUnnamed) this.#earlier.unnamed.add(waiting);
    else this.#earlier.wait(waiting);
    return { kind, rule: rule.name };
  }

  /** In a log that is looked through from somewhere on, a connection of before may be open that nobody knows of. */
  #unnamedOf(
    { rule }: Reading,
    { host, program }: Unstamped,
    time: number,
    { isNew }: LineContext,
  ): HalfOpenLogin | undefined {
    if (!isNew && !this.#joinsUnnamed) return undefined;
    const connect = this.#earlier.unnamed.take(processKey(rule.name, host, program, ''), time);
    if (connect !== undefined) this.joinedByOrder.add(rule.name);
    return connect;
  }

  /** The list of a program's rules is one object for as long as they are known, and most lines have the last line's. */
  #triedOf(rules: readonly Rule[]): TriedRules {
    if (rules === this.#rules) return this.#tried;
    this.#rules = rules;
    this.#tried = this.#known.get(rules) ?? new TriedRules(rules);
    this.#known.set(rules, this.#tried);
    return this.#tried;
  }

  /** Says of which earlier line this one is the rest, or may be, if it is of one. */
  #restOf(tried: TriedRules, record: Unstamped, time: number, context: LineContext): RestOfLine | undefined {
    const before = this.#earlier.unclosed.takeBefore(time, context);
    const broken = this.#earlier.brokenOf(tried, record, time);
    const isPiece = record.printed !== undefined && this.#earlier.pieces.hasPiece(record.printed);
    if (isPiece) return { reason: 'a piece of a line that was cut', voids: kinds };
    if (record.printed !== undefined && this.#printsLineEnds(tried, record.printed))
      return {
        reason: 'printed by a server that hands line ends of clients on',
        voids: kinds,
        isPrinted: true,
      };
    if (broken === 'rest') return { reason: 'the rest of a broken line', voids: kinds };
    if (before !== '')
      return { reason: `behind a line of ${before} without its end`, voids: kinds, isForgery: true };
    return broken && { reason: 'seconds after a broken line, and may be torn', voids: loginKinds };
  }

  /** Whoever is named as the writer: the command says more than what it is called in the log. */
  #printsLineEnds(tried: TriedRules, { by }: Printed): boolean {
    return tried.printsLineEnds || (by !== '' && this.#rulesFor(by).some((rule) => rule.printsLineEnds));
  }

  /** Why a line that a rule has read may not be the server's own, whatever it says. */
  #doubtOf(reading: Reading, record: Unstamped): string | undefined {
    const { rule, captures } = reading;
    const why = tooLong(rule, record.message, captures);
    if (why !== undefined) return why;
    if (!rule.isOriginalForm && mayBeCut(record, rule.longest))
      return 'a line of a length at which syslog daemons cut';
    return this.#earlier.doubtOf(reading, record);
  }

  /** Returns the time of a line, Unix seconds: a stamp ahead of the clock counts as now. */
  timeOf(stamped: number, { writtenBefore }: LineContext): number {
    return this.#takesAnyTime ? stamped : Math.min(stamped, writtenBefore);
  }

  /** Why the time of a line cannot be used; `stamped` in Unix seconds, undefined where the stamp cannot be read. */
  faultOf(stamped: number | undefined, { isNew, writtenBefore }: LineContext): string | undefined {
    if (stamped === undefined) return 'a stamp that is no time';
    if (Number.isNaN(stamped)) return 'a stamp without a date';
    const isAhead = stamped > writtenBefore + mostAhead && !isNew && !this.#takesAnyTime;
    return isAhead ? 'a stamp in the future' : undefined;
  }
}

function clientlessReason(isUnnamed: boolean, connect: HalfOpenLogin | undefined): string {
  if (isUnnamed) return `${noConnectLine} that must be its own, in a log without process numbers`;
  return connect !== undefined && isNobodys(connect) ? sharedNumber : noConnectLine;
}

/** Why a line is the rest of an earlier one, or may be. */
interface RestOfLine {
  readonly reason: string;
  /** As what it counts for nothing. */
  readonly voids: readonly Kind[];
  readonly isForgery?: true;
  readonly isPrinted?: true;
}

/** What a line goes on with counts for nothing, and is told of where it looks like a login. */
function restOutcome({ reason, voids: _kinds, ...more }: RestOfLine, reading: Reading): Outcome | undefined {
  const { kind, captures } = reading;
  if (kind !== 'match' && kind !== 'connect') return undefined;
  return { ...refusedFor(reason, reading, captures.user, captures.address), ...more };
}
