/** Hands the lines of a chunk that a rule may have a use for to the recognizer. */
import type { Chunk } from '../maillog/chunk.ts';
import { createLineFinder, type FindLines } from './find-lines.ts';
import { soughtRule } from './needles.ts';
import { NoteTaker } from './note-taker.ts';
import type { Outcome } from './outcome.ts';
import type { TaggedProgram } from './quick-envelope.ts';
import type { Recognizer } from './recognizer.ts';
import { scanRecords } from './scan-records.ts';
import { type WantedLines, wantedField, wantedFields } from './wanted-lines.ts';

/** Reads chunks of a log. */
export interface Scanner {
  /** Lines so far that came from a program which some rule is for, whatever they say. */
  readonly served: number;
  /** Lines so far. Whoever passes over some says so, since what a line may say depends on the one directly before it. */
  lines: number;
  /** Calls back for each line of the chunk that is something to a rule, in their order. */
  scan(chunk: Chunk, onOutcome: (outcome: Outcome) => void): void;
}

/** Returns a scanner that hands wanted lines to a recognizer. */
export function createScanner(recognizer: Recognizer): Scanner {
  return new ChunkScanner(recognizer);
}

class ChunkScanner implements Scanner {
  served = 0;
  lines = 0;
  readonly #recognizer: Recognizer;
  #find: FindLines | undefined;
  #tagged: readonly TaggedProgram[] = [];

  constructor(recognizer: Recognizer) {
    this.#recognizer = recognizer;
  }

  scan(chunk: Chunk, onOutcome: (outcome: Outcome) => void): void {
    if (chunk.records !== undefined) {
      scanRecords(chunk.records, chunk, this.#recognizer, onOutcome);
      return;
    }
    const wanted = this.#findLines(chunk);
    this.served += wanted.served;
    for (let refused = 0; refused < wanted.tooLong; refused++) this.#recognizer.refuse('a line over 8 KiB');
    this.#recognize(chunk, wanted, onOutcome);
  }

  #findLines(chunk: Chunk): WantedLines {
    this.#find ??= createLineFinder(this.#recognizer.rules.map(soughtRule));
    return this.#find(chunk);
  }

  #recognize(chunk: Chunk, wanted: WantedLines, onOutcome: (outcome: Outcome) => void): void {
    const { bytes, firstLine, source, isNew, writtenBefore } = chunk;
    const { count, fields, isAscii } = wanted;
    const recognizer = this.#recognizer;
    const tagged = this.#taggedPrograms(wanted.programs);
    const context = { source, line: 0, place: 0, isNew, writtenBefore, isAscii };
    if (firstLine > 0) context.line = firstLine;
    // The last line of the chunk before was a login.
    const notes = new NoteTaker(chunk, recognizer, onOutcome);
    let taken = recognizer.isAfterLogin ? notes.take(chunk.start, context) : chunk.start;
    for (let index = 0; index < count; index++) {
      const at = index * wantedFields;
      const program = fields[at + wantedField.program] as number;
      const line = {
        start: fields[at + wantedField.start] as number,
        end: fields[at + wantedField.end] as number,
        program: program < 0 ? undefined : tagged[program],
        tag: fields[at + wantedField.tag] as number,
        head: fields[at + wantedField.head] as number,
        pid: fields[at + wantedField.pid] as number,
        message: fields[at + wantedField.message] as number,
      };
      if (line.start < taken) continue;
      const before = fields[at + wantedField.line] as number;
      if (firstLine > 0) context.line = firstLine + before;
      context.place = this.lines + before + 1;
      const outcome = recognizer.recognizeBytes(bytes, line, context);
      if (outcome !== undefined) onOutcome(outcome);
      if (recognizer.isAfterLogin) taken = notes.takeAfter(line, context);
    }
    this.lines += wanted.lines;
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
