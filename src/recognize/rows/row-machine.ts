/**
 * From the bytes of a log to rows of logins: nearly every line is passed over or becomes a row within the machine's memory
 * (the folder machine/), and is never text here. What the machine does not know it is taught when a line needs it, and a line that
 * it cannot decide by itself goes the usual way, through scanner and recognizer, which know all.
 */
import type { Chunk } from '../../maillog/chunk.ts';
import { longestLine } from '../../syslog/longest-line.ts';
import type { Outcome } from '../outcome.ts';
import type { Recognizer } from '../recognizer.ts';
import type { Scanner } from '../scan.ts';
import { instantiate, type Machine } from './machine-instance.ts';
import { control, type MachineMemory, numberSize, place } from './machine-memory.ts';
import { MachineTeacher, type RowRules } from './machine-teacher.ts';

/** What the rows are made with. */
export interface RowOptions extends RowRules {
  readonly recognizer: Recognizer;
  /** Hands over to it what goes the usual way. */
  readonly scanner: Scanner;
  /** Takes rows as bytes, valid until it returns, and how many there are. */
  readonly onRows: (rows: Uint8Array, count: number) => void;
  /** Takes what the usual way makes of a line; rows and this come in the order of the lines. */
  readonly onOutcome: (outcome: Outcome) => void;
}

/** What the machine returns with; the numbers are those of machine/layout.ts. */
const ended = 0;
const newHead = 2;
const newProgram = 3;
const newTransition = 4;
const newAddress = 5;
const full = 6;

/** Bytes of the longest row: of every part the longest, and each at most so many times as long when it is escaped. */
const longestRow = 32 * 1024;
const outSize = 256 * 1024;

/** Bytes behind text that are read or written with its last ones. */
const slack = 64;

/** Bytes of the longest name of a log. */
const longestSource = 8 * 1024;

/** In the place of where the line before begins: it was the last one of the chunk before. No line begins there. */
const inChunkBefore = 1;

/** Makes rows of the logins of logs. */
export class RowMachine {
  /** Bytes that are read into this memory need not be copied there. */
  readonly block: Buffer;
  readonly #options: RowOptions;
  readonly #memory: MachineMemory;
  readonly #run: () => number;
  readonly #scanner: Scanner;
  readonly #blockAt: number;
  readonly #outAt: number;
  readonly #sourceAt: number;
  readonly #teacher: MachineTeacher;
  /** Where the line before begins, if it is a login that the recognizer knows of; 0 for any other. */
  #lastKnown = 0;
  /** The last line of the chunk before, if it became a row: the recognizer does not know of it yet. */
  #lastOfChunk: Chunk | undefined;
  /** What the known head was read with. */
  #writtenBefore = Number.NaN;

  /** `blockSize`: bytes of the largest chunk that it takes. */
  private constructor(options: RowOptions, blockSize: number, machine: Machine) {
    this.#options = options;
    this.#memory = machine.memory;
    this.#run = machine.run;
    this.#scanner = options.scanner;
    const allocate = (size: number): number => machine.memory.allocate(size) ?? 0;
    this.#blockAt = allocate(blockSize + slack);
    this.block = machine.memory.bytes.subarray(this.#blockAt, this.#blockAt + blockSize);
    this.#outAt = allocate(outSize + slack);
    this.#sourceAt = allocate(longestSource + slack);
    this.#teacher = new MachineTeacher(machine.memory, options);
    this.#set('out', this.#outAt);
    this.#set('outLimit', this.#outAt + outSize - longestRow);
    this.#set('longestLine', longestLine);
    this.#set('source', this.#sourceAt);
  }

  /** Returns a machine; undefined where this processor cannot run it. */
  static create(options: RowOptions, blockSize: number): RowMachine | undefined {
    const machine = instantiate();
    return machine && new RowMachine(options, blockSize, machine);
  }

  /** Takes the next chunk of a log. */
  take(chunk: Chunk): void {
    const source = this.#options.format.escape(chunk.source);
    const isTooLarge = chunk.end - chunk.start > this.block.length || source.length * 3 > longestSource;
    if (chunk.records !== undefined || isTooLarge) {
      this.#tellOfChunkBefore();
      this.flush();
      this.#scanner.scan(chunk, this.#options.onOutcome);
      return;
    }
    this.#set('sourceLength', this.#memory.bytes.write(source, this.#sourceAt));
    const isThere = chunk.bytes.buffer === this.block.buffer && chunk.bytes.byteOffset === this.#blockAt;
    if (!isThere) chunk.bytes.copy(this.block, 0, chunk.start, chunk.end);
    this.#takeLines(new ChunkInMemory(chunk, isThere ? this.#blockAt : this.#blockAt - chunk.start));
    // Of a file there is soon more; what comes by a pipe may be all for a while.
    if (!isThere) this.flush();
  }

  /** Another log begins: the last line of this one has nothing to say to its first. */
  endLog(): void {
    this.#lastOfChunk = undefined;
    this.flush();
  }

  /** Hands over the rows that were made. */
  flush(): void {
    const out = this.#get('out');
    if (out === this.#outAt) return;
    this.#options.onRows(this.#memory.bytes.subarray(this.#outAt, out), this.#get('rows'));
    this.#set('out', this.#outAt);
    this.#set('rows', 0);
  }

  #takeLines(lines: ChunkInMemory): void {
    const { chunk, shift } = lines;
    const before = this.#scanner.lines;
    const first = Math.max(chunk.firstLine, 1);
    this.#set('at', chunk.start + shift);
    this.#set('end', chunk.end + shift);
    this.#set('line', first);
    // The year of a stamp that has none depends on the log.
    if (chunk.writtenBefore !== this.#writtenBefore) this.#set('headLength', 0);
    this.#writtenBefore = chunk.writtenBefore;
    this.#set('lastRow', this.#lastOfChunk === undefined ? 0 : inChunkBefore);
    this.#lastKnown = 0;
    this.#lookAtRecognizer();
    const { recognizer } = this.#options;
    if (recognizer.isAfterLogin) this.#set('usualNext', 1);
    for (let why = this.#run(); why !== ended; why = this.#run()) {
      if (!this.#teach(why, lines)) this.#goUsualWay(lines, before - first);
    }
    this.#keepLastLine(lines);
    chunk.lines = this.#get('line') - first;
    this.#scanner.lines = before + chunk.lines;
  }

  /** Teaches the machine what it lacks for a line; returns false where it cannot know, and the line goes the usual way. */
  #teach(why: number, { chunk, shift }: ChunkInMemory): boolean {
    switch (why) {
      case newHead:
        return this.#teacher.teachHead(this.#get('at') - shift, this.#get('stop') - shift, chunk);
      case newProgram:
        return this.#teacher.teachProgram(this.#get('text'), this.#get('textEnd'));
      case newTransition:
        return this.#teacher.teachTransition(this.#get('automaton'), this.#get('state'), this.#get('byte'));
      case newAddress:
        return this.#teacher.teachAddress(this.#get('text'), this.#get('textEnd'));
      case full:
        this.flush();
        return true;
      default:
        return false;
    }
  }

  #goUsualWay(lines: ChunkInMemory, before: number): void {
    const [at, stop, line] = [this.#get('at'), this.#get('stop'), this.#get('line')];
    if (this.#get('usualNext') === 0) this.#recallLine(lines, before);
    this.#scanner.lines = before + line;
    this.#scanner.scan(lines.part(at, stop + 1, line), (outcome) => {
      this.flush();
      this.#options.onOutcome(outcome);
    });
    this.#lastKnown = this.#options.recognizer.isAfterLogin ? at : 0;
    this.#set('lastRow', this.#lastKnown);
    this.#set('at', stop + 1);
    this.#set('line', line + 1);
    this.#lookAtRecognizer();
  }

  /** The next line may be a note of the one before it: the recognizer has to know that, if it is a login, and no older one. */
  #recallLine(lines: ChunkInMemory, before: number): void {
    const lastRow = this.#get('lastRow');
    if (lastRow === inChunkBefore) return this.#tellOfChunkBefore();
    if (lastRow === 0) this.#options.recognizer.before = undefined;
    if (lastRow === 0 || lastRow === this.#lastKnown) return;
    const line = this.#get('line') - 1;
    this.#scanner.lines = before + line;
    this.#scanner.scan(lines.part(lastRow, this.#get('at'), line), () => {});
  }

  /** The same at the beginning of a chunk, where the line before is the last one of the chunk before. */
  #tellOfChunkBefore(): void {
    if (this.#lastOfChunk === undefined) return;
    this.#scanner.lines--;
    this.#scanner.scan(this.#lastOfChunk, () => {});
    this.#lastOfChunk = undefined;
  }

  /** Few chunks begin with a note, so that the recognizer is told of the last line of a chunk when the next one does. */
  #keepLastLine(lines: ChunkInMemory): void {
    const lastRow = this.#get('lastRow');
    if (lastRow === inChunkBefore) return;
    this.#lastOfChunk = undefined;
    if (lastRow !== 0 && lastRow === this.#lastKnown) return;
    this.#options.recognizer.before = undefined;
    if (lastRow !== 0) this.#lastOfChunk = lines.copy(lastRow, this.#get('at'), this.#get('line') - 1);
  }

  #lookAtRecognizer(): void {
    const { recognizer } = this.#options;
    this.#set('usualNext', recognizer.isUnclosed(this.#scanner.lines) ? 1 : 0);
    const broken = recognizer.hasBrokenLine ? recognizer.brokenPids : [];
    this.#set('mayWrite', broken.length > place.brokenRoom ? 0 : 1);
    this.#set('brokenCount', Math.min(broken.length, place.brokenRoom));
    for (const [index, pid] of broken.slice(0, place.brokenRoom).entries())
      this.#memory.set(control.broken + index * numberSize, numberOf(pid));
  }

  #get(field: keyof typeof control): number {
    return this.#memory.get(control[field]);
  }

  #set(field: keyof typeof control, value: number): void {
    this.#memory.set(control[field], value);
  }
}

/** Returns the number that the machine makes of a process's digits: numbers of more than 32 bits share theirs with others. */
function numberOf(pid: string): number {
  let number = 0;
  for (const digit of pid) number = (Math.imul(number, 10) + Number(digit)) | 0;
  return number;
}

/** A chunk, and how far its bytes are moved in the machine's memory. */
class ChunkInMemory {
  readonly chunk: Chunk;
  readonly shift: number;

  constructor(chunk: Chunk, shift: number) {
    this.chunk = chunk;
    this.shift = shift;
  }

  /** Returns the part of the chunk between two places of the memory, whose first line has a number. */
  part(from: number, to: number, line: number): Chunk {
    const { chunk, shift } = this;
    const end = Math.min(to - shift, chunk.end);
    return { ...chunk, start: from - shift, end, firstLine: chunk.firstLine > 0 ? line : 0 };
  }

  /** Returns such a part with bytes of its own. */
  copy(from: number, to: number, line: number): Chunk {
    const part = this.part(from, to, line);
    const bytes = Buffer.from(part.bytes.subarray(part.start, part.end));
    return { ...part, bytes, start: 0, end: bytes.length };
  }
}
