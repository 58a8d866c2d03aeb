/**
 * What is known of processes for as long as their log goes on: which have logged how they began, which may log what a
 * client says, and which are in the middle of a line that was broken. No time ends a mark, since a process lives as long
 * as its client wants, and its logger writes the rest when somebody writes to it; a process number that comes
 * back costs at most the logins of one session.
 */
import type { HalfOpenLogin } from '../state/half-open-login.ts';

/** What a process is marked as. */
export type ProcessMark = 'start' | 'void' | 'broken';

/** Oldest first out: a flood of marks costs memory no more than a flood of connections. */
const mostMarked = 10_000;

/** In the place of a process: so many were marked that some have been forgotten. No key is like it. */
const everyProcess = '*';

/** Marks of the processes of one log. */
export class ProcessMarks {
  /** When each was marked, Unix seconds, in the order of arrival. */
  readonly #marked: Readonly<Record<ProcessMark, Map<string, number>>> = {
    start: new Map(),
    void: new Map(),
    broken: new Map(),
  };

  /** Marks a process, whose key is made by `processKey`, at `time` (Unix seconds). */
  add(mark: ProcessMark, process: string, time: number): void {
    const marked = this.#marked[mark];
    marked.delete(process);
    marked.set(process, time);
    if (marked.size <= mostMarked) return;
    const [oldest] = marked.keys();
    if (oldest !== undefined) marked.delete(oldest);
    // Who is forgotten may write yet: from now on all are doubted.
    if (mark === 'void') marked.set(everyProcess, time);
  }

  /** Reports whether a process is marked so. */
  has(mark: ProcessMark, process: string): boolean {
    const marked = this.#marked[mark];
    return marked.has(process) || (mark === 'void' && marked.has(everyProcess));
  }

  /** Takes a mark from a process; returns whether it had it. */
  remove(mark: ProcessMark, process: string): boolean {
    return this.#marked[mark].delete(process);
  }

  /** Reports whether any process is marked so. */
  hasAny(mark: ProcessMark): boolean {
    return this.#marked[mark].size > 0;
  }

  /** Returns the processes that are marked so, by their keys. */
  marked(mark: ProcessMark): readonly string[] {
    return [...this.#marked[mark].keys()];
  }

  /** Returns the marks in the form of half-open logins, beside which the state file keeps them. */
  export(): HalfOpenLogin[] {
    return marks.flatMap((mark) =>
      [...this.#marked[mark]].map(([process, time]) => ({ key: `${mark} ${process}`, time })),
    );
  }

  /** Takes up a mark of an earlier run; returns false for what is none. */
  import({ key, time }: HalfOpenLogin): boolean {
    const mark = marks.find((one) => key.startsWith(`${one} `));
    if (mark === undefined) return false;
    this.add(mark, key.slice(mark.length + 1), time);
    return true;
  }

  /** Forgets all. */
  clear(): void {
    for (const mark of marks) this.#marked[mark].clear();
  }
}

const marks: readonly ProcessMark[] = ['start', 'void', 'broken'];
