/** Program names and the patterns that a rule's `program` line names them by. */

/**
 * Returns a predicate for the programs that any of the patterns names: `*` stands for any characters, `?` for
 * one, all else for itself. Without patterns every program will do.
 */
export function programMatcher(patterns: readonly string[]): (program: string) => boolean {
  if (patterns.length === 0) return () => true;
  return (program) => patterns.some((pattern) => matchesPattern(pattern, program));
}

/** Returns the longest text that every program which a pattern names contains. */
export function fixedPartOf(pattern: string): string {
  return pattern.split(/[*?]/).reduce((longest, part) => (part.length > longest.length ? part : longest), '');
}

/** Only the last `*` is ever tried again: the time is that of the two lengths multiplied, whatever the name. */
function matchesPattern(pattern: string, name: string): boolean {
  let [at, inName] = [0, 0];
  let [star, taken] = [-1, 0];
  while (inName < name.length) {
    if (pattern[at] === '*') {
      [star, taken] = [at++, inName];
    } else if (pattern[at] === '?' || pattern[at] === name[inName]) {
      at++;
      inName++;
    } else if (star >= 0) {
      at = star + 1;
      inName = ++taken;
    } else {
      return false;
    }
  }
  while (pattern[at] === '*') at++;
  return at === pattern.length;
}
