// What of the output of `exact dump --revoked --json` is to be undone; names that JSON escapes are passed over.

/** Returns a script for sed -n, within quotes of a shell; `kind` is an expression of that shell, which ends them. */
export function revoked(kind, quote) {
  return `s/^{"kind":"${quote}${kind}${quote}","what":"\\([^"\\\\]*\\)".*/\\1/p`;
}
