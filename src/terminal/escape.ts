/**
 * Text from a log may hold anything. Before it reaches a terminal, a report or another log, control bytes
 * become visible, so that no user name can move a cursor, forge a line or switch a colour.
 */

/** C0, DEL and C1 controls, and the line and paragraph separators that some readers end a line at. */
const controls = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;
/** The same, and the backslash that escapes them. */
const controlsAndBackslash = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069\\]/g;

function escapeOne(character: string): string {
  switch (character) {
    case '\t':
      return '\\t';
    case '\n':
      return '\\n';
    case '\\':
      return '\\\\';
  }
  const code = character.charCodeAt(0);
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16)}`;
}

/** Returns text for people to read, each control character escaped (`\n`, `\x1b`, `\u2028`). */
export function escapeControls(text: string): string {
  return text.replace(controls, escapeOne);
}

/**
 * Returns text as a field of tab-separated output: `\t`, `\n`, `\\`, and other control characters as `\xNN`,
 * so that {@link unescapeField} gives the same text back.
 */
export function escapeField(text: string): string {
  // Names of users are short and plain, and there may be a million of them.
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code < 0x20 || code > 0x7e || code === 0x5c) return text.replace(controlsAndBackslash, escapeOne);
  }
  return text;
}

/**
 * Returns text with the replacement character in the place of each half of a surrogate pair that stands alone: UTF-8 has
 * no form for it. (Node.js 18 has no `toWellFormed`.)
 */
export function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '\ufffd');
}

/** Returns the text that {@link escapeField} was given. */
export function unescapeField(field: string): string {
  if (!field.includes('\\')) return field;
  return field.replace(/\\(?:x([0-9a-f]{2})|u([0-9a-f]{4})|(.))/g, (_all, byte, unit, plain) => {
    if (byte !== undefined || unit !== undefined)
      return String.fromCharCode(Number.parseInt(byte ?? unit, 16));
    return plain === 't' ? '\t' : plain === 'n' ? '\n' : plain;
  });
}
