/** Fixed text as an expression. */

/** Returns the source of an expression that matches a text and nothing else. */
export function literalSource(text: string): string {
  return text.replace(/[\\.+*?()|[\]{}^$]/g, '\\$&');
}
