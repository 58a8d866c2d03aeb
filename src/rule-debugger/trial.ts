/**
 * A trial of rules on a sample of lines, for the debugger: each line is what the recognizer makes of it, and
 * beside that where its parts stand, or how near the rules came.
 */
import type { JournalRecord } from '../maillog/chunk.ts';
import type { Outcome } from '../recognize/outcome.ts';
import type { LineContext } from '../recognize/reading.ts';
import {
  createRecognizer,
  lineOf,
  type Recognizer,
  type RecognizerOptions,
} from '../recognize/recognizer.ts';
import { noteOf } from '../recognize/repeats.ts';
import { type LogRecord, withoutStampWithin } from '../syslog/envelope.ts';
import { longestLine } from '../syslog/longest-line.ts';
import { createStampReader, type StampReader } from '../syslog/stamp.ts';
import { createExplainer, type Explainer, type Explanation } from './explain/explain.ts';
import { isMta, mentionsLogin, mentionsUser } from './mentions.ts';
import { createPartsFinder, envelopeParts, type FindParts, type LineReading } from './parts.ts';
import { type CompilePattern, loadPatterns } from './pattern.ts';

/** A line to try rules on. */
export interface SampleLine {
  /** Without its LF. */
  readonly text: string;
  readonly context: LineContext;
  /** What the journal knows of it, which decides. */
  readonly journal?: JournalRecord;
  /** It was given by itself, and is explained however far off it is. */
  readonly isAsked?: boolean;
  /** It is of a log that is being written: a stamp ahead of the clock is a fault. A sample is of any time. */
  readonly isLive?: boolean;
  /** It begins a log: half of a login in another one is nothing to it. */
  readonly isFirst?: boolean;
}

/** What a line of the sample comes to. */
export type LineResult =
  /** Some rule had a use for it: a login, a refusal, the other line of a login, a session's end. */
  | (LineReading & {
      readonly kind: 'read';
      readonly outcome: Outcome;
      readonly record: LogRecord;
      /** It is a note that the login on the line before came again, and was read as that was. */
      readonly isRepeat?: boolean;
    })
  /** No rule; and these came near, the nearest first. Empty for a near miss beyond the number that is explained. */
  | { readonly kind: 'missed'; readonly record: LogRecord; readonly explanations: readonly Explanation[] }
  | {
      readonly kind: 'passed';
      /** undefined: no known form of a log line. */
      readonly record: LogRecord | undefined;
      /** It has an address and something like a user all the same. */
      readonly mentionsLogin: boolean;
      /** Some rule is for its program. */
      readonly hasRule: boolean;
      readonly isTooLong?: boolean;
    };

/** Tries rules on lines. */
export interface Trial {
  /** Tries the next line. */
  take(sample: SampleLine): LineResult;
}

/** Explaining a line takes a thousand times what recognizing it takes: near misses beyond this are counted only. */
const mostExplained = 2000;

/** Returns a trial; it loads the engine that explains. After `explained` near misses the rest is counted only. */
export async function createTrial(options: RecognizerOptions, explained = mostExplained): Promise<Trial> {
  return new RuleTrial(options, await loadPatterns(), explained);
}

class RuleTrial implements Trial {
  readonly #recognizer: Recognizer;
  readonly #explainer: Explainer;
  readonly #findParts: FindParts;
  readonly #stamps: StampReader;
  readonly #mostExplained: number;
  #explained = 0;
  /** How the last login was read. */
  #login: LineReading | undefined;

  constructor(options: RecognizerOptions, compile: CompilePattern, explained: number) {
    this.#mostExplained = explained;
    this.#recognizer = createRecognizer({ ...options, joinsUnnamed: true });
    this.#explainer = createExplainer(options.rules, compile);
    this.#findParts = createPartsFinder((program) => this.#recognizer.rulesFor(program), compile);
    this.#stamps = createStampReader(options.zone);
  }

  take(sample: SampleLine): LineResult {
    const { text, journal } = sample;
    if (sample.isFirst) this.#recognizer.forgetHalfOpen();
    const again = this.#repeatIn(sample);
    if (again !== undefined) return again;
    if (Buffer.byteLength(text) > longestLine) {
      // What a container engine has cut off matters to the line that it is of, and what is too long to what follows it.
      const record = journal === undefined ? this.#recognizer.parse(text) : undefined;
      if (record !== undefined) this.#recognizer.judge(record, text, this.#contextOf(sample, record));
      return { kind: 'passed', record: undefined, mentionsLogin: false, hasRule: false, isTooLong: true };
    }
    const record = journal ? withoutStampWithin(journal.record) : this.#recognizer.parse(text);
    if (record === undefined) {
      return { kind: 'passed', record, mentionsLogin: mentionsLogin(text), hasRule: false };
    }
    const context = this.#contextOf(sample, record);
    const outcome =
      journal === undefined
        ? this.#recognizer.judge(record, text, context)
        : this.#recognizer.recognizeRecord(record, journal.time, context, journal.fields);
    if (outcome !== undefined) {
      const reading = this.#findParts(outcome, record, lineOf(record, text));
      if (outcome.kind === 'login') this.#login = reading;
      if (reading !== undefined) return { kind: 'read', outcome, record, ...reading };
    }
    const hasRule = this.#recognizer.rulesFor(record.program).length > 0;
    const isCandidate = !isMta(record.program) && mentionsLogin(record.message);
    const explanations = this.#explain(sample, record, isCandidate, hasRule);
    const isBeyond = isCandidate && hasRule && this.#explained >= this.#mostExplained;
    if (explanations.length > 0 || isBeyond) return { kind: 'missed', record, explanations };
    return { kind: 'passed', record, mentionsLogin: isCandidate, hasRule };
  }

  /** A note in the place of lines that were equal to the login before it. */
  #repeatIn(sample: SampleLine): LineResult | undefined {
    const { before } = this.#recognizer;
    if (before === undefined) return undefined;
    const record = sample.journal === undefined ? noteOf(sample.text, before) : undefined;
    const context = record === undefined ? sample.context : this.#contextOf(sample, record);
    const outcome = this.#recognizer.recognizeNote(sample.text, context);
    if (outcome === undefined || record === undefined || this.#login === undefined) return undefined;
    const { rule, expression } = this.#login;
    const parts = { ...envelopeParts(record, sample.text), match: { start: 0, end: sample.text.length } };
    return { kind: 'read', outcome, record, line: sample.text, rule, expression, parts, isRepeat: true };
  }

  #contextOf({ context, isLive }: SampleLine, { stamp }: LogRecord): LineContext {
    if (isLive) return context;
    const time = this.#stamps.read(stamp, context.writtenBefore) ?? 0;
    return { ...context, writtenBefore: Math.max(context.writtenBefore, time) };
  }

  #explain(
    { text, isAsked = false }: SampleLine,
    record: LogRecord,
    isCandidate: boolean,
    hasRule: boolean,
  ): readonly Explanation[] {
    const line = lineOf(record, text);
    if (isAsked) return this.#explainer.explain(record, line);
    const isWorthIt = isCandidate || (hasRule && mentionsUser(record.message));
    if (!isWorthIt || this.#explained >= this.#mostExplained) return [];
    this.#explained++;
    return this.#explainer
      .explain(record, line)
      .filter(({ stop, isForProgram, isNear }) =>
        isForProgram ? isNear || isCandidate : stop === undefined,
      );
  }
}
