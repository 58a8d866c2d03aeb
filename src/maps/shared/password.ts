/** Passwords in database URLs: messages and listings travel by mail and syslog, and must not carry them. */

/** Returns a text with the passwords of its URLs made unreadable, in `//user:password@` and `?password=`. */
export function withoutPassword(text: string): string {
  // Up to the last @, a password that should have been percent-encoded may hold one; and without `//` too,
  // since the URL may be what is wrong.
  return text.replace(/(:\/{0,2}[^/:@\s]*):\S*@/g, '$1:***@').replace(/([?&]password=)[^&\s]*/g, '$1***');
}

/** Reports whether a text holds a URL with a password. */
export function hasPassword(text: string): boolean {
  return withoutPassword(text) !== text;
}
