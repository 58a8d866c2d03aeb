/**
 * Recognises logins: one line at a time, through the rules for its program, to a login, the end of a session,
 * or the reason why it is neither. Two-line logins are joined here. It reads no file and no clock.
 */
import { isAddress, parseAddress } from '../relay/address.ts';
import type { Logout } from '../relay/login.ts';
import { type LogRecord, parseEnvelope } from './envelope.ts';
import { type HalfOpenLogin, HalfOpenLogins, processKey, sessionKey } from './half-open.ts';
import { type Outcome, type Refusal, settleReadings } from './outcome.ts';
import { programMatcher } from './program.ts';
import type { Captures, Expression, Rule } from './rule.ts';
import { createStampReader, type StampReader } from './stamp.ts';
import type { Zone } from './zone.ts';

/** Where a line comes from, as its chunk says. */
export interface LineContext {
  /** File name, `-` or `journal:`. */
  readonly source: string;
  /** Its number in that file from 1; 0 where lines are not counted. */
  readonly line: number;
  /** Written since the last run: a stamp ahead of the clock counts as now. */
  readonly isNew: boolean;
  /** Unix seconds that it was written before. */
  readonly writtenBefore: number;
}

/** What a recognizer is made with. */
export interface RecognizerOptions {
  readonly rules: readonly Rule[];
  /** Of stamps that carry none. */
  readonly zone: Zone;
  /** Seconds that a connect line waits for its login. */
  readonly connectWindow: number;
}

/** Recognises the lines of a log, in their order. */
export interface Recognizer {
  readonly rules: readonly Rule[];
  /** Returns what a line is, without its LF; undefined for one that is nothing to any rule. */
  recognize(line: string, context: LineContext): Outcome | undefined;
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
  /** Returns the half-open logins that still wait at `now` (Unix seconds), for the state file. */
  exportHalfOpen(now: number): HalfOpenLogin[];
  /** Takes up those of an earlier run. */
  importHalfOpen(logins: readonly HalfOpenLogin[]): void;
}

/** Seconds that a backlog's stamp may be ahead: clocks differ. More is a lie or a broken clock. */
const mostAhead = 120;

/** Returns a recognizer without memory of earlier lines. */
export function createRecognizer(options: RecognizerOptions): Recognizer {
  return new LineRecognizer(options);
}

/** A rule's reading of a line: which of its expressions matched, and what the groups took. */
interface Reading {
  readonly rule: Rule;
  readonly kind: 'match' | 'connect' | 'logout';
  readonly captures: Captures;
}

const expressionKinds = ['match', 'connect', 'logout'] as const;

class LineRecognizer implements Recognizer {
  readonly rules: readonly Rule[];
  readonly refusals = new Map<string, number>();
  private readonly halfOpen: HalfOpenLogins;
  private readonly stamps: StampReader;
  private readonly isFor: readonly ((program: string) => boolean)[];
  private readonly byProgram = new Map<string, readonly Rule[]>();

  constructor({ rules, zone, connectWindow }: RecognizerOptions) {
    this.rules = rules;
    this.halfOpen = new HalfOpenLogins(connectWindow);
    this.stamps = createStampReader(zone);
    this.isFor = rules.map((rule) => programMatcher(rule.programs));
  }

  recognize(line: string, context: LineContext): Outcome | undefined {
    const record = parseEnvelope(line);
    if (record === undefined) return undefined;
    const readings = this.read(record, line, undefined);
    if (readings.length === 0) return undefined;
    const stamped = this.stamps.read(record.stamp, context.writtenBefore);
    return this.settle(readings, record, stamped, context);
  }

  recognizeRecord(
    record: LogRecord,
    time: number,
    context: LineContext,
    fields: ReadonlyMap<string, string>,
  ): Outcome | undefined {
    // What an expression of the original's form would see of it in a file.
    const tag = record.pid === '' ? record.program : `${record.program}[${record.pid}]`;
    const line = `${record.stamp} ${record.host} ${tag}: ${record.message}`;
    const readings = this.read(record, line, fields);
    return readings.length === 0 ? undefined : this.settle(readings, record, time, context);
  }

  refuse(reason: string): void {
    this.refusals.set(reason, (this.refusals.get(reason) ?? 0) + 1);
  }

  exportHalfOpen(now: number): HalfOpenLogin[] {
    return this.halfOpen.export(now);
  }

  importHalfOpen(logins: readonly HalfOpenLogin[]): void {
    this.halfOpen.import(logins);
  }

  private read(record: LogRecord, line: string, fields: ReadonlyMap<string, string> | undefined): Reading[] {
    const readings: Reading[] = [];
    for (const rule of this.rulesFor(record.program)) {
      if (!hasFields(rule, fields)) continue;
      const text = rule.isOriginalForm ? line : record.message;
      for (const kind of expressionKinds) {
        const captures = firstMatch(rule[kind], text);
        if (captures === undefined) continue;
        readings.push({ rule, kind, captures });
        break;
      }
    }
    return readings;
  }

  private rulesFor(program: string): readonly Rule[] {
    let rules = this.byProgram.get(program);
    if (rules === undefined) {
      // Exact's own lines quote what it refused.
      rules =
        program === 'exact' ? [] : this.rules.filter((_rule, index) => this.isFor[index]?.(program || '-'));
      // Whoever may write to the log can make up any number of names.
      if (this.byProgram.size > 1000) this.byProgram.clear();
      this.byProgram.set(program, rules);
    }
    return rules;
  }

  private settle(
    readings: readonly Reading[],
    record: LogRecord,
    stamped: number | undefined,
    context: LineContext,
  ): Outcome | undefined {
    const fault = faultOf(stamped, context);
    const time = Math.min(stamped ?? 0, context.writtenBefore);
    const settled = settleReadings(
      readings.flatMap((reading) =>
        fault === undefined ? this.outcomeOf(reading, record, time, context) : refusedFor(fault, reading),
      ),
    );
    if (settled?.kind === 'refused') this.refuse(settled.reason);
    if (settled?.kind === 'conflict') this.refuse(`read differently by ${settled.rules.join(' and ')}`);
    return settled;
  }

  private outcomeOf(reading: Reading, record: LogRecord, time: number, context: LineContext): Outcome {
    const { rule, kind, captures } = reading;
    const keys = rule.connect.length === 0 ? [] : keysOf(rule, record, captures);
    switch (kind) {
      case 'connect': {
        const [key] = keys;
        if (key !== undefined) this.halfOpen.add({ key, time, ...clientOf(captures.user, captures.address) });
        return { kind, rule: rule.name };
      }
      case 'logout':
        for (const key of keys) this.halfOpen.end(key);
        return { kind, logout: logoutOf(rule, captures, record, time) };
      case 'match': {
        const connect = this.connectFor(keys, time);
        const user = captures.user ?? connect?.user;
        const address = captures.address ?? connect?.address;
        return loginOf(rule, user, address, { record, time, context, session: sessionOf(record, captures) });
      }
    }
  }

  private connectFor(keys: readonly string[], time: number): HalfOpenLogin | undefined {
    let found: HalfOpenLogin | undefined;
    for (const key of keys) found ??= this.halfOpen.take(key, time);
    return found;
  }
}

function firstMatch(expressions: readonly Expression[], text: string): Captures | undefined {
  for (const expression of expressions) {
    const captures = expression.match(text);
    if (captures !== undefined) return captures;
  }
  return undefined;
}

function hasFields(rule: Rule, fields: ReadonlyMap<string, string> | undefined): boolean {
  return rule.journal.every((condition) => {
    const equals = condition.indexOf('=');
    return fields?.get(condition.slice(0, equals)) === condition.slice(equals + 1);
  });
}

function faultOf(stamped: number | undefined, { isNew, writtenBefore }: LineContext): string | undefined {
  if (stamped === undefined) return 'a stamp that is no time';
  return stamped > writtenBefore + mostAhead && !isNew ? 'a stamp in the future' : undefined;
}

function refusedFor(reason: string, { rule, kind, captures }: Reading): readonly Refusal[] {
  if (kind !== 'match') return [];
  return [{ kind: 'refused', rule: rule.name, reason, ...clientOf(captures.user, captures.address) }];
}

/** What joins the lines of a login within a rule, the surest first. */
function keysOf(rule: Rule, { host, program, pid }: LogRecord, { session }: Captures): string[] {
  return [
    ...(session === undefined ? [] : [sessionKey(rule.name, host, session)]),
    ...(pid === '' ? [] : [processKey(rule.name, host, program, pid)]),
  ];
}

/** What joins a login and its logout, which another process of the server may write. */
function sessionOf({ host, program, pid }: LogRecord, { session }: Captures): string | undefined {
  if (session !== undefined) return `${host}\0${session}`;
  return pid === '' ? undefined : `${host}\0${program}\0${pid}`;
}

function loginOf(
  rule: Rule,
  user: string | undefined,
  address: string | undefined,
  line: { record: LogRecord; time: number; context: LineContext; session: string | undefined },
): Outcome {
  const refused = (reason: string): Refusal => ({
    kind: 'refused',
    rule: rule.name,
    reason,
    ...clientOf(user, address),
  });
  if (user === undefined || address === undefined) return refused('no connect line');
  const parsed = parseAddress(address);
  if (!isAddress(parsed)) return refused(parsed.reason);
  // Anybody may be anonymous: such a login proves no account.
  if (/^anonymous$/i.test(user)) return refused('an anonymous login');
  const { record, time, context, session } = line;
  const login = {
    time,
    address: parsed,
    user,
    server: rule.name,
    host: record.host,
    program: record.program,
    pid: record.pid,
    source: context.source,
    line: context.line,
  };
  return { kind: 'login', login: session === undefined ? login : { ...login, session } };
}

function logoutOf(rule: Rule, captures: Captures, record: LogRecord, time: number): Logout {
  const parsed = captures.address === undefined ? undefined : parseAddress(captures.address);
  const session = sessionOf(record, captures);
  return {
    time,
    server: rule.name,
    ...clientOf(captures.user, parsed !== undefined && isAddress(parsed) ? parsed : undefined),
    ...(session === undefined ? {} : { session }),
  };
}

function clientOf(
  user: string | undefined,
  address: string | undefined,
): { user?: string; address?: string } {
  return { ...(user === undefined ? {} : { user }), ...(address === undefined ? {} : { address }) };
}
