/**
 * The sessions of one log that have begun and not ended, by digest. A proxy and its backend that write to one log may both
 * tell of a session by one id, and some servers name a session by its client alone: what has begun twice ends twice.
 */

/** A session whose end does not come is forgotten after one or two of these: so many seconds, or so many sessions. */
const generation = { seconds: 7 * 86_400, sessions: 20_000 } as const;

/** Characters of a digest: 72 bits, by which no two sessions of a log are taken for one. */
export const digestLength = 12;

/** What a run leaves of them for the next. */
export interface SavedBegun {
  /** Digests of the sessions that have begun, one after the other; one that has begun twice stands there twice. */
  readonly begun: string;
  /** The same, of those that began before. */
  readonly begunBefore: string;
  /** Since when the younger of the two is filled: Unix seconds. */
  readonly since: number;
}

/** Remembers them. */
export class BegunSessions {
  #younger: Generation;
  #older: Generation;
  #since: number;

  constructor({ begun, begunBefore, since }: SavedBegun) {
    this.#younger = new Generation(begun);
    this.#older = new Generation(begunBefore);
    this.#since = since;
  }

  /** Takes the beginning of a session. */
  add(id: string): void {
    while (this.#older.remove(id)) this.#younger.add(id);
    this.#younger.add(id);
  }

  /** Takes the end of a session; returns whether it had begun. */
  end(id: string): boolean {
    return this.#younger.remove(id) || this.#older.remove(id);
  }

  /** Whether a session has begun and not ended. */
  has(id: string): boolean {
    return this.#younger.has(id) || this.#older.has(id);
  }

  /** Goes on to a time, Unix seconds: what has begun long ago is forgotten. */
  goOn(now: number): void {
    if (this.#younger.size < generation.sessions && now < this.#since + generation.seconds) return;
    this.#since = now;
    if (this.#younger.size === 0) return;
    this.#older = this.#younger;
    this.#younger = new Generation('');
  }

  /** Returns what the next run goes on from. */
  save(): SavedBegun {
    return { begun: this.#younger.text(), begunBefore: this.#older.text(), since: this.#since };
  }
}

/** Sessions that began in the same time. */
class Generation {
  /** How often each has begun, less how often it has ended. */
  readonly #times = new Map<string, number>();
  /** All of these together. */
  size = 0;

  constructor(digests: string) {
    for (let at = 0; at < digests.length; at += digestLength) this.add(digests.slice(at, at + digestLength));
  }

  add(id: string): void {
    this.#times.set(id, (this.#times.get(id) ?? 0) + 1);
    this.size++;
  }

  remove(id: string): boolean {
    const times = this.#times.get(id);
    if (times === undefined) return false;
    if (times > 1) this.#times.set(id, times - 1);
    else this.#times.delete(id);
    this.size--;
    return true;
  }

  has(id: string): boolean {
    return this.#times.has(id);
  }

  text(): string {
    return [...this.#times].map(([id, times]) => id.repeat(times)).join('');
  }
}
