/** Hands the lines of a chunk that a rule may have a use for to the recognizer. */
import { type Chunk, type WantedLines, wantedFields } from '../maillog/chunk.ts';
import { createLineFinder } from './find-lines.ts';
import { soughtRule } from './needles.ts';
import type { Outcome } from './outcome.ts';
import type { TaggedProgram } from './quick-envelope.ts';
import type { Recognizer } from './recognizer.ts';
import { scanRecords } from './scan-records.ts';

/** Reads chunks of a log. */
export interface Scanner {
  /** Lines so far that came from a program which some rule is for, whatever they say. */
  readonly served: number;
  /** Calls back for each line of the chunk that is something to a rule, in their order. */
  scan(chunk: Chunk, onOutcome: (outcome: Outcome) => void): void;
}

/** Returns a scanner that hands wanted lines to a recognizer. */
export function createScanner(recognizer: Recognizer): Scanner {
  return new ChunkScanner(recognizer);
}

class ChunkScanner implements Scanner {
  served = 0;
  readonly #recognizer: Recognizer;
  readonly #find: ReturnType<typeof createLineFinder>;
  #tagged: readonly TaggedProgram[] = [];

  constructor(recognizer: Recognizer) {
    this.#recognizer = recognizer;
    this.#find = createLineFinder(recognizer.rules.map(soughtRule));
  }

  scan(chunk: Chunk, onOutcome: (outcome: Outcome) => void): void {
    if (chunk.records !== undefined) {
      scanRecords(chunk.records, chunk, this.#recognizer, onOutcome);
      return;
    }
    const wanted = chunk.wanted ?? this.#find(chunk);
    this.served += wanted.served;
    for (let refused = 0; refused < wanted.tooLong; refused++) this.#recognizer.refuse('a line over 8 KiB');
    this.#recognize(chunk, wanted, onOutcome);
  }

  #recognize(chunk: Chunk, wanted: WantedLines, onOutcome: (outcome: Outcome) => void): void {
    const { bytes, firstLine, source, isNew, writtenBefore } = chunk;
    const { count, fields, isAscii } = wanted;
    const recognizer = this.#recognizer;
    const tagged = this.#taggedPrograms(wanted.programs);
    const context = { source, line: 0, isNew, writtenBefore, isAscii };
    const tag = { program: undefined as TaggedProgram | undefined, start: 0, end: 0 };
    for (let line = 0; line < count; line++) {
      const at = line * wantedFields;
      const program = fields[at + 4] as number;
      tag.program = program < 0 ? undefined : tagged[program];
      tag.start = fields[at + 2] as number;
      tag.end = fields[at + 3] as number;
      if (firstLine > 0) context.line = firstLine + (fields[at + 5] as number);
      const [start, end] = [fields[at] as number, fields[at + 1] as number];
      const outcome = recognizer.recognizeBytes(bytes, start, end, tag, context);
      if (outcome !== undefined) onOutcome(outcome);
    }
  }

  /** The programs of one chunk are mostly those of the last, and one shape of things is quicker than two. */
  #taggedPrograms(names: readonly string[]): readonly TaggedProgram[] {
    const known = this.#tagged;
    if (known.length === names.length && known.every(({ name }, index) => name === names[index]))
      return known;
    this.#tagged = names.map((name) => ({ name, rules: this.#recognizer.rulesFor(name) }));
    return this.#tagged;
  }
}
