/**
 * A trial of rules on a sample of lines, for the debugger: each line is what the recognizer makes of it, and
 * beside that where its parts stand, or how near the rules came.
 */
import { type LogRecord, parseEnvelope } from './envelope.ts';
import { createExplainer, type Explainer, type Explanation } from './explain/explain.ts';
import { longestLine } from './hostile-lines.ts';
import { isMta, mentionsLogin } from './mentions.ts';
import type { Outcome } from './outcome.ts';
import { createPartsFinder, type FindParts, type LineReading } from './parts.ts';
import { loadPatterns } from './pattern.ts';
import type { LineContext } from './reading.ts';
import { createRecognizer, type Recognizer, type RecognizerOptions } from './recognizer.ts';

/** What a line of the sample comes to. */
export type LineResult =
  /** Some rule had a use for it: a login, a refusal, the other line of a login, a session's end. */
  | (LineReading & { readonly kind: 'read'; readonly outcome: Outcome; readonly record: LogRecord })
  /** No rule; and these came near, the nearest first. */
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
  /** Tries one line, without its LF; `isAsked`: it was given by itself, and is explained however far off it is. */
  take(line: string, context: LineContext, isAsked: boolean): LineResult;
}

/** Explaining a line takes a thousand times what recognizing it takes: near misses beyond this are counted only. */
const mostExplained = 2000;

/** Returns a trial; it loads the engine that explains. */
export async function createTrial(options: RecognizerOptions): Promise<Trial> {
  const compile = await loadPatterns();
  const recognizer = createRecognizer(options);
  const findParts = createPartsFinder((program) => recognizer.rulesFor(program), compile);
  return new RuleTrial(recognizer, createExplainer(options.rules, compile), findParts);
}

class RuleTrial implements Trial {
  readonly #recognizer: Recognizer;
  readonly #explainer: Explainer;
  readonly #findParts: FindParts;
  #explained = 0;

  constructor(recognizer: Recognizer, explainer: Explainer, findParts: FindParts) {
    this.#recognizer = recognizer;
    this.#explainer = explainer;
    this.#findParts = findParts;
  }

  take(line: string, context: LineContext, isAsked: boolean): LineResult {
    if (Buffer.byteLength(line) > longestLine) {
      return { kind: 'passed', record: undefined, mentionsLogin: false, hasRule: false, isTooLong: true };
    }
    const outcome = this.#recognizer.recognize(line, context);
    const record = parseEnvelope(line);
    if (record === undefined) {
      return { kind: 'passed', record, mentionsLogin: mentionsLogin(line), hasRule: false };
    }
    if (outcome !== undefined) {
      const reading = this.#findParts(outcome, record, line);
      if (reading !== undefined) return { kind: 'read', outcome, record, ...reading };
    }
    const isCandidate = !isMta(record.program) && mentionsLogin(record.message);
    const explanations = this.#explain(record, line, isCandidate, isAsked);
    if (explanations.length > 0) return { kind: 'missed', record, explanations };
    const hasRule = this.#hasRule(record);
    return { kind: 'passed', record, mentionsLogin: isCandidate, hasRule };
  }

  #explain(record: LogRecord, line: string, isCandidate: boolean, isAsked: boolean): readonly Explanation[] {
    if (this.#explained >= mostExplained && !isAsked) return [];
    const mayExplain = isAsked || isCandidate || this.#hasRule(record);
    if (!mayExplain) return [];
    this.#explained++;
    const all = this.#explainer.explain(record, line);
    if (isAsked) return all;
    return all.filter(({ stop, isForProgram, isNear }) =>
      isForProgram ? isNear || isCandidate : stop === undefined,
    );
  }

  #hasRule({ program }: LogRecord): boolean {
    return this.#recognizer.rulesFor(program).length > 0;
  }
}
