/**
 * Recognises logins: one line at a time, through the rules for its program, to a login, the end of a session,
 * or the reason why it is neither. Two-line logins are joined here. It reads no file and no clock.
 */

import { lineText } from '../maillog/journal-entry.ts';
import { namedByRules, rulesByProgram } from '../rules/program.ts';
import type { Rule } from '../rules/rule.ts';
import type { HalfOpenLogin } from '../state/half-open-login.ts';
import type { LoginLine } from '../state/login-line.ts';
import {
  type IsNamed,
  type LogRecord,
  parseEnvelope,
  type Unstamped,
  withoutStampWithin,
} from '../syslog/envelope.ts';
import { createStampReader, type StampReader } from '../syslog/stamp.ts';
import type { Zone } from '../syslog/zone.ts';
import { EarlierLines } from './earlier-lines.ts';
import { type Outcome, settleReadings } from './outcome.ts';
import { createQuickEnvelope, type LinePlace, type QuickEnvelope } from './quick-envelope.ts';
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
import { noteOf } from './repeats.ts';
import { tooLong } from './too-long.ts';

export type { LineContext } from './reading.ts';

/** What a recognizer is made with. */
export interface RecognizerOptions {
  readonly rules: readonly Rule[];
  /** Of stamps that carry none. */
  readonly zone: Zone;
  /** Seconds that a connect line waits for its login. */
  readonly connectWindow: number;
  /**
   * Whether the ends of sessions are wanted, as they are by default. Without, most lines about them are never
   * looked at; a half-open login is still ended by one.
   */
  readonly logouts?: boolean;
  /**
   * Takes stamps as they stand, those ahead of the clock too: for looking at a log. For the relay table, which
   * must not, one that is ahead counts as now in new lines, and is refused in a backlog.
   */
  readonly takesAnyTime?: boolean;
  /** The year of stamps that have none; default: the latest that fits. */
  readonly year?: number | undefined;
}

/** Recognises the lines of a log, in their order. */
export interface Recognizer {
  /** The rules that are tried, without expressions for what is not wanted. */
  readonly rules: readonly Rule[];
  /** Returns those of them that are tried on a program's messages. */
  rulesFor(program: string): readonly Rule[];
  /**
   * Returns the next line taken apart, without its LF; undefined for one in no known form, and for a piece of one that
   * goes on.
   */
  parse(line: string): LogRecord | undefined;
  /** Returns what a line is that has been taken apart; undefined for one that is nothing to any rule. */
  judge(record: LogRecord, line: string, context: LineContext): Outcome | undefined;
  /** Returns what a line is, without its LF; undefined for one that is nothing to any rule. */
  recognize(line: string, context: LineContext): Outcome | undefined;
  /** Returns the login of the line before once more, if a line is a note of it; else none is before the next one. */
  recognizeNote(line: string, context: LineContext): Outcome | undefined;
  /** Returns what a line among the bytes of a chunk is; the context is one object for all of the chunk's. */
  recognizeBytes(bytes: Buffer, line: LinePlace, context: LineContext): Outcome | undefined;
  /**
   * Returns what a record of the journal is, whose time (Unix seconds) is known. Rules with `journal` lines are
   * tried on nothing else: the fields are what tells a daemon's line from a forged one.
   */
  recognizeRecord(
    record: LogRecord,
    time: number,
    context: LineContext,
    fields: ReadonlyMap<string, string>,
  ): Outcome | undefined;
  /** How many lines were refused, by reason. */
  readonly refusals: ReadonlyMap<string, number>;
  /** Counts lines that are refused before a rule sees them. */
  refuse(reason: string): void;
  /**
   * The login of the line before, which a note may tell of once more. Whoever hands over the next line but one, or
   * begins with another log, says that there is none.
   */
  before: LoginLine | undefined;
  /** Whether there is one. */
  readonly isAfterLogin: boolean;
  /** Returns the half-open logins that still wait at `now` (Unix seconds), for the state file. */
  exportHalfOpen(now: number): HalfOpenLogin[];
  /** Takes up those of an earlier run. */
  importHalfOpen(logins: readonly HalfOpenLogin[]): void;
  /** Forgets those that wait, and the line before: another log begins. */
  forgetHalfOpen(): void;
}

/** Seconds that a backlog's stamp may be ahead: clocks differ. More is a lie or a broken clock. */
const mostAhead = 120;

const noKeys: readonly string[] = [];

/** Returns a recognizer without memory of earlier lines. */
export function createRecognizer(options: RecognizerOptions): Recognizer {
  return new LineRecognizer(options);
}

/** What goes with a record. */
interface Circumstances {
  /** The whole line, which rules in the original's form look at. */
  readonly line: string;
  /** Unix seconds of its stamp; undefined where it cannot be read. */
  readonly stamped: number | undefined;
  readonly context: LineContext;
  /** What the journal knows of it. */
  readonly fields?: ReadonlyMap<string, string> | undefined;
}

class LineRecognizer implements Recognizer {
  readonly rules: readonly Rule[];
  readonly rulesFor: (program: string) => readonly Rule[];
  readonly refusals = new Map<string, number>();
  /** The login of the line before, and the message of that line. */
  #last: Omit<LoginLine, 'message'> | undefined;
  #message = '';
  readonly #earlier: EarlierLines;
  readonly #isNamed: IsNamed;
  readonly #stamps: StampReader;
  readonly #envelopes: QuickEnvelope;
  readonly #takesAnyTime: boolean;

  constructor({ rules, zone, connectWindow, logouts = true, takesAnyTime = false, year }: RecognizerOptions) {
    this.rules = logouts ? rules : rules.map(withoutSessions);
    this.#earlier = new EarlierLines(connectWindow);
    this.#stamps = createStampReader(zone, year);
    this.#envelopes = createQuickEnvelope(this.#stamps);
    this.#takesAnyTime = takesAnyTime;
    this.rulesFor = rulesByProgram(this.rules);
    this.#isNamed = namedByRules(this.rules);
  }

  get before(): LoginLine | undefined {
    if (this.#last === undefined) return undefined;
    const { address, user, server, host, program, pid } = this.#last;
    return { address, user, server, host, program, pid, message: this.#message };
  }

  set before(line: LoginLine | undefined) {
    this.#last = line;
    this.#message = line?.message ?? '';
  }

  get isAfterLogin(): boolean {
    return this.#last !== undefined;
  }

  parse(line: string): LogRecord | undefined {
    const whole = this.#earlier.pieces.join(line);
    return whole === undefined ? undefined : parseEnvelope(whole, this.#isNamed);
  }

  recognize(line: string, context: LineContext): Outcome | undefined {
    const again = this.isAfterLogin ? this.recognizeNote(line, context) : undefined;
    if (again !== undefined) return again;
    const record = this.parse(line);
    return record && this.judge(record, line, context);
  }

  judge(record: LogRecord, line: string, context: LineContext): Outcome | undefined {
    const rules = this.rulesFor(record.program);
    if (rules.length === 0) return undefined;
    const stamped = hasDate(record) ? this.#stamps.read(record.stamp, context.writtenBefore) : Number.NaN;
    const { fields } = record;
    return this.#kept(
      record,
      this.#settle(rules, record, { line: lineOf(record, line), stamped, context, fields }),
    );
  }

  recognizeNote(line: string, context: LineContext): Outcome | undefined {
    const { before } = this;
    this.before = undefined;
    const note = before && noteOf(line, before);
    const stamped = note && this.#stamps.read(note.stamp, context.writtenBefore);
    if (before === undefined || stamped === undefined) return undefined;
    if (this.#faultOf(stamped, context) !== undefined) return undefined;
    this.before = before;
    const { message: _same, ...login } = before;
    const time = this.#timeOf(stamped, context);
    return { kind: 'login', login: { time, ...login, source: context.source, line: context.line } };
  }

  recognizeBytes(bytes: Buffer, line: LinePlace, context: LineContext): Outcome | undefined {
    const record = this.#envelopes.read(bytes, line, context);
    if (record === undefined) return this.recognize(bytes.toString('utf8', line.start, line.end), context);
    return this.#kept(
      record,
      this.#settle(record.rules, record, { line: '', stamped: record.time, context }),
    );
  }

  recognizeRecord(
    entry: LogRecord,
    time: number,
    context: LineContext,
    fields: ReadonlyMap<string, string>,
  ): Outcome | undefined {
    const record = withoutStampWithin(entry);
    const line = lineText(record);
    return this.#settle(this.rulesFor(record.program), record, { line, stamped: time, context, fields });
  }

  refuse(reason: string): void {
    this.refusals.set(reason, (this.refusals.get(reason) ?? 0) + 1);
  }

  exportHalfOpen(now: number): HalfOpenLogin[] {
    return this.#earlier.export(now);
  }

  importHalfOpen(logins: readonly HalfOpenLogin[]): void {
    this.#earlier.import(logins);
  }

  forgetHalfOpen(): void {
    this.before = undefined;
    this.#earlier.clear();
  }

  /** Returns an outcome, and keeps in mind whether it is a login; what a note is compared with is made for a note. */
  #kept({ message }: Unstamped, outcome: Outcome | undefined): Outcome | undefined {
    if (outcome?.kind !== 'login') return outcome;
    this.#last = outcome.login;
    this.#message = message;
    return outcome;
  }

  /**
   * Returns what a record is by the rules for its program, if it is anything to one of them. Most lines that come here
   * are logins, and there may be a million: little is made on the way but what is returned.
   */
  #settle(
    rules: readonly Rule[],
    record: Unstamped,
    { line, stamped, context, fields }: Circumstances,
  ): Outcome | undefined {
    let settled: Outcome | undefined;
    const rest = this.#restOf(rules, record, stamped || 0, context);
    for (let index = 0; index < rules.length; index++) {
      const rule = rules[index] as Rule;
      if (rule.journal.length > 0 && !hasFields(rule, fields)) continue;
      const reading = readWith(rule, rule.isOriginalForm ? line : record.message);
      if (reading === undefined) continue;
      if (reading.kind === 'unclosed') {
        this.#earlier.unclosed.note(reading, record, stamped || 0, context);
        continue;
      }
      const outcome =
        rest !== undefined ? restOutcome(rest, reading) : this.#outcomeOf(reading, record, stamped, context);
      if (outcome !== undefined) settled = settled === undefined ? outcome : settleReadings(settled, outcome);
    }
    if (settled?.kind === 'refused') this.refuse(settled.reason);
    if (settled?.kind === 'conflict') this.refuse(`read differently by ${settled.rules.join(' and ')}`);
    return settled;
  }

  #outcomeOf(
    reading: Reading,
    record: Unstamped,
    stamped: number | undefined,
    context: LineContext,
  ): Outcome | undefined {
    const { rule, kind, captures } = reading;
    const fault = this.#faultOf(stamped, context);
    const time = this.#timeOf(stamped || 0, context);
    const keys = rule.connect.length === 0 ? noKeys : keysOf(reading, record);
    const bad = kind === 'match' || kind === 'connect' ? this.#doubtOf(reading, record) : undefined;
    if (bad !== undefined) return refusedFor(bad, reading, captures.user, captures.address);
    if (kind === 'match') {
      if (fault !== undefined) return refusedFor(fault, reading, captures.user, captures.address);
      const connect = this.#earlier.take(keys, time);
      const user = captures.user ?? connect?.user;
      const address = captures.address ?? connect?.address;
      if (user === undefined || address === undefined)
        return refusedFor('no connect line', reading, user, address);
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
    const [key] = keys;
    if (kind !== 'connect' || fault !== undefined || key === undefined) return undefined;
    this.#earlier.wait({ key, time, ...clientOf(captures.user, captures.address) });
    return { kind, rule: rule.name };
  }

  /** Says of which earlier line this one is the rest, if it is of one. */
  #restOf(
    rules: readonly Rule[],
    record: Unstamped,
    time: number,
    context: LineContext,
  ): RestOfLine | undefined {
    const before = this.#earlier.unclosed.takeBefore(time, context);
    if (this.#earlier.isRest(rules, record, time)) return { reason: 'the rest of a broken line' };
    return before === ''
      ? undefined
      : { reason: `behind a line of ${before} without its end`, isForgery: true };
  }

  /** Why a line that a rule has read may not be the server's own, whatever it says. */
  #doubtOf(reading: Reading, record: Unstamped): string | undefined {
    const { rule, captures } = reading;
    return tooLong(rule, record.message, captures) ?? this.#earlier.doubtOf(reading, record);
  }

  /** Returns the time of a line, Unix seconds: a stamp ahead of the clock counts as now. */
  #timeOf(stamped: number, { writtenBefore }: LineContext): number {
    return this.#takesAnyTime ? stamped : Math.min(stamped, writtenBefore);
  }

  #faultOf(stamped: number | undefined, { isNew, writtenBefore }: LineContext): string | undefined {
    if (stamped === undefined) return 'a stamp that is no time';
    if (Number.isNaN(stamped)) return 'a stamp without a date';
    const isAhead = stamped > writtenBefore + mostAhead && !isNew && !this.#takesAnyTime;
    return isAhead ? 'a stamp in the future' : undefined;
  }
}

/**
 * Returns the line that the parts of a record stand in, the message at its end: of JSON the line that says the same in
 * a file, which is also what an expression of the original's form sees.
 */
export function lineOf(record: LogRecord, line: string): string {
  return line.endsWith(record.message) ? line : lineText(record);
}

/** Why a line is the rest of an earlier one. */
interface RestOfLine {
  readonly reason: string;
  readonly isForgery?: true;
}

/** What a line goes on with counts for nothing, and is told of where it looks like a login. */
function restOutcome({ reason, ...more }: RestOfLine, reading: Reading): Outcome | undefined {
  const { kind, captures } = reading;
  if (kind !== 'match' && kind !== 'connect') return undefined;
  return { ...refusedFor(reason, reading, captures.user, captures.address), ...more };
}

/** The seconds since boot that journalctl's short-monotonic writes, `[ 4711.007951]`, tell no date. */
function hasDate({ stamp }: LogRecord): boolean {
  return !stamp.startsWith('[') || stamp.includes(':');
}

/** Sessions also join the lines of two-line logins. */
function withoutSessions(rule: Rule): Rule {
  if (rule.connect.length > 0) return rule;
  return { ...rule, match: rule.match.map((expression) => expression.withoutSession()), logout: [] };
}
