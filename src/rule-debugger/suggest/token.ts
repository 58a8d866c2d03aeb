/** Messages as words, blanks and marks: what stays the same in the lines of one kind, and what varies. */
import type { Span } from '../pattern.ts';
import { stampPattern } from './stamp-source.ts';

/** A piece of a message. */
export interface Token {
  /**
   * `user`: the user who logged in; `client`: the address that it came from; `address`: any other address;
   * `host`: the name of the host that has written the line; `stamp`: a date or time, or a part of one; `varying`: what
   * is never the same again.
   */
  readonly kind: 'text' | 'user' | 'client' | 'address' | 'host' | 'stamp' | 'varying';
  readonly text: string;
}

/** A part of a message whose meaning is known. */
export interface KnownPart extends Span {
  readonly kind: Exclude<Token['kind'], 'text' | 'stamp'>;
}

/** A word holds together what ids and addresses are made of; `=` and quotes end it, as they do in `user="x"`. */
const pieces = /\w+(?:[+/.@:-]+\w+)*|[^\S ]+| +|[^\w\s]/gu;

/** Returns the tokens of a message; the known parts, apart from each other and in order, are tokens of their own. */
export function tokensOf(message: string, known: readonly KnownPart[]): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  const take = (text: string): void => {
    for (const [piece] of text.matchAll(pieces)) tokens.push({ kind: 'text', text: piece });
  };
  const textUpTo = (end: number): void => {
    const text = message.slice(at, end);
    let from = 0;
    for (const { 0: stamp, index } of text.matchAll(stampPattern)) {
      take(text.slice(from, index));
      tokens.push({ kind: 'stamp', text: stamp });
      from = index + stamp.length;
    }
    take(text.slice(from));
  };
  for (const { kind, start, end } of known) {
    textUpTo(start);
    tokens.push({ kind, text: message.slice(start, end) });
    at = end;
  }
  textUpTo(message.length);
  return tokens;
}

/** Reports whether a token is a word or number, which may be another in the next line; marks and blanks may not. */
export function isWord(text: string): boolean {
  return /^\w/.test(text);
}
