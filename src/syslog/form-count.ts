/** How many lines of a log are in a form that is known, and one that is in none. */
import { parseEnvelope } from './envelope.ts';
import { type Likeness, likenessOf } from './unknown-form.ts';

/** A line in no known form. */
export interface UnknownLine {
  readonly text: string;
  /** What it looks like, where that can be told. */
  readonly likeness?: Likeness;
}

/** Counts lines. */
export class FormCount {
  known = 0;
  unknown = 0;
  #example: UnknownLine | undefined;

  /** Takes a line; what continues another one, and what journalctl writes of itself, is none. */
  take(text: string): void {
    if (/^(?:[\s\0]|$|-- )/.test(text)) return;
    // A bare tag is one, whatever it names.
    if (parseEnvelope(text, () => true) !== undefined) {
      this.known++;
      return;
    }
    this.unknown++;
    if (this.#example?.likeness !== undefined) return;
    const likeness = likenessOf(text);
    if (this.#example === undefined || likeness !== undefined)
      this.#example = { text, ...(likeness && { likeness }) };
  }

  /** Returns one of the lines in no known form, the first that looks like something, where most are such. */
  get mostAre(): UnknownLine | undefined {
    return this.unknown > this.known ? this.#example : undefined;
  }
}

/** Characters of a line that are shown. */
const mostShown = 80;

/** `'time="…" level=info…' looks like logfmt`. */
export function unknownWords({ text, likeness }: UnknownLine): string {
  const shown = `'${text.slice(0, mostShown)}${text.length > mostShown ? '…' : ''}'`;
  return likeness === undefined ? shown : `${shown} looks like ${likeness.name}`;
}
