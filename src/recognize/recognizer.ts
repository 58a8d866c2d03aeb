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
import { longestLine } from '../syslog/longest-line.ts';
import { createStampReader, type StampReader } from '../syslog/stamp.ts';
import type { Zone } from '../syslog/zone.ts';
import { EarlierLines } from './earlier-lines.ts';
import type { Outcome } from './outcome.ts';
import { createQuickEnvelope, type LinePlace, type QuickEnvelope } from './quick-envelope.ts';
import type { LineContext } from './reading.ts';
import { type Circumstances, RecordJudge } from './record-judge.ts';
import { noteOf } from './repeats.ts';
import { hasBytes } from './too-long.ts';

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
  /**
   * Whether a connect line that names no process is joined with its login in a log whose beginning was not seen, in which
   * a connection of before may be open; default: as `takesAnyTime`.
   */
  readonly joinsUnnamed?: boolean;
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
  /** Reports whether the line at a place, the last that was handed over, lacks its end: then so must be the next. */
  isUnclosed(place: number): boolean;
  /** Whether a line that some process was writing was broken, and its rest is to come. */
  readonly hasBrokenLine: boolean;
  /** Names of rules of which logins were joined by the order of lines alone, in a log that names no process. */
  readonly joinedByOrder: ReadonlySet<string>;
  /** Numbers of the processes that were writing such lines, or may have others torn; '' for one that has none. */
  readonly brokenPids: readonly string[];
  /** Returns the half-open logins that still wait at `now` (Unix seconds), for the state file. */
  exportHalfOpen(now: number): HalfOpenLogin[];
  /** Takes up those of an earlier run. */
  importHalfOpen(logins: readonly HalfOpenLogin[]): void;
  /** Forgets those that wait, and the line before: another log begins. */
  forgetHalfOpen(): void;
}

/** Returns a recognizer without memory of earlier lines. */
export function createRecognizer(options: RecognizerOptions): Recognizer {
  return new LineRecognizer(options);
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
  readonly #judge: RecordJudge;

  constructor(options: RecognizerOptions) {
    const { rules, zone, connectWindow, logouts = true, takesAnyTime = false, year } = options;
    this.rules = logouts ? rules : rules.map(withoutSessions);
    this.#earlier = new EarlierLines(connectWindow);
    this.#stamps = createStampReader(zone, year);
    this.#envelopes = createQuickEnvelope(this.#stamps);
    this.rulesFor = rulesByProgram(this.rules);
    const joinsUnnamed = options.joinsUnnamed ?? takesAnyTime;
    this.#judge = new RecordJudge(this.#earlier, this.rulesFor, takesAnyTime, joinsUnnamed);
    this.#isNamed = namedByRules(this.rules);
  }

  get before(): LoginLine | undefined {
    if (this.#last === undefined) return undefined;
    const { address, user, server, host, program, pid, time } = this.#last;
    return { address, user, server, host, program, pid, message: this.#message, time };
  }

  set before(line: LoginLine | undefined) {
    this.#last = line;
    this.#message = line?.message ?? '';
  }

  get isAfterLogin(): boolean {
    return this.#last !== undefined;
  }

  isUnclosed(place: number): boolean {
    return this.#earlier.unclosed.isAt(place);
  }

  get hasBrokenLine(): boolean {
    return this.#earlier.hasBroken;
  }

  get joinedByOrder(): ReadonlySet<string> {
    return this.#judge.joinedByOrder;
  }

  get brokenPids(): readonly string[] {
    return this.#earlier.brokenPids;
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
    const whole = lineOf(record, line);
    if (hasBytes(line, longestLine + 1) || hasBytes(whole, longestLine + 1))
      return this.#passOver(rules, record, stamped, context);
    return this.#kept(record, this.#settle(rules, record, { line: whole, stamped, context, fields }));
  }

  recognizeNote(line: string, context: LineContext): Outcome | undefined {
    const { before } = this;
    this.before = undefined;
    const note = before && noteOf(line, before);
    const stamped =
      note?.stamp === '' ? before?.time : note && this.#stamps.read(note.stamp, context.writtenBefore);
    if (before === undefined || stamped === undefined) return undefined;
    if (this.#judge.faultOf(stamped, context) !== undefined) return undefined;
    this.before = before;
    const { message: _same, ...login } = before;
    const time = this.#judge.timeOf(stamped, context);
    return { kind: 'login', login: { ...login, time, source: context.source, line: context.line } };
  }

  recognizeBytes(bytes: Buffer, line: LinePlace, context: LineContext): Outcome | undefined {
    const isTooLong = line.end - line.start > longestLine;
    const read = isTooLong ? { ...line, end: line.start + longestLine } : line;
    const record = this.#envelopes.read(bytes, read, context);
    if (record === undefined) return this.recognize(bytes.toString('utf8', line.start, line.end), context);
    const { rules, time: stamped } = record;
    if (isTooLong) return this.#passOver(rules, record, stamped, context);
    return this.#kept(record, this.#settle(rules, record, { line: '', stamped, context }));
  }

  recognizeRecord(
    entry: LogRecord,
    time: number,
    context: LineContext,
    fields: ReadonlyMap<string, string>,
  ): Outcome | undefined {
    const record = withoutStampWithin(entry);
    const line = lineText(record);
    const rules = this.rulesFor(record.program);
    if (hasBytes(line, longestLine + 1)) return this.#passOver(rules, record, time, context);
    return this.#settle(rules, record, { line, stamped: time, context, fields });
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

  /** A line that is too long is no rule's, whatever it says; what follows it may be its rest. */
  #passOver(
    rules: readonly Rule[],
    record: Unstamped,
    stamped: number | undefined,
    context: LineContext,
  ): undefined {
    this.#judge.passOver(rules, record, stamped, context);
    return undefined;
  }

  /** Returns what a record is by the rules for its program, and counts what is refused. */
  #settle(rules: readonly Rule[], record: Unstamped, circumstances: Circumstances): Outcome | undefined {
    const settled = this.#judge.settle(rules, record, circumstances);
    if (settled?.kind === 'refused') this.refuse(settled.reason);
    if (settled?.kind === 'conflict') this.refuse(`read differently by ${settled.rules.join(' and ')}`);
    return settled;
  }
}

/**
 * Returns the line that the parts of a record stand in, the message at its end: of JSON the line that says the same in
 * a file, which is also what an expression of the original's form sees.
 */
export function lineOf(record: LogRecord, line: string): string {
  return line.endsWith(record.message) ? line : lineText(record);
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
