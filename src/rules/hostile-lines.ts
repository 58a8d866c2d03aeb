/**
 * Lines that take a matcher longest: as long as syslog lets them be, and full of what the expression is after.
 * An expression that is slow on one of them can be made to hold up every run.
 */

/** Bytes of the longest line that is matched; rsyslog cuts lines there, and longer ones are passed over. */
export const longestLine = 8192;

/** Milliseconds that an admin's expression may take on one hostile line. */
export const mostMilliseconds = 50;

/** Returns hostile lines for an expression that is looking for the given texts. */
export function hostileLines(texts: readonly string[]): readonly string[] {
  const fillers = ['a', ' ', '1', '.', '[', ': ', '=<', 'a.b ', '1.2.3.4 ', 'user=x, rip=1.2.3.4, '];
  const wanted = texts.map((text) => text || 'x');
  return [
    ...[...fillers, ...wanted].map((text) => text.repeat(longestLine / text.length)),
    ...wanted.map((text) => text + 'a'.repeat(longestLine - text.length)),
  ];
}

/**
 * Returns the most milliseconds that a matcher takes on one of the lines, as the timer measures them: the best
 * of three tries, since the first pays for the engine's warming up. It stops at the first line over the limit.
 */
export function slowestMatch(
  match: (line: string) => unknown,
  lines: readonly string[],
  timer: () => number,
): number {
  let slowest = 0;
  for (const line of lines) {
    let best = Number.POSITIVE_INFINITY;
    for (let tries = 0; tries < 3 && best > mostMilliseconds; tries++) {
      const start = timer();
      match(line);
      best = Math.min(best, timer() - start);
    }
    slowest = Math.max(slowest, best);
    if (slowest > mostMilliseconds) return slowest;
  }
  return slowest;
}
