/** The lines of a stanza that hold expressions. */

/** The names of a stanza's lines that hold expressions, in the order in which they are tried. */
export const kinds = ['match', 'connect', 'logout', 'start', 'void', 'unclosed'] as const;

/** One of {@link kinds}. */
export type Kind = (typeof kinds)[number];

/** Returns an object with a value for each kind. */
export function forEachKind<Value>(make: (kind: Kind) => Value): Record<Kind, Value> {
  return Object.fromEntries(kinds.map((kind) => [kind, make(kind)])) as Record<Kind, Value>;
}
