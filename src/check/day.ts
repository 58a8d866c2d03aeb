/** The last day of the mail logs, as the configured rules read it. */

import { type WantedRules, wantedRules } from '../config/recognition.ts';
import type { Settings } from '../config/settings.ts';
import { zoneOf } from '../config/time-zone.ts';
import type { StampOf } from '../maillog/bisect.ts';
import type { Chunk } from '../maillog/chunk.ts';
import { linesOfChunk } from '../maillog/chunk-lines.ts';
import { failureWord } from '../rule-debugger/failure-words.ts';
import { Samples } from '../rule-debugger/samples.ts';
import { createTrial, type LineResult, type Trial } from '../rule-debugger/trial.ts';
import type { Expression, Rule } from '../rules/rule.ts';
import { type LossCause, lossIn } from '../syslog/dropped-lines.ts';
import { FormCount } from '../syslog/form-count.ts';
import { lineStamps } from '../syslog/line-stamp.ts';

import { DayClients } from './clients.ts';

/** How far back a log is looked at. Seconds. */
export const daySeconds = 86_400;

/** Whoever may write to the log can make up any number of names. */
const mostPrograms = 1000;

/** What a rule found. */
export interface RuleDay {
  logins: number;
  readonly users: Set<string>;
  /** Lines that would be logins, by the reason why they are none. */
  readonly refused: Map<string, number>;
}

/** What a program logged. */
export interface ProgramDay {
  lines: number;
  /** Lines that name a user and an address, tell of no failure, and are nothing to any rule. */
  nearMisses: number;
}

/** What the lines of a day are looked at with. */
interface DayTools {
  readonly wanted: WantedRules;
  readonly samples: Samples;
  readonly trial: Trial;
}

/** Gathers what the lines of a day come to. */
export class Day {
  readonly wanted: WantedRules;
  readonly samples: Samples;
  readonly byRule = new Map<string, RuleDay>();
  readonly byProgram = new Map<string, ProgramDay>();
  readonly clients = new DayClients();
  /** Names of rules of whose connect lines the process number alone tells the login. */
  readonly joinedByProcess = new Set<string>();
  /** Pairs of rules that read a line differently, as `one and other`. */
  readonly conflicts = new Set<string>();
  /** Ways in which the syslog daemon says that it has dropped lines, and how many lines say so. */
  readonly losses = new Map<LossCause, number>();
  /** Of the log being read: how many lines are in a form that is known. */
  forms = new FormCount();
  /** When the newest line of any log was written, Unix seconds. */
  lastLine: number | undefined;
  readonly #trial: Trial;
  readonly #since: number;
  readonly #stampOf: StampOf;
  /** The log being read has come to the day: lines of one are in the order of time. */
  #isWithin = false;

  constructor({ wanted, samples, trial }: DayTools, since: number, stampOf: StampOf) {
    this.wanted = wanted;
    this.samples = samples;
    this.#trial = trial;
    this.#since = since;
    this.#stampOf = stampOf;
  }

  /** Begins with another log. */
  beginLog(): void {
    this.#isWithin = false;
    this.forms = new FormCount();
  }

  /** Takes the lines of a chunk; reading may have begun before the day. */
  take(chunk: Chunk): void {
    const { source, isNew, writtenBefore } = chunk;
    for (const { number, ...line } of linesOfChunk(chunk)) {
      if (!this.#isWithin) {
        const time = this.#stampOf(Buffer.from(line.text), writtenBefore);
        this.#isWithin = (time ?? 0) >= this.#since;
        if (!this.#isWithin) {
          if (time === undefined && line.journal === undefined) this.forms.take(line.text);
          else this.forms.known++;
          continue;
        }
      }
      const sample = { ...line, context: { source, line: number, isNew, writtenBefore }, isLive: true };
      const result = this.#trial.take(sample);
      if (result.kind !== 'passed' || result.record !== undefined) this.forms.known++;
      else if (result.isTooLong !== true) this.forms.take(line.text);
      this.samples.take(sample, result);
      this.#count(result);
    }
  }

  /** Takes up that a line tells of dropped ones. */
  addLoss(loss: LossCause): void {
    this.losses.set(loss, (this.losses.get(loss) ?? 0) + 1);
  }

  #count(result: LineResult): void {
    if (result.kind === 'read') return this.#countRead(result);
    if (result.record === undefined) return;
    const loss = lossIn(result.record);
    if (loss !== undefined) this.addLoss(loss);
    const program = this.#program(result.record.program);
    if (program === undefined) return;
    program.lines++;
    const isNear = result.kind === 'missed' || result.mentionsLogin;
    if (isNear && failureWord(result.record.message, []) === undefined) program.nearMisses++;
  }

  #countRead({ outcome, record, rule, expression }: LineResult & { kind: 'read' }): void {
    const program = this.#program(record.program);
    if (program !== undefined) program.lines++;
    const found = this.#rule(rule);
    if (outcome.kind === 'login') {
      found.logins++;
      found.users.add(outcome.login.user);
      this.clients.add(outcome.login.address, outcome.login.user);
    } else if (outcome.kind === 'refused') {
      found.refused.set(outcome.reason, (found.refused.get(outcome.reason) ?? 0) + 1);
    } else if (outcome.kind === 'conflict') {
      this.conflicts.add(outcome.rules.join(' and '));
    } else if (outcome.kind === 'connect' && record.pid !== '' && !hasSession(expression)) {
      this.joinedByProcess.add(rule.name);
    }
  }

  #program(name: string): ProgramDay | undefined {
    let program = this.byProgram.get(name);
    if (program === undefined && this.byProgram.size < mostPrograms) {
      program = { lines: 0, nearMisses: 0 };
      this.byProgram.set(name, program);
    }
    return program;
  }

  #rule({ name }: Rule): RuleDay {
    let rule = this.byRule.get(name);
    if (rule === undefined) {
      rule = { logins: 0, users: new Set(), refused: new Map() };
      this.byRule.set(name, rule);
    }
    return rule;
  }
}

function hasSession({ expanded }: Expression): boolean {
  return /\(\?P?<session>/.test(expanded);
}

/** Returns a day without lines yet, for the rules of the configuration; those that do not compile are left out. */
export async function beginDay(settings: Settings, now: number): Promise<Day> {
  const wanted = await wantedRules(settings);
  const options = {
    rules: wanted.rules,
    zone: zoneOf(settings),
    connectWindow: settings.connectWindow,
  };
  // Near misses are counted; to explain them is the business of exact test-rule.
  const trial = await createTrial(options, 0);
  const tools = { wanted, samples: new Samples(options), trial };
  return new Day(tools, now - daySeconds, lineStamps(options.zone));
}
