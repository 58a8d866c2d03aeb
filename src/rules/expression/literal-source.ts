/** Fixed text as an expression. */

/** Control characters, and what some readers end a line at: none of them should stand in a file of rules. */
const invisible = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

/**
 * Returns the source of an expression that matches a text and nothing else, on one line.
 *
 * @example
 * literalSource('a.b\n'); // 'a\\.b\\n'
 */
export function literalSource(text: string): string {
  return text.replace(/[\\.+*?()|[\]{}^$]/g, '\\$&').replace(invisible, escapeOf);
}

/** In the shortest form that both engines take; above U+00FF there is none that V8 takes too. */
function escapeOf(character: string): string {
  const short = { '\t': '\\t', '\n': '\\n', '\r': '\\r' }[character];
  if (short !== undefined) return short;
  const code = character.charCodeAt(0).toString(16);
  return code.length > 2 ? `\\x{${code}}` : `\\x${code.padStart(2, '0')}`;
}
