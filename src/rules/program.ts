/** Program names and the patterns that a rule's `program` line names them by. */

/**
 * Returns a predicate for the programs that any of the patterns names: `*` stands for any characters, `?` for
 * one, all else for itself. Without patterns every program will do.
 */
export function programMatcher(patterns: readonly string[]): (program: string) => boolean {
  if (patterns.length === 0) return () => true;
  const alternatives = patterns.map((pattern) =>
    pattern.replace(/[*?]|[^\w]/g, (character) =>
      character === '*' ? '.*' : character === '?' ? '.' : `\\${character}`,
    ),
  );
  const expression = new RegExp(`^(?:${alternatives.join('|')})$`, 's');
  return (program) => expression.test(program);
}

/** Returns the longest text that every program which a pattern names contains. */
export function fixedPartOf(pattern: string): string {
  return pattern.split(/[*?]/).reduce((longest, part) => (part.length > longest.length ? part : longest), '');
}
