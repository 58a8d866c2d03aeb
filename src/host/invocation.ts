/**
 * One call of the program: its arguments, its clock and its streams, handed to the command that was named.
 * Commands reach the world through it, so that a test can be that world.
 */
import type { Readable } from 'node:stream';
import { ExitStatus, worse } from '../exit-status.ts';
import { Failure, type Problem, reasonOf } from '../problem.ts';
import { type Output, OutputClosed } from '../terminal/output.ts';
import { problemText } from '../terminal/problem-text.ts';

/** A command line, taken apart. */
export interface Arguments {
  readonly operands: readonly string[];
  /** By option name: true for a switch, the value, or all values of one that repeats. */
  readonly options: Readonly<Record<string, true | string | readonly string[]>>;
}

/** The world as a process has it. */
export interface World {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Unix milliseconds. */
  readonly clock: () => number;
  readonly stdin: Readable;
  readonly stdout: Output;
  /** Writes whole lines on standard error. */
  readonly tell: (line: string) => void;
}

/** Standard output of a call that is to print nothing. */
const silence: Output = {
  isTerminal: false,
  columns: undefined,
  write: () => {},
  writeBytes: () => {},
  flush: () => {},
};

/** The options that every command takes. */
export type CommonOption = 'config' | 'state' | 'verbose' | 'quiet' | 'json' | 'color' | 'now';

/**
 * One call of a command that takes the options `Own` beside the common ones. What a command hands it to says which
 * of its options it will ask for: `Invocation<'dry-run'>`; `Invocation` alone asks for common ones.
 */
export class Invocation<in Own extends string = never> {
  readonly world: World;
  readonly operands: readonly string[];
  /** The time of this call, Unix seconds, the same throughout; `--now` sets it. */
  readonly now: number;
  /** The same by the clock of this host, whatever the world's says, Unix milliseconds: for the times of files. */
  readonly begun = Date.now();
  readonly #options: Arguments['options'];
  /** Unix milliseconds of the world's clock when the call was made. */
  readonly #made: number;
  #status: ExitStatus = ExitStatus.ok;
  /** Standard output has failed, and it was told. */
  #isMute = false;

  constructor(args: Arguments, world: World) {
    this.operands = args.operands;
    this.#options = args.options;
    // With --quiet the exit status alone answers. The world's own properties may be costly to read.
    this.world = this.has('quiet') ? Object.create(world, { stdout: { value: silence } }) : world;
    const now = this.value('now');
    this.#made = world.clock();
    this.now = now === undefined ? Math.floor(this.#made / 1000) : parseNow(now);
  }

  /** Returns the same call, made now: what goes on for long makes one run after the other. */
  again(): Invocation<Own> {
    return new Invocation({ operands: this.operands, options: this.#options }, this.world);
  }

  /** The time as it goes on during this call, Unix seconds with fraction; it starts at {@link Invocation.now}. */
  time(): number {
    return this.now + (this.world.clock() - this.#made) / 1000;
  }

  /** Whether a switch was given. */
  has(option: Own | CommonOption): boolean {
    return this.#options[option] !== undefined;
  }

  /** The value of an option, or undefined. */
  value(option: Own | CommonOption): string | undefined {
    const value = this.#options[option];
    return typeof value === 'string' ? value : undefined;
  }

  /** The value of an option that is a whole number from 0, or undefined. */
  count(option: Own | CommonOption): number | undefined {
    const value = this.value(option);
    if (value === undefined || /^\d{1,9}$/.test(value))
      return value === undefined ? undefined : Number(value);
    throw new Failure({
      status: ExitStatus.usage,
      where: `--${option}`,
      what: `'${value}' is not a whole number`,
    });
  }

  /** All values of an option that repeats. */
  values(option: Own | CommonOption): readonly string[] {
    const value = this.#options[option];
    return typeof value === 'object' ? value : [];
  }

  /**
   * Writes what a command that changes things has to say. That nobody reads on (`| head`), or that it cannot be
   * written, stops no such command half way: what has expired leaves the maps all the same.
   */
  mention(text: string): void {
    try {
      this.world.stdout.write(text);
    } catch (error) {
      if (error instanceof OutputClosed || this.#isMute) return;
      this.#isMute = true;
      this.report({
        status: ExitStatus.io,
        where: 'standard output',
        what: 'cannot write',
        why: reasonOf(error),
        consequence: 'the run goes on',
      });
    }
  }

  /** The worst status of the problems told so far. */
  get status(): ExitStatus {
    return this.#status;
  }

  /** Tells a problem on standard error, unless `--quiet`, and remembers its status. */
  report(problem: Problem): void {
    this.remember(problem);
    if (!this.has('quiet')) this.world.tell(`exact: ${problemText(problem)}`);
  }

  /** Remembers a problem's status without telling it. */
  remember(problem: Problem): void {
    if (!problem.isWarning) this.#status = worse(this.#status, problem.status);
  }
}

/** Returns the Unix seconds of an RFC 3339 time, as `--now` takes it. */
function parseNow(text: string): number {
  const isRfc3339 = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/.test(text);
  const milliseconds = isRfc3339 ? Date.parse(text.replace(' ', 'T').toUpperCase()) : Number.NaN;
  if (Number.isNaN(milliseconds)) {
    throw new Failure({
      status: ExitStatus.usage,
      where: '--now',
      what: `'${text}' is not a time`,
      fix: 'write it as RFC 3339 has it: 2026-11-22T10:15:00Z',
    });
  }
  return Math.floor(milliseconds / 1000);
}
